import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId } from 'react';

import { useCopia } from '../../components/usar-copia';
import { t } from './textos';

/** Shows what is said once and never again: a provisional password, a code. */
export function Segredo({ titulo, texto, segredo, aoFechar }: { titulo: string; texto: string; segredo: string; aoFechar: () => void }) {
  const idTitulo = useId();
  const copiar = useCopia();

  return (
    <Dialog open onClose={aoFechar} aria-labelledby={idTitulo} maxWidth="xs">
      <DialogTitle id={idTitulo}>{titulo}</DialogTitle>
      <DialogContent>
        <DialogContentText>{texto}</DialogContentText>
        <Typography component="output" sx={{ display: 'block', my: 2, p: 1.5, borderRadius: 1, bgcolor: 'action.hover', fontFamily: 'monospace', fontSize: '1.125rem', userSelect: 'all' }}>
          {segredo}
        </Typography>
      </DialogContent>
      <DialogActions>
        <Button onClick={() => copiar(segredo)}>{t('usuarios.copiar')}</Button>
        <Button variant="contained" onClick={aoFechar}>
          {t('comum.fechar')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
