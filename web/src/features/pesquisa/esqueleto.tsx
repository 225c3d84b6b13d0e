import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';

import { t } from './textos';

/** Grey shapes where the table or the cards will be. */
export function Esqueleto({ emCartoes }: { emCartoes: boolean }) {
  return (
    <Box role="status" aria-busy="true">
      <span className="so-leitor">{t('pesquisa.buscando')}</span>
      {emCartoes ? (
        <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 320px), 1fr))' }}>
          {Array.from({ length: 12 }, (_, i) => (
            <Skeleton key={i} variant="rounded" height={148} />
          ))}
        </Box>
      ) : (
        <Paper variant="outlined" sx={{ borderRadius: 'var(--raio)', overflow: 'hidden' }}>
          {Array.from({ length: 16 }, (_, i) => (
            <Box key={i} sx={{ display: 'flex', gap: 3, alignItems: 'center', px: 1.5, height: i === 0 ? 41 : 57, borderTop: i === 0 ? 0 : 1, borderColor: 'divider' }}>
              <Skeleton variant="text" width={`${22 + ((i * 7) % 12)}%`} />
              <Skeleton variant="text" width="14%" />
              <Skeleton variant="text" width="10%" />
              <Skeleton variant="rounded" width={120} height={20} sx={{ ml: 'auto' }} />
            </Box>
          ))}
        </Paper>
      )}
    </Box>
  );
}

/** The place of the categories. */
export function EsqueletoCategorias() {
  return (
    <Box aria-hidden sx={{ display: 'grid', gap: 1, px: 1 }}>
      {Array.from({ length: 10 }, (_, i) => (
        <Skeleton key={i} variant="text" width={i % 4 === 0 ? '50%' : '90%'} />
      ))}
    </Box>
  );
}
