import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

import { Carregando } from '../components/carregando';

/** The page before the shell is here: shapes, or what went wrong. */
export function Espera({ children }: { children?: ReactNode }) {
  return (
    <Box component="main" sx={{ maxWidth: 960, mx: 'auto', p: { xs: 2, sm: 4 }, pt: 10 }}>
      {children ?? <Carregando forma="tela" quantos={4} />}
    </Box>
  );
}
