import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useLocation, useSearch } from 'wouter';

import { store } from '../../lib/store';
import { enderecoComPessoa, escrever, ler, textoEsquecido, type Busca } from './estado';
import { esquecerTudo, guardarTexto, lembrarTexto } from './memoria';

store.subscribe(() => {
  if (store.getState().sessao.fechada) esquecerTudo();
});

/** How a change enters the history: as a step of Back, or in place of the present one. */
export type Passo = 'novo' | 'mesmo';

/**
 * The state of the search screen, which lives in the address. A change of
 * anything but the page goes back to the first page.
 */
export function useBusca(): {
  busca: Busca;
  endereco: string;
  /** The text of this address was in another tab or session. */
  esquecida: boolean;
  mudar: (novos: Partial<Busca>, passo?: Passo) => void;
} {
  const endereco = useSearch();
  const [caminho, ir] = useLocation();
  const params = useMemo(() => new URLSearchParams(endereco), [endereco]);
  const busca = useMemo(() => ler(params, lembrarTexto), [params]);
  const atual = useRef(busca);
  atual.current = busca;

  const mudar = useCallback(
    (novos: Partial<Busca>, passo: Passo = 'novo') => {
      const depois = { ...atual.current, pagina: 1, ...novos };
      atual.current = depois;
      const consulta = escrever(depois, guardarTexto);
      ir(consulta === '' ? caminho : `${caminho}?${consulta}`, { replace: passo === 'mesmo' });
    },
    [caminho, ir],
  );

  // A link written by hand: what identifies a person leaves the address at once.
  const comPessoa = enderecoComPessoa(params);
  useEffect(() => {
    if (comPessoa) mudar({}, 'mesmo');
  }, [comPessoa, mudar]);

  return { busca, endereco, esquecida: textoEsquecido(params, lembrarTexto), mudar };
}
