import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Stack from '@mui/material/Stack';

import { t } from '../i18n/pt-br';

/** Grey shapes of what is coming: lines of a list, cards of a grid, or a screen. */
export function Carregando({ forma = 'linhas', quantos = 6 }: { forma?: 'linhas' | 'cartoes' | 'tela'; quantos?: number }) {
  return (
    <Box role="status" aria-busy="true">
      <span className="so-leitor">{t('comum.carregando')}</span>
      {forma === 'tela' && <Skeleton variant="text" width="40%" height={40} sx={{ mb: 2 }} />}
      {forma === 'cartoes' ? (
        <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 220px), 1fr))' }}>
          {formas(quantos).map((i) => (
            <Skeleton key={i} variant="rounded" height={104} />
          ))}
        </Box>
      ) : (
        <Stack spacing={1}>
          {formas(quantos).map((i) => (
            <Skeleton key={i} variant="rounded" height={44} />
          ))}
        </Stack>
      )}
    </Box>
  );
}

function formas(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
