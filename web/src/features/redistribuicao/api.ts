import { api } from '../../lib/api';
import type { Paginado } from '../../lib/cliente';

export type Modo = 'todos' | 'diferenca';

export interface Opcoes {
  modo: Modo;
  incluir_fixados: boolean;
}

/** What a seller would gain and lose; clients still to be contacted, R$. */
export interface Ganho {
  id: number;
  nome: string;
  antes: number;
  depois: number;
  ganha: number;
  perde: number;
  valor_antes: number;
  valor_depois: number;
}

export interface Amostra {
  cliente_id: number;
  nome: string;
  de: { id: number; nome: string } | null;
  para: { id: number; nome: string } | null;
  motivo: 'nova' | 'troca' | 'sai';
}

/** A plan; `hash` names it while the board stays the same. */
export interface Plano {
  hash: string;
  vale_ate: string;
  vendedores: Ganho[];
  elegiveis: number;
  novas: number;
  movimentos: number;
  limite_inferior: number;
  liberados: number;
  sem_vendedor: number;
  trocam: number;
  ficam: number;
  /** Clients that nobody holds and somebody would. */
  ganham: number;
  /** Of whom `amostra` has the first. */
  mudam: number;
  amostra: Amostra[];
}

export interface Feita {
  lote: number;
  vendedores: number;
  elegiveis: number;
  novas: number;
  movimentos: number;
  limite_inferior: number;
  liberados: number;
}

export interface Lote {
  id: number;
  quando: string;
  quem: { id: number; nome: string } | null;
  origem: string;
  novas: number;
  /** Clients that passed from one seller to another, whatever the origem. */
  trocaram: number;
  limite_inferior: number;
  liberados: number;
  /** Lote that this one took back. */
  desfaz: number | null;
  /** Lote that took this one back. */
  desfeito_por: number | null;
  pode_desfazer: boolean;
}

export interface Desfeita {
  lote: number;
  restaurados: number;
  mantidos: { cliente_id: number; motivo: string }[];
  total_mantidos: number;
}

export interface Verificacao {
  ok: boolean;
  violacoes: { invariante: string; detalhe: string }[];
}

const MUDA = ['Vendedores', 'Estatisticas', 'Clientes', 'Cliente', 'Pesquisa', 'Periodos', 'Carteira', 'Redistribuicoes'] as const;

export const redistribuicaoApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** Changes nothing. @see crm.api_simular_redistribuicao, SPEC DIST-7 */
    simular: b.mutation<Plano, Opcoes>({
      query: ({ modo, incluir_fixados }) => ({ url: '/api/admin/redistribuicao/simular', corpo: { modo, incluir_fixados: modo === 'todos' && incluir_fixados } }),
    }),
    /** Does what the plan showed. @throws ApiError 409 `quadro_mudou`: nothing happened, dados.hash names the plan of now. */
    aplicar: b.mutation<Feita, string>({
      query: (hash) => ({ url: '/api/admin/redistribuicao/aplicar', corpo: { hash } }),
      invalidatesTags: (feita) => (feita ? [...MUDA] : []),
    }),
    /** Gives back what nobody touched since. @throws ApiError 409 `lote_ja_desfeito`, `lote_antigo`. */
    desfazerRedistribuicao: b.mutation<Desfeita, number>({
      query: (lote) => ({ url: `/api/admin/redistribuicao/${lote}/desfazer`, corpo: {} }),
      invalidatesTags: [...MUDA],
    }),
    /** What people asked for, youngest first. @see crm.api_redistribuicoes */
    redistribuicoes: b.query<Paginado & { lotes: Lote[] }, { page?: number; size: number; todas?: boolean }>({
      query: (params) => ({ url: '/api/admin/redistribuicao', params: { ...params } }),
      providesTags: ['Redistribuicoes'],
    }),
    /** Proves the invariants of the distribution on the live data. @see crm.api_verificar_distribuicao */
    verificarDistribuicao: b.query<Verificacao, void>({
      query: () => ({ url: '/api/admin/distribuicao/verificar' }),
      keepUnusedDataFor: 0,
    }),
  }),
});

export const { useSimularMutation, useAplicarMutation, useDesfazerRedistribuicaoMutation, useRedistribuicoesQuery, useLazyVerificarDistribuicaoQuery } = redistribuicaoApi;
