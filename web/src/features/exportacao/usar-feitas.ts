import { useState } from 'react';

import { api } from '../../lib/api';
import { useEvento } from '../../lib/eventos';
import type { Exportacao } from '../../lib/exportacoes';
import { useDespacho } from '../../lib/store';

/** Rows written so far, by job, as events tell; a job that changed its state, or moved in the queue, is read again. */
export function useFeitas(exportacoes: readonly Exportacao[] | undefined): ReadonlyMap<number, number> {
  const despachar = useDespacho();
  const [feitas, setFeitas] = useState<ReadonlyMap<number, number>>(new Map());

  useEvento(['exportacao'], ({ dados }) => {
    const id = Number(dados.id);
    if (typeof dados.linhas === 'number') {
      const linhas = dados.linhas;
      setFeitas((antes) => new Map(antes).set(id, linhas));
    }
    if (dados.estado === 'na_fila' || exportacoes?.find((e) => e.id === id)?.estado !== dados.estado) despachar(api.util.invalidateTags(['Exportacoes']));
  });
  return feitas;
}
