import { api } from './api';

/** Outcomes a person may choose; `recuperado` is set by an order. */
export const RESULTADOS = ['contatado', 'interessado', 'recusou', 'sem_resposta', 'numero_errado'] as const;
export type ResultadoContato = (typeof RESULTADOS)[number];

interface Contato {
  vendedorId: number;
  clienteId: number;
  observacoes: string;
  resultado: ResultadoContato;
}

export const contatoApi = api.injectEndpoints({
  endpoints: (b) => ({
    /**
     * Marks a client of the own board as contacted, away from the board.
     *
     * @throws ApiError 403 `nao_e_dono`, 404.
     * @see crm.api_marcar_contatado, SPEC BOARD-2
     */
    registrarContato: b.mutation<{ cliente_id: number; repetido: boolean }, Contato>({
      query: ({ vendedorId, clienteId, observacoes, resultado }) => ({
        url: `/api/vendedor/marcar-contatado/${vendedorId}`,
        corpo: { cliente_id: clienteId, observacoes, resultado },
      }),
      invalidatesTags: ['Cliente', 'Pesquisa', 'Carteira', 'Estatisticas', 'Clientes', 'Periodos'],
    }),
  }),
});

export const { useRegistrarContatoMutation } = contatoApi;
