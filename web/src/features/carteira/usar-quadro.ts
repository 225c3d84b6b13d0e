import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import type { ResultadoContato } from '../../lib/contato';
import { agrupar, useEvento } from '../../lib/eventos';
import { store, useDespacho } from '../../lib/store';
import { carteiraApi, useMarcarContatadoMutation, useQuadroQuery } from './api';
import { colunasTocadas, presencaDoVendedor } from './efeitos';
import { juntarPagina, PAGINA, planejarLeitura, proximaPagina, recemChegados, receberLeitura, type Quadro } from './quadro';
import type { ClienteCarteira, NomeColuna, RespostaCarteira } from './tipos';

/** Events of a burst cause one reading, ms. */
const AGRUPAR_MS = 350;
/** A new card stays marked this long, ms. */
const REALCE_MS = 4000;

const TIPOS = [
  'cliente_contatado',
  'cliente_recuperado',
  'cliente_realocado',
  'cliente_liberado',
  'redistribuicao_completa',
  'vendedor_online',
  'configuracao_alterada',
  'recarregar',
] as const;

export type EstadoPagina = 'parada' | 'lendo' | 'falhou';

/**
 * The board of a seller, kept up to date.
 *
 * While a mark is on its way nothing is read: an answer from before the mark
 * would put the card back for a moment.
 */
export function useQuadro(vendedorId: number, aoChegarem: (quantos: number) => void) {
  const consulta = useQuadroQuery(vendedorId, { refetchOnMountOrArgChange: true });
  const despachar = useDespacho();
  const [enviarMarca] = useMarcarContatadoMutation();
  const [novos, setNovos] = useState<ReadonlySet<number>>(new Set());
  const [paginas, setPaginas] = useState<Partial<Record<NomeColuna, EstadoPagina>>>({});

  const sujas = useRef(new Set<NomeColuna>());
  const marcando = useRef(0);
  /** Grows with every change made here; a reading that spans one is thrown away. */
  const geracao = useRef(0);
  const lendoPagina = useRef(new Set<NomeColuna>());
  const avisarChegada = useRef(aoChegarem);
  useEffect(() => {
    avisarChegada.current = aoChegarem;
  });

  const atual = useCallback((): Quadro | undefined => carteiraApi.endpoints.quadro.select(vendedorId)(store.getState()).data, [vendedorId]);
  const mudar = useCallback(
    (fn: (quadro: Quadro) => void) => despachar(carteiraApi.util.updateQueryData('quadro', vendedorId, fn)),
    [despachar, vendedorId],
  );
  const pedir = useCallback(
    (parte: { coluna?: NomeColuna; page?: number; size?: number }): Promise<RespostaCarteira> =>
      despachar(carteiraApi.endpoints.leitura.initiate({ vendedorId, ...parte }, { forceRefetch: true, subscribe: false })).unwrap(),
    [despachar, vendedorId],
  );

  const leitura = useMemo(() => {
    const grupo = agrupar(() => void ler(), AGRUPAR_MS);

    async function ler(): Promise<void> {
      const antes = atual();
      if (antes === undefined || sujas.current.size === 0 || marcando.current > 0) return;
      const nomes = [...sujas.current];
      sujas.current.clear();
      const minha = geracao.current;
      try {
        for (const parte of planejarLeitura(antes, nomes)) {
          const resposta = await pedir(parte);
          if (geracao.current !== minha) throw new Error('changed meanwhile');
          mudar((quadro) => receberLeitura(quadro, parte.coluna, resposta));
        }
      } catch {
        // Not read: it stays old until the next event, reconnection or mark.
        for (const nome of nomes) sujas.current.add(nome);
        if (geracao.current !== minha) grupo.chamar();
        return;
      }
      const depois = atual();
      if (depois === undefined) return;
      const chegaram = recemChegados(antes, depois);
      if (chegaram.length > 0) {
        setNovos(new Set(chegaram));
        avisarChegada.current(chegaram.length);
      }
    }

    return {
      sujar(nomes: readonly NomeColuna[]) {
        for (const nome of nomes) sujas.current.add(nome);
        if (sujas.current.size > 0) grupo.chamar();
      },
      cancelar: grupo.cancelar,
    };
  }, [atual, mudar, pedir]);

  useEffect(() => leitura.cancelar, [leitura]);

  useEffect(() => {
    if (novos.size === 0) return undefined;
    const relogio = setTimeout(() => setNovos(new Set()), REALCE_MS);
    return () => clearTimeout(relogio);
  }, [novos]);

  useEvento(TIPOS, (evento) => {
    const quadro = atual();
    if (quadro === undefined) return;
    leitura.sujar(colunasTocadas(quadro, evento));
    const online = presencaDoVendedor(quadro, evento);
    if (online !== undefined) {
      mudar((q) => {
        q.vendedor.online = online;
      });
    }
  });

  const carregarMais = useCallback(
    async (nome: NomeColuna) => {
      const quadro = atual();
      const page = quadro && proximaPagina(quadro.colunas[nome]);
      if (page === undefined || lendoPagina.current.has(nome)) return;
      lendoPagina.current.add(nome);
      setPaginas((p) => ({ ...p, [nome]: 'lendo' }));
      const minha = geracao.current;
      try {
        const resposta = await pedir({ coluna: nome, page, size: PAGINA });
        // After a change the page may overlap or lack cards: it is asked again.
        if (geracao.current === minha) mudar((q) => juntarPagina(q, nome, resposta));
        setPaginas((p) => ({ ...p, [nome]: 'parada' }));
      } catch {
        setPaginas((p) => ({ ...p, [nome]: 'falhou' }));
      } finally {
        lendoPagina.current.delete(nome);
      }
    },
    [atual, mudar, pedir],
  );

  const marcar = useCallback(
    async (cliente: ClienteCarteira, dados: { observacoes: string; resultado: ResultadoContato }) => {
      geracao.current += 1;
      marcando.current += 1;
      const resposta = await enviarMarca({ vendedorId, clienteId: cliente.id, ...dados });
      marcando.current -= 1;
      geracao.current += 1;
      // Refused: somebody else changed the board, or its state is unknown.
      leitura.sujar(resposta.error === undefined ? [] : [cliente.coluna, 'contatado']);
      return resposta;
    },
    [enviarMarca, vendedorId, leitura],
  );

  return { consulta, novos, paginas, carregarMais, marcar };
}
