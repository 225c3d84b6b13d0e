import FormControl from '@mui/material/FormControl';
import FormHelperText from '@mui/material/FormHelperText';
import InputLabel from '@mui/material/InputLabel';
import OutlinedInput, { type OutlinedInputProps } from '@mui/material/OutlinedInput';
import type { ReactNode } from 'react';

interface Props extends Omit<OutlinedInputProps, 'id' | 'label' | 'error'> {
  nome: string;
  rotulo: string;
  erro?: string;
  dica?: ReactNode;
  /** The hint changes while typing and is read out. */
  dicaViva?: boolean;
  /** The label stands above from the start: the browser shows something in an empty field. */
  labelVisivel?: boolean;
}

/**
 * A text input with label, hint and error.
 *
 * MUI's TextField does the same but brings the whole of Select and Menu, 25 kB
 * that the first route does not need.
 */
export function Campo({ nome, rotulo, erro, dica, dicaViva = false, labelVisivel, ...entrada }: Props) {
  const id = `campo-${nome}`;
  const texto = erro ?? dica;
  return (
    <FormControl fullWidth size="small" variant="outlined" error={erro !== undefined} required={entrada.required}>
      <InputLabel htmlFor={id} shrink={labelVisivel}>{rotulo}</InputLabel>
      <OutlinedInput {...entrada} id={id} name={nome} label={rotulo} aria-describedby={texto === undefined ? undefined : `${id}-dica`} />
      {texto !== undefined && (
        <FormHelperText id={`${id}-dica`} role={dicaViva && erro === undefined ? 'status' : undefined}>
          {texto}
        </FormHelperText>
      )}
    </FormControl>
  );
}
