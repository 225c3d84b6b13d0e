import { useEffect, useMemo, useRef } from 'react';

import type { ApiError } from '../../lib/erro-api';
import { ehApiError } from '../../lib/erro-api';
import { useDespacho, useEstado } from '../../lib/store';
import { pesquisaApi, type PesquisaArgs, type PesquisaPagina } from './api';

/** An answer this old is asked again when the screen comes back to it, s; it shows meanwhile. */
const VALE_S = 10;

export interface Pesquisa {
  /** The answer to what is asked now, or while it is on its way the one before. */
  pagina?: PesquisaPagina;
  /** `pagina` does not answer what is asked now. */
  velha: boolean;
  lendo: boolean;
  erro?: ApiError;
  /** Time from asking to the answer, ms; undefined for an old one. */
  duracao?: number;
  repetir: () => void;
}

/**
 * Asks, and aborts the former question when another comes: the front then
 * cancels it in PostgreSQL too.
 */
export function usePesquisa(args: PesquisaArgs): Pesquisa {
  const despachar = useDespacho();
  const chave = JSON.stringify(args);
  const pedida = useMemo(() => JSON.parse(chave) as PesquisaArgs, [chave]);
  const estado = useEstado(useMemo(() => pesquisaApi.endpoints.pesquisarClientes.select(pedida), [pedida]));

  useEffect(() => {
    let pedido: { abort: () => void; unsubscribe: () => void } | undefined;
    // A question that is taken back in the same moment is never sent.
    const relogio = setTimeout(() => {
      pedido = despachar(pesquisaApi.endpoints.pesquisarClientes.initiate(pedida, { forceRefetch: VALE_S }));
    }, 0);
    return () => {
      clearTimeout(relogio);
      pedido?.abort();
      pedido?.unsubscribe();
    };
  }, [despachar, pedida]);

  const ultima = useRef<PesquisaPagina>(undefined);
  if (estado.data !== undefined) ultima.current = estado.data;

  // What was aborted did not fail; its old answer, if any, stands.
  const falhou = estado.status === 'rejected' && ehApiError(estado.error);
  const parou = estado.status === 'fulfilled' || (estado.status === 'rejected' && estado.data !== undefined);
  return {
    pagina: estado.data ?? ultima.current,
    velha: estado.data === undefined,
    lendo: !falhou && !parou,
    erro: falhou ? (estado.error as ApiError) : undefined,
    duracao: estado.status === 'fulfilled' && estado.startedTimeStamp !== undefined && estado.fulfilledTimeStamp !== undefined ? estado.fulfilledTimeStamp - estado.startedTimeStamp : undefined,
    repetir: () => void despachar(pesquisaApi.endpoints.pesquisarClientes.initiate(pedida, { forceRefetch: true, subscribe: false })),
  };
}
