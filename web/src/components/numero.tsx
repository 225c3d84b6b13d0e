import Box from '@mui/material/Box';
import Card from '@mui/material/Card';
import CardContent from '@mui/material/CardContent';
import Typography from '@mui/material/Typography';
import Skeleton from '@mui/material/Skeleton';
import { Children, type ReactNode } from 'react';

import { t } from '../i18n/pt-br';

/** One figure with its name and, below, what puts it in context. */
export function Numero({ nome, valor, detalhe }: { nome: ReactNode; valor: ReactNode; detalhe?: ReactNode }) {
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

/** The grid of `n` figures: two in a row on a phone, else at most four; no hole at the end. */
function grade(n: number) {
  return {
    listStyle: 'none',
    m: 0,
    mb: 3,
    p: 0,
    display: 'grid',
    gap: { xs: 1.5, sm: 2 },
    gridTemplateColumns: { xs: 'repeat(2, minmax(0, 1fr))', sm: n === 3 ? 'repeat(3, minmax(0, 1fr))' : 'repeat(2, minmax(0, 1fr))', md: `repeat(${Math.min(n, 4)}, minmax(0, 1fr))` },
    '& > :last-of-type:nth-of-type(odd)': { gridColumn: { xs: '1 / -1', sm: 'auto' } },
  };
}

/** A row of figures that wraps. */
export function Numeros({ legenda, children }: { legenda: string; children: ReactNode }) {
  return (
    <Box component="ul" aria-label={legenda} sx={grade(Children.toArray(children).length)}>
      {children}
    </Box>
  );
}

/** The place of `quantos` figures that are on their way, as large as they will be. */
export function NumerosCarregando({ quantos }: { quantos: number }) {
  return (
    <Box role="status" aria-busy="true">
      <span className="so-leitor">{t('comum.carregando')}</span>
      <Box component="ul" aria-hidden="true" sx={grade(quantos)}>
        {Array.from({ length: quantos }, (_, i) => (
          <Numero key={i} nome={<Skeleton width="55%" />} valor={<Skeleton width="40%" />} detalhe={<Skeleton width="70%" />} />
        ))}
      </Box>
    </Box>
  );
}
