import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { Link } from 'wouter';

import { t } from '../i18n/pt-br';
import { Pagina } from './pagina';

/** No such screen, or not for this user. */
export function PaginaErro({ tipo }: { tipo: '403' | '404' }) {
  return (
    <Pagina titulo={t(tipo === '404' ? 'erros.pagina404' : 'erros.pagina403')} largura="estreita">
      <Stack spacing={2} sx={{ alignItems: 'flex-start' }}>
        <Typography>{t(tipo === '404' ? 'erros.pagina404Texto' : 'erros.semAcesso')}</Typography>
        <Button component={Link} href="/" variant="contained">
          {t('comum.inicio')}
        </Button>
      </Stack>
    </Pagina>
  );
}
