import { api, type Tag } from './api';

const MUDA_CARTEIRA: readonly Tag[] = ['Clientes', 'Cliente', 'Pesquisa', 'Periodos', 'Vendedores', 'Estatisticas', 'Carteira'];

export const carteiraAdminApi = api.injectEndpoints({
  endpoints: (b) => ({
    /**
     * Gives a client to a seller, pinned there.
     *
     * @throws ApiError `cliente_inexistente`, `vendedor_inexistente` (404), `acesso_negado` (403).
     * @see crm.api_realocar_cliente
     */
    realocarCliente: b.mutation<{ atribuicao_id: number }, { cliente_id: number; vendedor_id: number }>({
      query: (corpo) => ({ url: '/api/admin/realocar-cliente', corpo }),
      invalidatesTags: MUDA_CARTEIRA,
    }),
    /**
     * Takes a client off its seller's board.
     *
     * @throws ApiError `cliente_contatado` (409) unless `forcar`.
     * @see crm.api_liberar_cliente
     */
    liberarCliente: b.mutation<{ cliente_id: number }, { cliente_id: number; forcar: boolean }>({
      query: ({ cliente_id, forcar }) => ({ url: `/api/admin/liberar-cliente/${cliente_id}`, corpo: { forcar } }),
      invalidatesTags: MUDA_CARTEIRA,
    }),
  }),
});

export const { useRealocarClienteMutation, useLiberarClienteMutation } = carteiraAdminApi;
