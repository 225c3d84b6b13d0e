import { api } from './api';
import { data, diaDoInstante } from './formatos';

/** Outcomes a person may choose; `recuperado` is set by an order. */
export const RESULTADOS = ['contatado', 'interessado', 'recusou', 'sem_resposta', 'numero_errado'] as const;
export type ResultadoContato = (typeof RESULTADOS)[number];

/** What the contact dialog asks. `retornar_em` is a day, YYYY-MM-DD. */
export interface Contato {
  observacoes: string;
  resultado: ResultadoContato;
  retornar_em: string | null;
}

export interface Passo {
  retornar_em: string | null;
  nota: string;
}

/** Whose board, which client. */
export interface Alvo {
  vendedorId: number;
  clienteId: number;
}

/** A gain or a loss of a client, in words. */
export interface Movimento {
  quando: string;
  tipo: 'ganho' | 'perda';
  motivo: string;
  texto: string;
  lote: number | null;
  vendedor: { id: number; nome: string };
  /** From whom, or to whom; null also where I am not to know. */
  outro: { id: number; nome: string } | null;
}

/** What of an assignment says whether its mark can be taken back. */
export interface Marcavel {
  contatado: boolean;
  marcado_por: number | null;
  data_contato: string | null;
}

/** My own mark of today, with nothing done since. @see crm.desfazer_contato */
export function desfazivel(a: Marcavel, eu: { id: number; hoje: string }): boolean {
  return a.contatado && a.marcado_por === eu.id && a.data_contato !== null && diaDoInstante(a.data_contato) === data(eu.hoje);
}

const TOCADAS = ['Cliente', 'Pesquisa', 'Carteira', 'Estatisticas', 'Clientes', 'Periodos', 'Fila'] as const;

/** The body of a mark. */
export const corpoDoContato = (clienteId: number, { observacoes, resultado, retornar_em }: Contato) => ({
  cliente_id: clienteId,
  observacoes,
  resultado,
  ...(retornar_em !== null && { retornar_em }),
});

export const contatoApi = api.injectEndpoints({
  endpoints: (b) => ({
    /**
     * Marks a client of a board as contacted, away from the board.
     *
     * @throws ApiError 403 `cliente_de_outro_vendedor`, 422 `retorno_invalido`.
     * @see crm.api_marcar_contatado, SPEC BOARD-2
     */
    registrarContato: b.mutation<{ cliente_id: number; repetido: boolean }, Alvo & Contato>({
      query: ({ vendedorId, clienteId, ...contato }) => ({
        url: `/api/vendedor/marcar-contatado/${vendedorId}`,
        corpo: corpoDoContato(clienteId, contato),
      }),
      invalidatesTags: TOCADAS,
    }),
    /**
     * Takes my own mark of today back.
     *
     * @throws ApiError 409 `contato_mudou`.
     * @see crm.api_desfazer_contato, SPEC BOARD-4
     */
    desfazerContato: b.mutation<{ cliente_id: number }, Alvo>({
      query: ({ vendedorId, clienteId }) => ({
        url: `/api/vendedor/desfazer-contato/${vendedorId}`,
        corpo: { cliente_id: clienteId },
      }),
      invalidatesTags: TOCADAS,
    }),
    /**
     * Takes the place of the next step there was; no day and no note: none.
     *
     * @throws ApiError 422 `retorno_invalido`.
     * @see crm.api_proximo_passo, SPEC BOARD-5
     */
    proximoPasso: b.mutation<{ retornar_em: string | null; proximo_passo: string | null }, Alvo & Passo>({
      query: ({ vendedorId, clienteId, retornar_em, nota }) => ({
        url: `/api/vendedor/proximo-passo/${vendedorId}`,
        metodo: 'PATCH',
        corpo: { cliente_id: clienteId, ...(retornar_em !== null && { retornar_em }), ...(nota !== '' && { nota }) },
      }),
      invalidatesTags: ['Cliente', 'Fila'],
    }),
    /** Why the client came or went, newest first. @see crm.api_por_que, SPEC DIST-8 */
    porQue: b.query<{ movimentos: Movimento[] }, Alvo>({
      query: ({ vendedorId, clienteId }) => ({ url: `/api/vendedor/por-que/${vendedorId}/${clienteId}` }),
      keepUnusedDataFor: 0,
    }),
    /** My text of the WhatsApp link; '': that of the setting. @see crm.api_whatsapp */
    definirWhatsapp: b.mutation<{ modelo: string; proprio: boolean }, { vendedorId: number; modelo: string }>({
      query: ({ vendedorId, modelo }) => ({
        url: `/api/vendedor/whatsapp/${vendedorId}`,
        metodo: 'PUT',
        corpo: modelo === '' ? {} : { modelo },
      }),
      invalidatesTags: ['Eu'],
    }),
  }),
});

export const { useRegistrarContatoMutation, useDesfazerContatoMutation, useProximoPassoMutation, usePorQueQuery, useDefinirWhatsappMutation } = contatoApi;
