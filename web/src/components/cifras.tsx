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
      sx={{ listStyle: 'none', m: 0, mb: 2, p: { xs: 2, sm: 2.5 }, pb: { xs: 0, sm: 0.5 }, display: 'grid', columnGap: { xs: 1.5, sm: 3 }, gridTemplateColumns: { xs: 'minmax(min-content, 1fr) minmax(0, 1fr)', md: 'repeat(4, minmax(0, 1fr))' } }}
    >
      {children}
    </Paper>
  );
}

/** One of them: its name, the figure and what puts it in context. */
export function Cifra({ nome, valor, detalhe }: { nome: string; valor: ReactNode; detalhe?: ReactNode }) {
  return (
    // Three rows each, shared with the neighbours: figures stand on one line, whoever's name wraps.
    <Box component="li" sx={{ minWidth: 0, pb: 2, display: 'grid', gridRow: 'span 3', gridTemplateRows: 'subgrid' }}>
      <Typography variant="body2" color="textSecondary" sx={{ alignSelf: 'end' }}>
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
