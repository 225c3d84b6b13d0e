import { api } from '../../lib/api';
import type { ResultadoContato } from '../../lib/contato';
import { desmarcar, localizar, marcar, montar, type Desfazer, type Quadro } from './quadro';
import type { NomeColuna, RespostaCarteira } from './tipos';

interface Contato {
  vendedorId: number;
  clienteId: number;
  observacoes: string;
  resultado: ResultadoContato;
}

/** Pages are counted from 1. Without `coluna`: the first cards of the four columns. */
export interface Leitura {
  vendedorId: number;
  coluna?: NomeColuna;
  page?: number;
  size?: number;
}

interface Contatado {
  atribuicao_id: number;
  cliente_id: number;
  contatado: true;
  data_contato: string;
  resultado: string;
  /** It was marked before; nothing changed. */
  repetido: boolean;
}

const url = (vendedorId: number) => `/api/vendedor/meus-clientes/${vendedorId}`;

export const carteiraApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** The first cards of the four columns with true totals. @see crm.api_meus_clientes */
    quadro: b.query<Quadro, number>({
      query: (vendedorId) => ({ url: url(vendedorId), params: { por_coluna: true } }),
      transformResponse: montar,
      providesTags: ['Carteira'],
    }),
    /** Part of the board, to be put into `quadro`: a page of one column, or the first cards of all. @see crm.api_meus_clientes */
    leitura: b.query<RespostaCarteira, Leitura>({
      query: ({ vendedorId, ...parte }) => ({
        url: url(vendedorId),
        params: parte.coluna === undefined ? { por_coluna: true } : parte,
      }),
      keepUnusedDataFor: 0,
    }),
    /**
     * Marks a client as contacted; the card moves at once and comes back if refused.
     *
     * @throws ApiError 403 when another seller holds the client, 404.
     * @see crm.api_marcar_contatado, SPEC BOARD-2
     */
    marcarContatado: b.mutation<Contatado, Contato>({
      query: ({ vendedorId, clienteId, observacoes, resultado }) => ({
        url: `/api/vendedor/marcar-contatado/${vendedorId}`,
        corpo: { cliente_id: clienteId, observacoes, resultado },
      }),
      invalidatesTags: ['Estatisticas'],
      async onQueryStarted({ vendedorId, clienteId, observacoes, resultado }, { dispatch, getState, queryFulfilled }) {
        // From the state itself: what a draft holds is gone when its turn ends.
        const antes = carteiraApi.endpoints.quadro.select(vendedorId)(getState() as Parameters<ReturnType<typeof carteiraApi.endpoints.quadro.select>>[0]).data;
        const volta: Desfazer | undefined = antes && localizar(antes, clienteId);
        const mudar = (fn: (quadro: Quadro) => void) => dispatch(carteiraApi.util.updateQueryData('quadro', vendedorId, fn));
        mudar((quadro) => marcar(quadro, clienteId, { observacoes, resultado, data_contato: new Date().toISOString() }));
        try {
          const { data } = await queryFulfilled;
          mudar((quadro) => {
            const cliente = localizar(quadro, clienteId)?.cliente;
            if (cliente !== undefined) cliente.data_contato = data.data_contato;
          });
        } catch {
          if (volta !== undefined) mudar((quadro) => desmarcar(quadro, volta));
        }
      },
    }),
  }),
});

export const { useQuadroQuery, useMarcarContatadoMutation } = carteiraApi;
