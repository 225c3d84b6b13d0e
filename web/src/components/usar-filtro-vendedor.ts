import { useRef, useState } from 'react';

import { useVendedoresQuery } from '../lib/vendedores';
import type { Opcao } from './selecao';

interface FiltroVendedor {
  /** Of the seller chosen. */
  nome: string | undefined;
  opcoes: readonly Opcao[];
  aoAbrir: () => void;
}

/**
 * The sellers of a filter, asked for when it is opened. The name of the one
 * chosen comes with the answer of the screen (`respondido`): nothing is asked for it.
 */
export function useFiltroVendedor(vendedor: number | undefined, respondido: { id: number; nome: string } | null | undefined): FiltroVendedor {
  const [aberto, setAberto] = useState(false);
  const { data } = useVendedoresQuery(undefined, { skip: !aberto });
  // While the next answer is on its way the last name stands.
  const sabido = useRef<{ id: number; nome: string }>(undefined);
  if (respondido) sabido.current = respondido;
  const lista = data?.vendedores ?? [];
  const escolhido = lista.find((v) => v.id === vendedor) ?? (sabido.current?.id === vendedor ? sabido.current : undefined);
  const todos = escolhido === undefined || lista.some((v) => v.id === escolhido.id) ? lista : [escolhido, ...lista];
  return {
    nome: escolhido?.nome,
    opcoes: todos.map((v) => ({ valor: String(v.id), nome: v.nome })),
    aoAbrir: () => setAberto(true),
  };
}
