import { useCallback, useEffect, useMemo, useRef, useState } from 'react';

import type { EstadoPagina, Vista } from '../../components/lista-cartoes';
import type { Contato } from '../../lib/contato';
import { agrupar, useEvento } from '../../lib/eventos';
import { store, useDespacho } from '../../lib/store';
import { carteiraApi, useDesmarcarContatoMutation, useMarcarContatadoMutation, useQuadroQuery } from './api';
import { colunasTocadas, presencaDoVendedor } from './efeitos';
import { cabeInteira, envelhecer, juntarPagina, PAGINA, planejarLeitura, proximaPagina, receberColunas, recemChegados, receberLeitura, substituirColuna, trocar, velhasAVista, type Parte, type Quadro } from './quadro';
import { COLUNAS, type ClienteCarteira, type NomeColuna, type RespostaCarteira, type TotaisDasColunas } from './tipos';

/** Events of a burst cause one reading, ms. */
const AGRUPAR_MS = 350;
/** A new card stays marked this long, ms. */
const REALCE_MS = 4000;
/** So many cards of a column are looked through for the one that a link names; what the server gives at a time. */
const PROCURA = 500;

const TIPOS = [
  'cliente_contatado',
  'contato_desfeito',
  'proximo_passo',
  'clientes_esfriando',
  'cliente_recuperado',
  'cliente_realocado',
  'cliente_liberado',
  'redistribuicao_completa',
  'vendedor_online',
  'configuracao_alterada',
  'recarregar',
] as const;

/** Boards read for a screen that is not drawn yet: it need not read them again. */
const lidosAgora = new Set<number>();

export async function adiantarQuadro(vendedorId: number): Promise<void> {
  const { isSuccess } = await store.dispatch(carteiraApi.endpoints.quadro.initiate(vendedorId, { subscribe: false }));
  if (isSuccess) lidosAgora.add(vendedorId);
}

/**
 * The board of a seller, kept up to date.
 *
 * While a mark is on its way nothing is read: an answer from before the mark
 * would put the card back for a moment.
 */
