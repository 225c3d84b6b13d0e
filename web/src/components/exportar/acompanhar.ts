import { useEffect, useState } from 'react';

import { useEvento } from '../../lib/eventos';
import { emCurso, useExportacaoQuery, type Exportacao } from '../../lib/exportacoes';
import { acompanhadas } from '../../lib/exportacoes-acompanhadas';
import { useEstado } from '../../lib/store';

/** Without the live connection a job is asked for this often, and with it, to be sure, ms. */
const SONDAGEM_MS = 2000;
const SEGURO_MS = 15_000;

/** One job and how far it is: by events, else by asking. */
export function useAcompanhar(id: number): { exportacao: Exportacao | undefined; feitas: number; erro: unknown; reler: () => void } {
  const aoVivo = useEstado((e) => e.conexao.estado === 'aberta');
  const [vivas, setVivas] = useState(0);
  const [anda, setAnda] = useState(true);
  const consulta = useExportacaoQuery(id, { refetchOnMountOrArgChange: true, pollingInterval: anda ? (aoVivo ? SEGURO_MS : SONDAGEM_MS) : 0 });
  const { data, refetch } = consulta;

  useEffect(() => {
    acompanhadas.add(id);
    return () => void acompanhadas.delete(id);
  }, [id]);
  useEffect(() => {
    if (data !== undefined) setAnda(emCurso(data.estado));
  }, [data]);
  useEvento(['exportacao'], ({ dados }) => {
    if (Number(dados.id) !== id) return;
    if (typeof dados.linhas === 'number') setVivas(dados.linhas);
    // In the queue it has moved.
    if (dados.estado !== 'executando' || dados.estado !== data?.estado) void refetch();
  });

  return { exportacao: data, feitas: Math.max(data?.linhas ?? 0, vivas), erro: consulta.error, reler: () => void refetch() };
}
