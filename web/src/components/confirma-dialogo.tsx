import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import { useId, type ReactNode } from 'react';

import { t } from '../i18n/pt-br';

interface Props {
  aberto: boolean;
  titulo: string;
  /** Says how many are affected and what cannot be taken back. */
  texto?: string;
  children?: ReactNode;
  confirmar: string;
  /** Else: Cancelar. */
  cancelar?: string;
  perigo?: boolean;
  ocupado?: boolean;
  aoConfirmar: () => void;
  aoFechar: () => void;
}

/** Asks before a destructive act. The focus starts on Cancelar and goes back to the opener. */
export function ConfirmaDialogo(props: Props) {
  const titulo = useId();
  const texto = useId();
  return (
    <Dialog
      open={props.aberto}
      onClose={props.ocupado ? undefined : props.aoFechar}
      aria-labelledby={titulo}
      aria-describedby={props.texto ? texto : undefined}
      maxWidth="xs"
    >
      <DialogTitle id={titulo}>{props.titulo}</DialogTitle>
      <DialogContent>
        {props.texto && <DialogContentText id={texto}>{props.texto}</DialogContentText>}
        {props.children}
      </DialogContent>
      <DialogActions>
        {/* eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog takes the focus; the safe button gets it */}
        <Button onClick={props.aoFechar} disabled={props.ocupado} autoFocus>
          {props.cancelar ?? t('comum.cancelar')}
        </Button>
        <Button variant="contained" color={props.perigo ? 'error' : 'primary'} onClick={props.aoConfirmar} loading={props.ocupado}>
          {props.confirmar}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
