import { mdiLockOutline, mdiMapMarkerQuestionOutline } from '@mdi/js';
import Button from '@mui/material/Button';
import { Link } from 'wouter';

import { t } from '../i18n/pt-br';
import { Pagina } from './pagina';
import { Vazio } from './vazio';

/** No such screen, or not for this user. */
export function PaginaErro({ tipo }: { tipo: '403' | '404' }) {
  const falta = tipo === '404';
  return (
    <Pagina titulo={t(falta ? 'erros.pagina404' : 'erros.pagina403')}>
      <Vazio
        icone={falta ? mdiMapMarkerQuestionOutline : mdiLockOutline}
        texto={t(falta ? 'erros.pagina404Texto' : 'erros.semAcesso')}
        acao={
          <Button component={Link} href="/" variant="contained">
            {t('erros.irAoInicio')}
          </Button>
        }
      />
    </Pagina>
  );
}
