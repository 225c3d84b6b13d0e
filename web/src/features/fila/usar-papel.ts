import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { flushSync } from 'react-dom';

import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { useDespacho } from '../../lib/store';
import { filaApi, juntar, PAPEL_MAX, type RespostaFila } from './api';

/** Clients asked for at a time: the server gives no more. */
const POR_VEZ = 100;
const TECLA = /Mac/.test(navigator.userAgent) ? 'metaKey' : 'ctrlKey';

/**
 * The queue on paper: not the page of the screen, but the day, up to PAPEL_MAX.
 * The button and Ctrl+P read it first. The browser's own menu does not wait: it
 * prints the page of the screen, which says that it is one.
 */
export function usePapel(vendedorId: number, fila: RespostaFila | undefined): { papel: RespostaFila | undefined; lendo: boolean; imprimir: () => void } {
  const despachar = useDespacho();
  const [papel, setPapel] = useState<RespostaFila>();
  const [lendo, setLendo] = useState(false);
  const aqui = useRef(true);

  async function ler(): Promise<RespostaFila> {
    const paginas: RespostaFila[] = [];
    do {
      const pedido = filaApi.endpoints.fila.initiate({ vendedorId, page: paginas.length + 1, size: POR_VEZ }, { subscribe: false, forceRefetch: true });
      paginas.push(await despachar(pedido).unwrap());
    } while (paginas.length < Math.min(paginas[0]?.pages ?? 0, PAPEL_MAX / POR_VEZ));
    return juntar(paginas);
  }

  async function imprimir(): Promise<void> {
    if (lendo) return;
    if (fila !== undefined && fila.pages > 1) {
      setLendo(true);
      try {
        const tudo = await ler();
        if (!aqui.current) return;
        flushSync(() => setPapel(tudo));
      } catch (erro) {
        if (aqui.current) despachar(avisar(mensagemDeErro(erro), 'erro'));
        return;
      } finally {
        setLendo(false);
      }
    }
    window.print();
  }

  const tecla = useEffectEvent((evento: KeyboardEvent) => {
    if (evento.key.toLowerCase() !== 'p' || !evento[TECLA] || evento.shiftKey || evento.altKey || fila === undefined || fila.pages <= 1) return;
    evento.preventDefault();
    void imprimir();
  });

  useEffect(() => {
    aqui.current = true;
    const ouvir = (evento: KeyboardEvent) => tecla(evento);
    const impresso = () => setPapel(undefined);
    window.addEventListener('keydown', ouvir);
    window.addEventListener('afterprint', impresso);
    return () => {
      aqui.current = false;
      window.removeEventListener('keydown', ouvir);
      window.removeEventListener('afterprint', impresso);
    };
  }, []);

  return { papel, lendo, imprimir: () => void imprimir() };
}
