import { mdiCheck } from '@mdi/js';
import Box from '@mui/material/Box';

import { Icone } from '../../components/icone';
import { t } from './textos';

const PASSOS = ['arquivo', 'colunas', 'conferencia', 'resultado'] as const;
export type Passo = (typeof PASSOS)[number];

/** Where in the four steps we are; `feito`: all are done. On narrow screens only the present one has its name. */
export function Passos({ atual, feito: tudo = false }: { atual: Passo; feito?: boolean }) {
  const aqui = PASSOS.indexOf(atual);
  return (
    <Box component="ol" aria-label={t('importacao.passoDe', { n: aqui + 1, total: PASSOS.length, nome: t(`importacao.passos.${atual}`) })} sx={{ listStyle: 'none', m: 0, mb: 3, p: 0, display: 'flex', alignItems: 'center', gap: { xs: 0.75, sm: 1.5 } }}>
      {PASSOS.map((passo, i) => {
        const feito = i < aqui || tudo;
        return (
          <Box component="li" key={passo} aria-current={i === aqui ? 'step' : undefined} sx={{ display: 'flex', alignItems: 'center', gap: 1, flex: i < PASSOS.length - 1 ? '1 1 auto' : '0 0 auto', minWidth: 0 }}>
            <Box
              component="span"
              aria-hidden
              sx={{
                width: 28,
                height: 28,
                flexShrink: 0,
                borderRadius: '50%',
                display: 'grid',
                placeItems: 'center',
                fontSize: '0.875rem',
                fontWeight: 700,
                border: 2,
                borderColor: i <= aqui ? 'primary.main' : 'divider',
                bgcolor: feito ? 'primary.main' : 'transparent',
                color: feito ? 'primary.contrastText' : i === aqui ? 'primary.main' : 'text.secondary',
              }}
            >
              {feito ? <Icone d={mdiCheck} sx={{ fontSize: 18 }} /> : i + 1}
            </Box>
            <Box component="span" sx={{ whiteSpace: 'nowrap', fontWeight: i === aqui ? 650 : 400, color: i <= aqui ? 'text.primary' : 'text.secondary', display: { xs: i === aqui ? 'inline' : 'none', md: 'inline' } }}>
              {t(`importacao.passos.${passo}`)}
            </Box>
            {i < PASSOS.length - 1 && <Box component="span" aria-hidden sx={{ flex: 1, minWidth: { xs: 8, sm: 24 }, height: '2px', bgcolor: feito ? 'primary.main' : 'divider' }} />}
          </Box>
        );
      })}
    </Box>
  );
}
