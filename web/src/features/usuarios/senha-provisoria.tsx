import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { t } from './textos';


/** Shows a provisional password the only time it can be seen. */
export function SenhaProvisoria({ nome, senha, aoFechar }: { nome: string; senha: string; aoFechar: () => void }) {
  const titulo = useId();
  const [copiada, setCopiada] = useState(false);

  async function copiar(): Promise<void> {
    await navigator.clipboard.writeText(senha).then(
      () => setCopiada(true),
      () => setCopiada(false),
    );
  }

  return (
    <Dialog open onClose={aoFechar} aria-labelledby={titulo} maxWidth="xs">
      <DialogTitle id={titulo}>{t('usuarios.senhaTitulo', { nome })}</DialogTitle>
      <DialogContent>
        <DialogContentText>{t('usuarios.senhaTexto')}</DialogContentText>
        <Typography component="output" sx={{ display: 'block', my: 2, p: 1.5, borderRadius: 1, bgcolor: 'action.hover', fontFamily: 'monospace', fontSize: '1.125rem', userSelect: 'all' }}>
          {senha}
        </Typography>
      </DialogContent>
      <DialogActions>
        <Button onClick={() => void copiar()}>{t(copiada ? 'usuarios.copiada' : 'usuarios.copiar')}</Button>
        <Button variant="contained" onClick={aoFechar}>
          {t('comum.fechar')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
