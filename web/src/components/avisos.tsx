import Alert from '@mui/material/Alert';
import Snackbar from '@mui/material/Snackbar';

import { avisoVisto } from '../lib/aviso';
import { useDespacho, useEstado } from '../lib/store';

const DURACAO_MS = 6000;
const COR = { ok: 'success', erro: 'error', info: 'info' } as const;

/** Shows what `avisar(…)` dispatched, one message at a time. */
export function Avisos() {
  const aviso = useEstado((e) => e.aviso.fila[0]);
  const despachar = useDespacho();
  if (aviso === undefined) return null;

  const fechar = () => despachar(avisoVisto(aviso.id));
  return (
    <Snackbar
      key={aviso.id}
      open
      autoHideDuration={aviso.tipo === 'erro' ? DURACAO_MS * 2 : DURACAO_MS}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}
      onClose={(_, motivo) => {
        if (motivo !== 'clickaway') fechar();
      }}
    >
      <Alert severity={COR[aviso.tipo]} variant="standard" onClose={fechar} sx={{ boxShadow: 6 }}>
        {aviso.texto}
      </Alert>
    </Snackbar>
  );
}
