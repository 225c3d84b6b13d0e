import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

/** A key of the keyboard, in a text. */
export function Tecla({ children }: { children: ReactNode }) {
  return (
    <Box component="kbd" sx={{ px: 0.75, py: 0.25, border: 1, borderColor: 'divider', borderRadius: 1, bgcolor: 'action.hover', color: 'text.secondary', fontFamily: 'inherit', fontSize: '0.75rem', fontWeight: 600, lineHeight: 1.4, whiteSpace: 'nowrap' }}>
      {children}
    </Box>
  );
}
