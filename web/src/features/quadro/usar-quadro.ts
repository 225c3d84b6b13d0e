import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import type { EstadoPagina } from '../../components/lista-cartoes';
import { agrupar, useEvento } from '../../lib/eventos';
import { store, useDespacho } from '../../lib/store';
import { quadroApi, useQuadroGestaoQuery, type QuadroArgs } from './api';
import { colunasTocadas } from './efeitos';
import { juntarPagina, mover, PAGINA, proximaPagina, receber, receberColuna, tamanhoDaLeitura, type Quadro } from './quadro';

/** Events of a burst cause one reading, ms: the whole company's are many. */
const AGRUPAR_MS = 800;
/** More columns than this are read by one answer for all. */
const COLUNAS_UMA_A_UMA = 2;
/** A card that arrived stays marked this long, ms. */
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

/**
 * The manager's board, kept up to date. While a move is on its way nothing is
 * read: an answer from before it would put the cards back for a moment.
 */
export function useQuadro(args: QuadroArgs) {
  const { por, vendedor } = args;
  const fixos = useMemo<QuadroArgs>(() => ({ por, vendedor }), [por, vendedor]);
  const consulta = useQuadroGestaoQuery(fixos, { refetchOnMountOrArgChange: true });
  const despachar = useDespacho();
  const [paginas, setPaginas] = useState<Record<string, EstadoPagina>>({});
  const [novos, setNovos] = useState<ReadonlySet<number>>(new Set());

  const sujas = useRef(new Set<string>());
  const todas = useRef(false);
  const movendo = useRef(0);
  /** Grows with every change made here; a reading that spans one is thrown away. */
  const geracao = useRef(0);
  const lendo = useRef(new Set<string>());

  const atual = useCallback((): Quadro | undefined => quadroApi.endpoints.quadroGestao.select(fixos)(store.getState()).data, [fixos]);
  const mudar = useCallback((fn: (q: Quadro) => void) => despachar(quadroApi.util.updateQueryData('quadroGestao', fixos, fn)), [despachar, fixos]);
  const pedirColuna = useCallback(
    (parte: { coluna: string; page?: number; size: number }) =>
      despachar(quadroApi.endpoints.quadroColuna.initiate({ ...fixos, ...parte }, { forceRefetch: true, subscribe: false })).unwrap(),
    [despachar, fixos],
  );

  const leitura = useMemo(() => {
    let andando = false;
    const grupo = agrupar(() => void ler(), AGRUPAR_MS);

    async function ler(): Promise<void> {
      const antes = atual();
      if (antes === undefined || movendo.current > 0 || (!todas.current && sujas.current.size === 0)) return;
      // One reading at a time: an answer that was overtaken would put back what is old.
      if (andando) {
        grupo.chamar();
        return;
      }
      const nomes = [...sujas.current];
      const tudo = todas.current || nomes.length > COLUNAS_UMA_A_UMA;
      sujas.current.clear();
      todas.current = false;
      const minha = geracao.current;
      andando = true;
      try {
        if (tudo) {
          const resposta = await despachar(quadroApi.endpoints.quadroLeitura.initiate(fixos, { forceRefetch: true, subscribe: false })).unwrap();
          if (geracao.current !== minha) throw new Error('changed meanwhile');
          mudar((q) => receber(q, resposta));
        } else {
          for (const coluna of nomes) {
            const dados = atual()?.colunas[coluna];
            if (dados === undefined) continue;
            const resposta = await pedirColuna({ coluna, size: tamanhoDaLeitura(dados) });
            if (geracao.current !== minha) throw new Error('changed meanwhile');
            mudar((q) => receberColuna(q, resposta));
          }
        }
      } catch {
        // Not read: it stays old until the next event, reconnection or move.
        for (const nome of nomes) sujas.current.add(nome);
        todas.current ||= tudo;
        if (geracao.current !== minha) grupo.chamar();
        return;
      } finally {
        andando = false;
      }
      const depois = atual();
      if (depois === undefined) return;
      const chegaram = recemChegados(antes, depois);
      if (chegaram.length > 0) setNovos(new Set(chegaram));
    }

    return {
      sujar(nomes: 'todas' | readonly string[]) {
        if (nomes === 'todas') todas.current = true;
        else for (const nome of nomes) sujas.current.add(nome);
        if (todas.current || sujas.current.size > 0) grupo.chamar();
      },
      cancelar: grupo.cancelar,
    };
  }, [atual, mudar, pedirColuna, despachar, fixos]);

  useEffect(() => leitura.cancelar, [leitura]);

  useEffect(() => {
    if (novos.size === 0) return undefined;
    const relogio = setTimeout(() => setNovos(new Set()), REALCE_MS);
    return () => clearTimeout(relogio);
  }, [novos]);

  useEvento(TIPOS, (evento) => {
    const quadro = atual();
    if (quadro !== undefined) leitura.sujar(colunasTocadas(quadro, evento));
  });

  const carregarMais = useCallback(
    async (nome: string) => {
      const coluna = atual()?.colunas[nome];
      const page = coluna && proximaPagina(coluna);
      if (page === undefined || lendo.current.has(nome)) return;
      lendo.current.add(nome);
      setPaginas((p) => ({ ...p, [nome]: 'lendo' }));
      const minha = geracao.current;
      try {
        const resposta = await pedirColuna({ coluna: nome, page, size: PAGINA });
        if (geracao.current === minha) mudar((q) => juntarPagina(q, resposta));
        setPaginas((p) => ({ ...p, [nome]: 'parada' }));
      } catch {
        setPaginas((p) => ({ ...p, [nome]: 'falhou' }));
      } finally {
        lendo.current.delete(nome);
      }
    },
    [atual, mudar, pedirColuna],
  );

  /** Moves at once on screen, runs `enviar`, and takes the move back when that fails. */
  const moverJa = useCallback(
    async <R extends { error?: unknown }>(ids: readonly number[], destino: string, vendedorNovo: { id: number; nome: string } | null, enviar: () => Promise<R>): Promise<R> => {
      const tocadas = [...new Set([...ids.flatMap((id) => coluna(atual(), id) ?? []), destino])];
      geracao.current += 1;
      movendo.current += 1;
      const mudanca = mudar((q) => mover(q, ids, destino, vendedorNovo));
      const resposta = await enviar();
      movendo.current -= 1;
      geracao.current += 1;
      if (resposta.error !== undefined) mudanca.undo();
      leitura.sujar(tocadas);
      return resposta;
    },
    [atual, mudar, leitura],
  );

  const reler = useCallback(() => {
    geracao.current += 1;
    leitura.sujar('todas');
  }, [leitura]);

  return { consulta, paginas, novos, atual, carregarMais, moverJa, reler };
}

function coluna(quadro: Quadro | undefined, id: number): string | undefined {
  return quadro?.ordem.find((nome) => quadro.colunas[nome]?.cartoes.some((c) => c.id === id));
}

/** Cards in a column where they were not. */
function recemChegados(antes: Quadro, depois: Quadro): number[] {
  const novos: number[] = [];
  for (const nome of depois.ordem) {
    const velhas = antes.colunas[nome];
    if (velhas === undefined) continue;
    const tinha = new Set(velhas.cartoes.map((c) => c.id));
    // What lies deeper than what was loaded was there before.
    for (const c of (depois.colunas[nome]?.cartoes ?? []).slice(0, velhas.cartoes.length)) if (!tinha.has(c.id)) novos.push(c.id);
  }
  return novos;
}
