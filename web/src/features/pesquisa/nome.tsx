import Box from '@mui/material/Box';
import { memo } from 'react';

import { realcar } from './realce';

/** A name with the letters that were asked for. */
export const NomeRealcado = memo(function NomeRealcado({ nome, consulta }: { nome: string; consulta: string }) {
  return realcar(nome, consulta).map((p, i) =>
    p.achado ? (
      <Box key={i} component="mark" sx={{ bgcolor: 'var(--cor-realce)', color: 'inherit', borderRadius: 0.5 }}>
        {p.texto}
      </Box>
    ) : (
      p.texto
    ),
  );
});
