import { useCallback, useEffect, useRef } from 'react';

import { idDoEndereco } from '../../lib/id-do-endereco';
import type { Direcao } from './cartao';
import { localizar, type Quadro } from './quadro';
import { COLUNAS, type ClienteCarteira, type NomeColuna } from './tipos';

/** The address follows the card once it has the focus this long, ms. */
const ENDERECO_MS = 400;

/** The card with the focus stands in the address: reloading, Back and links find it again. */
export function useCartaoNoEndereco(): (clienteId: number) => void {
  const relogio = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(relogio.current), []);
  return useCallback((clienteId) => {
    const caminho = location.pathname;
    clearTimeout(relogio.current);
    relogio.current = setTimeout(() => {
      const endereco = new URL(location.href);
      if (endereco.pathname !== caminho || endereco.searchParams.get('cliente') === String(clienteId)) return;
      endereco.searchParams.set('cliente', String(clienteId));
      history.replaceState(history.state, '', endereco);
    }, ENDERECO_MS);
  }, []);
}

/** The client named by the address, read once. */
export function clienteDoEndereco(): number | undefined {
  return idDoEndereco(new URLSearchParams(location.search).get('cliente'));
}

/** The card an arrow leads to: in the column, or at the same height beside. */
export function vizinho(quadro: Quadro, cliente: ClienteCarteira, direcao: Direcao, estreita: boolean): number | undefined {
  const lugar = localizar(quadro, cliente.id);
  if (lugar === undefined) return undefined;
  const cartoes = quadro.colunas[lugar.coluna].cartoes;
  switch (direcao) {
    case 'cima':
      return cartoes[lugar.indice - 1]?.id;
    case 'baixo':
      return cartoes[lugar.indice + 1]?.id;
    case 'inicio':
      return cartoes[0]?.id;
    case 'fim':
      return cartoes.at(-1)?.id;
    default: {
      if (estreita) return undefined;
      const passo = direcao === 'direita' ? 1 : -1;
      for (let i = COLUNAS.indexOf(lugar.coluna) + passo; i >= 0 && i < COLUNAS.length; i += passo) {
        const outra = quadro.colunas[COLUNAS[i] as NomeColuna].cartoes;
        if (outra.length > 0) return outra[Math.min(lugar.indice, outra.length - 1)]?.id;
      }
      return undefined;
    }
  }
}
