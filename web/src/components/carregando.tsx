import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';

import { t } from '../i18n/pt-br';

const CARTAO = { border: 1, borderColor: 'divider', borderRadius: 'var(--raio)', bgcolor: 'background.paper', overflow: 'hidden' } as const;

/** Shapes of what is coming: the rows of a list, figures side by side, or a screen. */
export function Carregando({ forma = 'linhas', quantos = 6 }: { forma?: 'linhas' | 'cartoes' | 'tela'; quantos?: number }) {
  return (
    <Box role="status" aria-busy="true">
      <span className="so-leitor">{t('comum.carregando')}</span>
      {forma === 'tela' && <Skeleton variant="text" width="40%" height={40} sx={{ mb: 2 }} />}
      {forma === 'cartoes' ? (
        <Box sx={{ display: 'grid', gap: { xs: 1.5, sm: 2 }, mb: 3, gridTemplateColumns: { xs: 'repeat(2, minmax(0, 1fr))', md: `repeat(${quantos}, minmax(0, 1fr))` } }}>
          {formas(quantos).map((i) => (
            <Box key={i} sx={{ ...CARTAO, p: 2, height: 104 }}>
              <Skeleton variant="text" width="55%" />
              <Skeleton variant="rounded" width="40%" height={20} sx={{ my: 0.5 }} />
              <Skeleton variant="text" width="70%" />
            </Box>
          ))}
        </Box>
      ) : (
        <Box sx={CARTAO}>
          {formas(quantos).map((i) => (
            <Box key={i} sx={{ display: 'flex', gap: 3, alignItems: 'center', px: 2, height: 52, borderTop: i === 0 ? 0 : 1, borderColor: 'divider' }}>
              <Skeleton variant="text" width={`${24 + ((i * 7) % 14)}%`} />
              <Skeleton variant="text" width="16%" />
              <Skeleton variant="text" width="12%" sx={{ display: { xs: 'none', sm: 'block' } }} />
              <Skeleton variant="rounded" width={88} height={18} sx={{ ml: 'auto', flexShrink: 0 }} />
            </Box>
          ))}
        </Box>
      )}
    </Box>
  );
}

function formas(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
