import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';

export interface Opcao {
  valor: string;
  nome: string;
}

interface Props {
  rotulo: string;
  todos: string;
  valor: string | undefined;
  opcoes: readonly Opcao[];
  aoMudar: (valor: string | undefined) => void;
  aoAbrir?: () => void;
}

/** A drop-down filter; the first entry is `todos` with the empty value. */
export function Selecao(props: Props) {
  return (
    <TextField
      select
      label={props.rotulo}
      value={props.valor ?? ''}
      onChange={(e) => props.aoMudar(e.target.value === '' ? undefined : e.target.value)}
      sx={{ width: 'auto', minWidth: { xs: 140, md: 180 }, flex: { xs: '1 1 140px', md: '0 0 auto' } }}
      slotProps={{ select: { displayEmpty: true, onOpen: props.aoAbrir }, inputLabel: { shrink: true } }}
    >
      <MenuItem value="">{props.todos}</MenuItem>
      {props.opcoes.map((o) => (
        <MenuItem key={o.valor} value={o.valor}>
          {o.nome}
        </MenuItem>
      ))}
    </TextField>
  );
}
