import Box from '@mui/material/Box';
import { useDeferredValue, type ReactNode } from 'react';

/** Draws its content after what stands above it, in slices; until then a window's height is kept, so that nothing in sight moves. */
export function Depois({ children }: { children: ReactNode }) {
  const chegou = useDeferredValue(true, false);
  return chegou ? children : <Box aria-busy="true" sx={{ minHeight: '100dvh' }} />;
}
