import Box from '@mui/material/Box';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Typography from '@mui/material/Typography';
import { useId } from 'react';

import { Icone } from '../icone';

interface Opcao<V> {
  valor: V;
  nome: string;
  texto: string;
  icone?: string;
}

/** One of a few, each with a sentence; the chosen one stands in a frame. */
export function Opcoes<V extends string>({ nome, rotulo, valor, opcoes, comFoco = false, aoMudar }: { nome: string; rotulo: string; valor: V; opcoes: readonly Opcao<V>[]; comFoco?: boolean; aoMudar: (valor: V) => void }) {
  const id = useId();
  return (
    <FormControl fullWidth>
      <FormLabel id={id} sx={{ display: 'flex', alignItems: 'center', minHeight: 31, mb: 0.5, fontWeight: 600, color: 'text.primary', '&.Mui-focused': { color: 'text.primary' } }}>
        {rotulo}
      </FormLabel>
      <RadioGroup name={nome} aria-labelledby={id} value={valor} onChange={(_, novo) => aoMudar(novo as V)} sx={{ gap: 1 }}>
        {opcoes.map((o) => {
          const escolhida = o.valor === valor;
          return (
            <FormControlLabel
              key={o.valor}
              value={o.valor}
              disableTypography
              // eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog takes the focus at its first field
              control={<Radio size="small" autoFocus={comFoco && escolhida} sx={{ alignSelf: 'flex-start', mt: -0.25 }} />}
              sx={{
                m: 0,
                pl: 0.5,
                pr: 1.5,
                py: 1,
                gap: 0.5,
                border: 1,
                borderRadius: 1,
                alignItems: 'flex-start',
                borderColor: escolhida ? 'primary.main' : 'divider',
                bgcolor: escolhida ? 'var(--cor-escolhida)' : undefined,
              }}
              label={
                <Box component="span" sx={{ display: 'flex', gap: 1, flex: 1, minWidth: 0, alignItems: 'flex-start', pt: 0.625 }}>
                  <Box component="span" sx={{ flex: 1, minWidth: 0 }}>
                    <Typography component="span" sx={{ display: 'block', fontWeight: 600, lineHeight: 1.3 }}>
                      {o.nome}
                    </Typography>
                    <Typography component="span" variant="body2" color="textSecondary" sx={{ display: 'block' }}>
                      {o.texto}
                    </Typography>
                  </Box>
                  {o.icone !== undefined && <Icone d={o.icone} sx={{ color: escolhida ? 'primary.main' : 'text.secondary' }} />}
                </Box>
              }
            />
          );
        })}
      </RadioGroup>
    </FormControl>
  );
}
