import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Snackbar from '@mui/material/Snackbar';
import { useEffect, useState } from 'react';

import { aceitarOferta, avisoVisto } from '../lib/aviso';
import { useDespacho, useEstado } from '../lib/store';

const DURACAO_MS = 6000;
/** An offer ("Desfazer") stays this long, and longer while the pointer or the focus is on it. */
const OFERTA_MS = 8000;
const COR = { ok: 'success', erro: 'error', info: 'info' } as const;

/** Shows what `avisar(…)` dispatched, one message at a time; Ctrl+Z takes the offer of an undo. */
export function Avisos() {
  const aviso = useEstado((e) => e.aviso.fila[0]);
  const despachar = useDespacho();
  const oferta = aviso?.desfaz ? aviso.id : undefined;
  const rodape = useRodape(aviso !== undefined);

  useEffect(() => {
    if (oferta === undefined) return undefined;
    const tecla = (evento: KeyboardEvent) => {
      if (evento.defaultPrevented || !(evento.ctrlKey || evento.metaKey) || evento.shiftKey || evento.altKey || evento.key.toLowerCase() !== 'z') return;
      if (evento.target instanceof HTMLElement && evento.target.closest('input:not([type=checkbox]), textarea, [contenteditable=true]') !== null) return;
      evento.preventDefault();
      despachar(avisoVisto(oferta));
      aceitarOferta(oferta);
    };
    document.addEventListener('keydown', tecla);
    return () => document.removeEventListener('keydown', tecla);
  }, [oferta, despachar]);

  if (aviso === undefined) return null;

  const fechar = () => despachar(avisoVisto(aviso.id));
  const duracao = aviso.tipo === 'erro' ? DURACAO_MS * 2 : aviso.acao === undefined ? DURACAO_MS : OFERTA_MS;
  return (
    <Snackbar
      key={aviso.id}
      open
      autoHideDuration={duracao}
      resumeHideDuration={duracao}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}
      sx={rodape === 0 ? undefined : { bottom: `${rodape + 8}px !important` }}
      onClose={(_, motivo) => {
        if (motivo !== 'clickaway') fechar();
      }}
    >
      <Alert
        severity={COR[aviso.tipo]}
        variant="standard"
        role={aviso.mudo ? 'status' : 'alert'}
        aria-live={aviso.mudo ? 'off' : undefined}
        onClose={aviso.acao === undefined ? fechar : undefined}
        action={
          aviso.acao !== undefined && (
            <Button
              color="inherit"
              size="small"
              data-oferta=""
              aria-keyshortcuts={aviso.desfaz ? 'Control+Z' : undefined}
              onClick={() => {
                fechar();
                aceitarOferta(aviso.id);
              }}
            >
              {aviso.acao}
            </Button>
          )
        }
        sx={{ boxShadow: 6, alignItems: 'center' }}
      >
        {aviso.texto}
      </Alert>
    </Snackbar>
  );
}

/** Height of what stands at the foot of the window, px: buttons of a dialog as large as it, a bar over the screen. A message must not lie on them. */
function useRodape(ligado: boolean): number {
  const [altura, setAltura] = useState(0);
  useEffect(() => {
    if (!ligado) return undefined;
    const medir = () => {
      const pe = document.querySelector<HTMLElement>('.MuiDialog-paperFullScreen .MuiDialogActions-root, [data-barra]');
      setAltura(pe === null ? 0 : Math.max(0, window.innerHeight - pe.getBoundingClientRect().top));
    };
    medir();
    // Dialogs come and go at the end of the body; what is in them changes its buttons.
    const vigia = new MutationObserver(medir);
    vigia.observe(document.body, { childList: true, subtree: true });
    window.addEventListener('resize', medir);
    return () => {
      vigia.disconnect();
      window.removeEventListener('resize', medir);
    };
  }, [ligado]);
  return altura;
}
