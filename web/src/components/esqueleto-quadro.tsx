import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';

import { t } from '../i18n/pt-br';

/** Height of the columns of a board: what the window leaves below the title. */
export const ALTURA_QUADRO = 'calc(100dvh - var(--altura-topo) - 142px)';

/** Cards that fill the highest usual window. */
const CARTOES = 12;

/** A board that is on its way, as large as it will be: columns, or on a phone the tabs and one of them. */
export function EsqueletoQuadro({ colunas, estreita, cartao }: { colunas: number; estreita: boolean; cartao: number }) {
  const cartoes = Array.from({ length: CARTOES }, (_, i) => <Skeleton key={i} variant="rounded" height={cartao} sx={{ flexShrink: 0, borderRadius: 'var(--raio)', border: 1, borderColor: 'divider', bgcolor: 'background.paper' }} />);
  return (
    <Box role="status" aria-busy="true">
      <span className="so-leitor">{t('comum.carregando')}</span>
      {estreita ? (
        <>
          <Skeleton variant="rounded" height={52} />
          <Skeleton variant="text" width={190} sx={{ mt: 1.5, mb: 1 }} />
          <Box sx={{ display: 'grid', gap: 1 }}>{cartoes}</Box>
        </>
      ) : (
        <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: `repeat(${colunas}, minmax(0, 1fr))`, height: ALTURA_QUADRO, minHeight: 420 }}>
          {Array.from({ length: colunas }, (_, i) => (
            <Box key={i} sx={{ display: 'flex', flexDirection: 'column', minHeight: 0, overflow: 'hidden', borderRadius: 'var(--raio)', bgcolor: 'var(--cor-coluna)', borderTop: 3, borderColor: 'divider' }}>
              <Box sx={{ px: 1.5, pt: 1.25, pb: 1 }}>
                <Skeleton variant="text" width="65%" />
                <Skeleton variant="text" width="40%" />
              </Box>
              <Box sx={{ display: 'flex', flexDirection: 'column', gap: 1, px: 1, minHeight: 0, overflow: 'hidden' }}>{cartoes}</Box>
            </Box>
          ))}
        </Box>
      )}
    </Box>
  );
}
