import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { useCallback, useEffect, useRef } from 'react';

import { t } from '../i18n/casca';
import { api, type Tag } from '../lib/api';
import { avisar } from '../lib/aviso';
import { conexaoMudou } from '../lib/conexao';
import { useDiaNovo } from '../lib/dia-novo';
import { agrupar, publicar, TAGS_POR_EVENTO } from '../lib/eventos';
import { useDespacho, useEstado } from '../lib/store';
import { enderecoWs, ligar, type Ligacao } from '../lib/websocket';

/** Without the live connection, screens read again this often, s. */
const SONDAGEM_S = 30;
/** Events of a burst cause one reading, ms. */
const AGRUPAR_MS = 400;

/**
 * Keeps the live connection of the tab, turns events into readings of what they
 * made old, and shows the banner while the connection is lost.
 */
export function AoVivo({ sub }: { sub: number }) {
  const despachar = useDespacho();
  const estado = useEstado((e) => e.conexao.estado);
  const ligacao = useRef<Ligacao>(undefined);
  const perdeu = useRef(false);

  const lerTudo = useCallback(() => {
    despachar(api.util.invalidateTags([...TAGS_POR_EVENTO.recarregar]));
    publicar({ seq: 0, tipo: 'recarregar', dados: {} });
  }, [despachar]);
  useDiaNovo(lerTudo);

  useEffect(() => {
    const velhas = new Set<Tag>();
    const leitura = agrupar(() => {
      const tags = [...velhas];
      velhas.clear();
      despachar(api.util.invalidateTags(tags));
    }, AGRUPAR_MS);
    const envelhecer = (tags: readonly Tag[]) => {
      for (const tag of tags) velhas.add(tag);
      if (velhas.size > 0) leitura.chamar();
    };

    const nova = ligar(enderecoWs(window.location), {
      estado: (novo) => despachar(conexaoMudou(novo)),
      recarregar: () => {
        envelhecer(TAGS_POR_EVENTO.recarregar);
        publicar({ seq: 0, tipo: 'recarregar', dados: {} });
      },
      evento: (evento) => {
        envelhecer(TAGS_POR_EVENTO[evento.tipo] ?? []);
        publicar(evento);
      },
    });
    ligacao.current = nova;

    const agora = () => nova.agora();
    const visivel = () => {
      if (document.visibilityState === 'visible') nova.agora();
    };
    window.addEventListener('online', agora);
    document.addEventListener('visibilitychange', visivel);
    return () => {
      window.removeEventListener('online', agora);
      document.removeEventListener('visibilitychange', visivel);
      leitura.cancelar();
      nova.fechar();
      despachar(conexaoMudou('parada'));
    };
  }, [despachar, sub]);

  // An end of session closes the socket; a reading tells whether it was that.
  useEffect(() => {
    if (estado !== 'perdida') {
      if (estado === 'aberta' && perdeu.current) {
        perdeu.current = false;
        despachar(avisar(t('conexao.voltou'), 'info'));
      }
      return undefined;
    }
    perdeu.current = true;
    const relogio = setInterval(lerTudo, SONDAGEM_S * 1000);
    const conferir = setTimeout(() => despachar(api.util.invalidateTags(['Eu'])), 1000);
    return () => {
      clearInterval(relogio);
      clearTimeout(conferir);
    };
  }, [estado, despachar, lerTudo]);

  if (estado !== 'perdida') return null;
  const semRede = typeof navigator !== 'undefined' && !navigator.onLine;
  return (
    <Alert
      severity="warning"
      role="status"
      sx={{ borderRadius: 0, alignItems: 'center' }}
      action={
        <Button color="inherit" size="small" onClick={() => ligacao.current?.agora()}>
          {t('conexao.agora')}
        </Button>
      }
    >
      {semRede ? t('conexao.semRede') : t('conexao.perdida', { segundos: SONDAGEM_S })}
    </Alert>
  );
}