export function useQuadro(vendedorId: number, usuarioId: number, aoChegarem: (quantos: number) => void) {
  // What was here before is shown at once and read again by parts, so that Back
  // finds the pages it left.
  const [guardado] = useState(() => !lidosAgora.delete(vendedorId) && carteiraApi.endpoints.quadro.select(vendedorId)(store.getState()).data !== undefined);
  const consulta = useQuadroQuery(vendedorId);
  const despachar = useDespacho();
  const [enviarMarca] = useMarcarContatadoMutation();
  const [enviarVolta] = useDesmarcarContatoMutation();
  const [novos, setNovos] = useState<ReadonlySet<number>>(new Set());
  const [paginas, setPaginas] = useState<Partial<Record<NomeColuna, EstadoPagina>>>({});

  const sujas = useRef(new Set<NomeColuna>());
  const vistas = useRef<Partial<Record<NomeColuna, Vista>>>({});
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
    (parte: Parte): Promise<RespostaCarteira> =>
      despachar(carteiraApi.endpoints.leitura.initiate({ vendedorId, ...parte }, { forceRefetch: true, subscribe: false })).unwrap(),
    [despachar, vendedorId],
  );

  const leitura = useMemo(() => {
    let lendo = false;
    const grupo = agrupar(() => void ler(), AGRUPAR_MS);

    async function ler(): Promise<void> {
      const antes = atual();
      if (antes === undefined || sujas.current.size === 0 || marcando.current > 0) return;
      // One reading at a time: a burst must not pile them up.
      if (lendo) {
        grupo.chamar();
        return;
      }
      const nomes = [...sujas.current];
      sujas.current.clear();
      const minha = geracao.current;
      const partes = planejarLeitura(antes, nomes, vistas.current);
      mudar((quadro) => {
        for (const nome of nomes) if (!cabeInteira(quadro.colunas[nome])) envelhecer(quadro, nome);
      });
      lendo = true;
      try {
        for (const parte of partes) {
          const resposta = await pedir(parte);
          if (geracao.current !== minha) throw new Error('changed meanwhile');
          mudar((quadro) => receberLeitura(quadro, parte, resposta));
        }
      } catch {
        // Not read: it stays old until the next event, reconnection or mark.
        for (const nome of nomes) sujas.current.add(nome);
        if (geracao.current !== minha) grupo.chamar();
        return;
      } finally {
        lendo = false;
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
      /** Pages that came into sight and are old. */
      async verVelhas(nome: NomeColuna) {
        const quadro = atual();
        const vista = vistas.current[nome];
        if (quadro === undefined || vista === undefined || lendo || marcando.current > 0) return;
        const pagina = velhasAVista(quadro.colunas[nome], vista)[0];
        if (pagina === undefined) return;
        const minha = geracao.current;
        lendo = true;
        try {
          const parte = { coluna: nome, page: pagina, size: PAGINA };
          const resposta = await pedir(parte);
          if (geracao.current === minha) mudar((q) => receberLeitura(q, parte, resposta));
        } catch {
          return;
        } finally {
          lendo = false;
        }
        void this.verVelhas(nome);
      },
      cancelar: grupo.cancelar,
    };
  }, [atual, mudar, pedir]);

  useEffect(() => leitura.cancelar, [leitura]);
  useEffect(() => {
    if (guardado) leitura.sujar(COLUNAS);
  }, [guardado, leitura]);

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
    if (online !== undefined && online !== quadro.vendedor.online) {
      mudar((q) => {
        q.vendedor.online = online;
      });
    }
  });

  const aoVer = useCallback(
    (nome: NomeColuna, vista: Vista) => {
      vistas.current[nome] = vista;
      if ((atual()?.colunas[nome].velhas.length ?? 0) > 0) void leitura.verVelhas(nome);
    },
    [atual, leitura],
  );

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

  /** Looks for a card below those that are loaded, among the first of each column; the board when it is on it then. */
  const procurar = useCallback(
    async (id: number): Promise<Quadro | undefined> => {
      for (const coluna of COLUNAS) {
        const quadro = atual();
        if (quadro === undefined || proximaPagina(quadro.colunas[coluna]) === undefined) continue;
        const minha = geracao.current;
        const resposta = await pedir({ coluna, page: 1, size: PROCURA }).catch(() => undefined);
        if (geracao.current !== minha || resposta?.clientes.some((c) => c.id === id) !== true) continue;
        mudar((q) => substituirColuna(q, coluna, resposta));
        return atual();
      }
      return undefined;
    },
    [atual, mudar, pedir],
  );

  /**
   * Runs a write during which nothing is read. Its answer brings the totals;
   * refused, or with another on its way beside it, the columns are read again.
   */
  const escrever = useCallback(
    async <R extends { data?: { colunas: TotaisDasColunas }; error?: unknown }>(enviar: () => Promise<R>, tocadas: readonly NomeColuna[]): Promise<R> => {
      const sozinha = marcando.current === 0 ? geracao.current + 2 : undefined;
      geracao.current += 1;
      marcando.current += 1;
      const resposta = await enviar();
      marcando.current -= 1;
      geracao.current += 1;
      const { data } = resposta;
      // Refused: somebody else changed the board, or its state is unknown.
      if (data === undefined || geracao.current !== sozinha) leitura.sujar(tocadas);
      else mudar((quadro) => receberColunas(quadro, data.colunas));
      return resposta;
    },
    [leitura, mudar],
  );

  const marcar = useCallback(
    async (cliente: ClienteCarteira, dados: Contato) => {
      const resposta = await escrever(() => enviarMarca({ vendedorId, clienteId: cliente.id, marcado_por: usuarioId, ...dados }), [cliente.coluna, 'contatado']);
      // What stands there is the mark of somebody else.
      if (resposta.data?.repetido) leitura.sujar(['contatado']);
      return resposta;
    },
    [escrever, enviarMarca, leitura, vendedorId, usuarioId],
  );

  const desfazer = useCallback(
    (cliente: ClienteCarteira, para: NomeColuna) => escrever(() => enviarVolta({ vendedorId, clienteId: cliente.id, para }), [para, 'contatado']),
    [escrever, enviarVolta, vendedorId],
  );

  /** What a dialog saved is on the card at once. */
  const mudarCartao = useCallback((id: number, parte: Partial<ClienteCarteira>) => mudar((q) => trocar(q, id, parte)), [mudar]);

  return { consulta, novos, paginas, carregarMais, procurar, aoVer, marcar, desfazer, mudarCartao };
}
