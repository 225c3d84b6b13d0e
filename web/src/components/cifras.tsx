import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

/** A few figures side by side in one card; two in a row on phones. */
export function Cifras({ legenda, children }: { legenda: string; children: ReactNode }) {
  return (
    <Paper
      variant="outlined"
      component="ul"
      aria-label={legenda}
      sx={{ listStyle: 'none', m: 0, mb: 2, p: { xs: 2, sm: 2.5 }, display: 'grid', columnGap: { xs: 1.5, sm: 3 }, rowGap: 2, gridTemplateColumns: { xs: 'minmax(min-content, 1fr) minmax(0, 1fr)', md: 'repeat(4, minmax(0, 1fr))' } }}
    >
      {children}
    </Paper>
  );
}

/** One of them: its name, the figure and what puts it in context. */
export function Cifra({ nome, valor, detalhe }: { nome: string; valor: ReactNode; detalhe?: ReactNode }) {
  return (
    <Box component="li" sx={{ minWidth: 0 }}>
      <Typography variant="body2" color="textSecondary">
        {nome}
      </Typography>
      <Typography component="p" sx={{ fontSize: { xs: '1.125rem', sm: '1.375rem' }, fontWeight: 700, lineHeight: 1.4, overflowWrap: 'anywhere' }}>
        {valor}
      </Typography>
      {detalhe && (
        <Typography variant="body2" color="textSecondary">
          {detalhe}
        </Typography>
      )}
    </Box>
  );
}
