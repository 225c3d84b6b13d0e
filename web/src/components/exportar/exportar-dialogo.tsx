import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useEffect, useId, useRef, useState } from 'react';

import { t } from '../../i18n/exportacao';
import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { useExportarMutation, type PedidoExportacao } from '../../lib/exportacoes';
import { useDespacho } from '../../lib/store';
import type { PropsExportar } from '../botao-exportar';
import { Formulario } from './formulario';
import { Trabalho } from './trabalho';

interface Props extends PropsExportar {
  aoFechar: () => void;
}

/**
 * From the choice to the file. The request goes on when the dialog is closed
 * meanwhile: its end is then told over whatever screen is there.
 */
export function ExportarDialogo({ aoFechar, ...props }: Props) {
  const id = useId();
  const baixa = useMediaQuery('(max-width:599.95px)', { noSsr: true });
  const despachar = useDespacho();
  const [exportar] = useExportarMutation();
  const [trabalho, setTrabalho] = useState<number>();
  const [gerando, setGerando] = useState(false);
  const [erro, setErro] = useState<unknown>();
  const pedido = useRef<{ abort: () => void }>(undefined);
  const naTela = useRef(false);
  useEffect(() => {
    naTela.current = true;
    return () => {
      naTela.current = false;
    };
  }, []);

  async function enviar(corpo: PedidoExportacao): Promise<void> {
    setErro(undefined);
    setGerando(true);
    const este = exportar(corpo);
    pedido.current = este;
    const resposta = await este;
    // Cancelled here: nobody waits for it.
    if (pedido.current !== este) return;
    setGerando(false);
    if (resposta.error !== undefined) {
      if (naTela.current) setErro(resposta.error);
      else despachar(avisar(`${t('exportacao.naoExportou')} ${mensagemDeErro(resposta.error)}`, 'erro'));
    } else if ('baixado' in resposta.data) {
      despachar(avisar(t('exportacao.baixado', { nome: resposta.data.baixado })));
      if (naTela.current) aoFechar();
    } else if (naTela.current) {
      setTrabalho(resposta.data.trabalho.id);
    }
  }

  function desistir(): void {
    const este = pedido.current;
    pedido.current = undefined;
    este?.abort();
    setGerando(false);
  }

  return (
    <Dialog open fullScreen={baixa} maxWidth={trabalho === undefined && !gerando ? 'md' : 'sm'} onClose={aoFechar} aria-labelledby={id}>
      <DialogTitle id={id}>{props.titulo ?? t(`exportacao.titulos.${props.origem}`)}</DialogTitle>
      {trabalho !== undefined ? (
        <Trabalho id={trabalho} aoFechar={aoFechar} />
      ) : (
        <>
          {gerando && <Gerando aoFechar={aoFechar} aoDesistir={desistir} />}
          {/* Kept below, so that a refusal finds the choices as they were. */}
          <Formulario {...props} escondido={gerando} erro={erro} aoEnviar={(corpo) => void enviar(corpo)} aoFechar={aoFechar} />
        </>
      )}
    </Dialog>
  );
}

/** The file of a short list is on its way. */
function Gerando({ aoFechar, aoDesistir }: { aoFechar: () => void; aoDesistir: () => void }) {
  return (
    <>
      <DialogContent>
        <Typography role="status" sx={{ mb: 1.5 }}>
          {t('exportacao.preparando')}
        </Typography>
        <LinearProgress aria-label={t('exportacao.preparando')} sx={{ height: 8, borderRadius: 4, mb: 1.5 }} />
        <Typography variant="body2" color="textSecondary">
          {t('exportacao.preparandoTexto')}
        </Typography>
      </DialogContent>
      <DialogActions>
        <Button color="error" onClick={aoDesistir}>
          {t('exportacao.cancelar')}
        </Button>
        {/* eslint-disable-next-line jsx-a11y/no-autofocus -- the button that had the focus is gone */}
        <Button variant="contained" onClick={aoFechar} autoFocus>
          {t('comum.fechar')}
        </Button>
      </DialogActions>
    </>
  );
}
