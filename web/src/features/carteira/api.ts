import { api } from '../../lib/api';
import { corpoDoContato, type Contato } from '../../lib/contato';
import { desmarcar, localizar, marcar, montar, trocar, voltar, type Desfazer, type Parte, type Quadro } from './quadro';
import type { NomeColuna, RespostaCarteira, TotaisDasColunas } from './tipos';

interface Alvo {
  vendedorId: number;
  clienteId: number;
}

interface Contatado {
  atribuicao_id: number;
  cliente_id: number;
  contatado: true;
  data_contato: string;
  resultado: string;
  retornar_em: string | null;
  /** It was marked before; nothing changed. */
  repetido: boolean;
  colunas: TotaisDasColunas;
}

const url = (vendedorId: number) => `/api/vendedor/meus-clientes/${vendedorId}`;

/** The board stays this long after it is left, s: Back shows it as it was. */
const GUARDA_S = 600;

export const carteiraApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** The first cards of the four columns with true totals. @see crm.api_meus_clientes */
    quadro: b.query<Quadro, number>({
      query: (vendedorId) => ({ url: url(vendedorId), params: { por_coluna: true } }),
      transformResponse: montar,
      providesTags: ['Carteira'],
      keepUnusedDataFor: GUARDA_S,
    }),
    /** Part of the board, to be put into `quadro`. Pages are counted from 1. @see crm.api_meus_clientes */
    leitura: b.query<RespostaCarteira, Parte & { vendedorId: number }>({
      query: ({ vendedorId, ...parte }) => ({
        url: url(vendedorId),
        params: parte.coluna === undefined ? { por_coluna: true } : { ...parte },
      }),
      keepUnusedDataFor: 0,
    }),
    /**
     * Marks a client as contacted; the card moves at once and comes back if refused.
     *
     * @throws ApiError 403 when another seller holds the client, 404.
     * @see crm.api_marcar_contatado, SPEC BOARD-2
     */
    marcarContatado: b.mutation<Contatado, Alvo & Contato & { marcado_por: number }>({
      query: ({ vendedorId, clienteId, observacoes, resultado, retornar_em }) => ({
        url: `/api/vendedor/marcar-contatado/${vendedorId}`,
        corpo: corpoDoContato(clienteId, { observacoes, resultado, retornar_em }),
      }),
      invalidatesTags: ['Estatisticas', 'Fila'],
      async onQueryStarted({ vendedorId, clienteId, ...marca }, { dispatch, getState, queryFulfilled }) {
        // From the state itself: what a draft holds is gone when its turn ends.
        const antes = carteiraApi.endpoints.quadro.select(vendedorId)(getState() as Parameters<ReturnType<typeof carteiraApi.endpoints.quadro.select>>[0]).data;
        const volta: Desfazer | undefined = antes && localizar(antes, clienteId);
        const mudar = (fn: (quadro: Quadro) => void) => dispatch(carteiraApi.util.updateQueryData('quadro', vendedorId, fn));
        mudar((quadro) => marcar(quadro, clienteId, { ...marca, data_contato: new Date().toISOString() }));
        try {
          const { data } = await queryFulfilled;
          mudar((quadro) => trocar(quadro, clienteId, { data_contato: data.data_contato, retornar_em: data.retornar_em }));
        } catch {
          if (volta !== undefined) mudar((quadro) => desmarcar(quadro, volta));
        }
      },
    }),
    /**
     * Takes my own mark back; the card goes back at once and returns if refused.
     *
     * @throws ApiError 409 `contato_mudou`, 403.
     * @see crm.api_desfazer_contato, SPEC BOARD-4
     */
    desmarcarContato: b.mutation<{ retornar_em: string | null; proximo_passo: string | null; colunas: TotaisDasColunas }, Alvo & { para: NomeColuna }>({
      query: ({ vendedorId, clienteId }) => ({
        url: `/api/vendedor/desfazer-contato/${vendedorId}`,
        corpo: { cliente_id: clienteId },
      }),
      invalidatesTags: ['Estatisticas', 'Fila'],
      async onQueryStarted({ vendedorId, clienteId, para }, { dispatch, queryFulfilled }) {
        const mudanca = dispatch(carteiraApi.util.updateQueryData('quadro', vendedorId, (quadro) => voltar(quadro, clienteId, para)));
        try {
          const { data } = await queryFulfilled;
          dispatch(carteiraApi.util.updateQueryData('quadro', vendedorId, (quadro) => trocar(quadro, clienteId, { retornar_em: data.retornar_em, proximo_passo: data.proximo_passo })));
        } catch {
          mudanca.undo();
        }
      },
    }),
  }),
});

export const { useQuadroQuery, useMarcarContatadoMutation, useDesmarcarContatoMutation } = carteiraApi;
