import Box from '@mui/material/Box';
import Card from '@mui/material/Card';
import CardContent from '@mui/material/CardContent';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

/** One figure with its name and, below, what puts it in context. */
export function Numero({ nome, valor, detalhe }: { nome: string; valor: ReactNode; detalhe?: ReactNode }) {
  return (
    <Card component="li">
      <CardContent sx={{ '&:last-child': { pb: 2 } }}>
        <Typography variant="body2" color="textSecondary">
          {nome}
        </Typography>
        <Typography component="p" sx={{ fontSize: '1.75rem', fontWeight: 700, lineHeight: 1.2 }}>
          {valor}
        </Typography>
        {detalhe && (
          <Typography variant="body2" color="textSecondary">
            {detalhe}
          </Typography>
        )}
      </CardContent>
    </Card>
  );
}

/** A row of figures that wraps. */
export function Numeros({ legenda, children }: { legenda: string; children: ReactNode }) {
  return (
    <Box
      component="ul"
      aria-label={legenda}
      sx={{ listStyle: 'none', m: 0, mb: 3, p: 0, display: 'grid', gap: { xs: 1.5, sm: 2 }, gridTemplateColumns: { xs: 'repeat(2, minmax(0, 1fr))', md: 'repeat(4, minmax(0, 1fr))' } }}
    >
      {children}
    </Box>
  );
}
