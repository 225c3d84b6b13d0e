import { mdiChevronLeft, mdiChevronRight } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';

import { t } from '../i18n/pt-br';
import { inteiro } from '../lib/formatos';
import { Icone } from './icone';

/** Previous and next page, with where one is. Pages are counted from 1; from beyond the last one, as an old address may ask, there is a way back. */
export function Paginacao({ page, pages, aoMudar }: { page: number; pages: number; aoMudar: (page: number) => void }) {
  if (pages <= 1 && page <= 1) return null;
  return (
    <Box component="nav" aria-label={t('comum.paginacao')} sx={{ display: 'flex', gap: 1, alignItems: 'center', justifyContent: 'flex-end', flexWrap: 'wrap', mt: 2 }}>
      <Button startIcon={<Icone d={mdiChevronLeft} />} disabled={page <= 1} onClick={() => aoMudar(Math.max(1, Math.min(page - 1, pages)))}>
        {t('comum.anterior')}
      </Button>
      <Typography variant="body2" aria-live="polite">
        {t('comum.pagina', { pagina: inteiro(page), paginas: inteiro(pages) })}
      </Typography>
      <Button endIcon={<Icone d={mdiChevronRight} />} disabled={page >= pages} onClick={() => aoMudar(page + 1)}>
        {t('comum.proxima')}
      </Button>
    </Box>
  );
}
