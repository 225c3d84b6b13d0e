import { mdiTrayRemove } from '@mdi/js';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

import { Icone } from './icone';

/** Nothing here: says why and, in `acao`, what to do next. Without `titulo` where the screen's own says it. */
export function Vazio({ titulo, texto, acao, icone = mdiTrayRemove }: { titulo?: string; texto?: string; acao?: ReactNode; icone?: string }) {
  return (
    <Box sx={{ textAlign: 'center', py: 6, px: 2, color: 'text.secondary' }}>
      <Icone d={icone} sx={{ fontSize: 44, mb: 1, opacity: 0.7 }} />
      {titulo && (
        <Typography component="p" variant="h3" color="textPrimary">
          {titulo}
        </Typography>
      )}
      {texto && <Typography sx={{ mt: 1, mx: 'auto', maxWidth: '52ch', textWrap: 'balance' }}>{texto}</Typography>}
      {acao && <Box sx={{ mt: 2 }}>{acao}</Box>}
    </Box>
  );
}
