import { api } from '../../lib/api';

/** What a redistribution did: clients dealt, moved and set free. */
export interface Lote {
  lote: number;
  vendedores: number;
  elegiveis: number;
  novas: number;
  movimentos: number;
  limite_inferior: number;
  liberados: number;
}

export interface VendedorAlteracao {
  id: number;
  peso: number;
  capacidade: number | null;
  participa_distribuicao: boolean;
}

export interface Verificacao {
  ok: boolean;
  violacoes: { invariante: string; detalhe: string }[];
}

export const vendedoresAdminApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** @throws ApiError 422 naming peso or capacidade. @see crm.api_vendedor_alterar */
    vendedorAlterar: b.mutation<unknown, VendedorAlteracao>({
      query: ({ id, ...corpo }) => ({ url: `/api/admin/vendedores/${id}`, metodo: 'PATCH', corpo }),
      invalidatesTags: ['Vendedores', 'Estatisticas'],
    }),
    /** Clears every assignment nobody contacted and deals again. @see crm.api_redistribuir_todos */
    redistribuirTodos: b.mutation<Lote, { incluir_fixados: boolean }>({
      query: (corpo) => ({ url: '/api/admin/redistribuir-todos', corpo }),
      invalidatesTags: ['Vendedores', 'Estatisticas', 'Clientes', 'Periodos', 'Carteira'],
    }),
    /** Proves the invariants of the distribution on the live data. @see crm.api_verificar_distribuicao */
    verificarDistribuicao: b.query<Verificacao, void>({
      query: () => ({ url: '/api/admin/distribuicao/verificar' }),
      keepUnusedDataFor: 0,
    }),
  }),
});

export const { useVendedorAlterarMutation, useRedistribuirTodosMutation, useLazyVerificarDistribuicaoQuery } =
  vendedoresAdminApi;
