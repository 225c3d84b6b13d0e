import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

/** A button that narrow screens show by its icon alone; it needs an aria-label. */
export const SO_ICONE = { whiteSpace: 'nowrap', minWidth: { xs: 44, sm: 64 }, '& .MuiButton-startIcon': { mr: { xs: 0, sm: 1 }, ml: { xs: 0, sm: -0.5 } } };

/** A word that narrow screens leave to the icon. */
export function Largo({ children }: { children: ReactNode }) {
  return (
    <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>
      {children}
    </Box>
  );
}
