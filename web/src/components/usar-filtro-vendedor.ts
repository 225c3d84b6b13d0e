import { useState } from 'react';

import { useVendedoresQuery } from '../lib/vendedores';
import type { Opcao } from './selecao';

interface FiltroVendedor {
  /** Of the seller chosen. */
  nome: string | undefined;
  opcoes: readonly Opcao[];
  aoAbrir: () => void;
}

/** The sellers of a filter, asked for when it is opened or one of them is chosen: the numbers do not wait for them. */
export function useFiltroVendedor(vendedor: number | undefined): FiltroVendedor {
  const [aberto, setAberto] = useState(false);
  const { data } = useVendedoresQuery(undefined, { skip: !aberto && vendedor === undefined });
  return {
    nome: data?.vendedores.find((v) => v.id === vendedor)?.nome,
    opcoes: (data?.vendedores ?? []).map((v) => ({ valor: String(v.id), nome: v.nome })),
    aoAbrir: () => setAberto(true),
  };
}
