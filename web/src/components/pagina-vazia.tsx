import Button from '@mui/material/Button';

import { t } from '../i18n/pt-br';
import { Vazio } from './vazio';

/** A page beyond the last, of an old link or of a list that shrank meanwhile. */
export function PaginaVazia({ aoVoltar }: { aoVoltar: () => void }) {
  return (
    <Vazio
      titulo={t('comum.paginaVazia')}
      acao={
        <Button variant="contained" onClick={aoVoltar}>
          {t('comum.primeiraPagina')}
        </Button>
      }
    />
  );
}
