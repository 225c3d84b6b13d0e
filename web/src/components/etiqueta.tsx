import Box from '@mui/material/Box';
import type { ReactNode } from 'react';

const CORES = {
  neutro: { color: 'var(--cor-neutro)', bgcolor: 'var(--cor-neutro-fundo)' },
  risco: { color: 'var(--cor-risco)', bgcolor: 'var(--cor-risco-fundo)' },
  perdido: { color: 'var(--cor-perdido)', bgcolor: 'var(--cor-perdido-fundo)' },
  contatado: { color: 'var(--cor-contatado)', bgcolor: 'var(--cor-contatado-fundo)' },
} as const;

/** A state as a small label. */
export function Etiqueta({ cor = 'neutro', children }: { cor?: keyof typeof CORES; children: ReactNode }) {
  return (
    <Box component="span" data-marca="" sx={{ display: 'inline-block', px: 0.75, py: 0.125, borderRadius: 1, fontSize: '0.8125rem', fontWeight: 600, whiteSpace: 'nowrap', ...CORES[cor] }}>
      {children}
    </Box>
  );
}
