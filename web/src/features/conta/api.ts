import { api } from '../../lib/api';

/** An open session; instants are ISO 8601. */
export interface Sessao {
  id: string;
  criada_em: string;
  limite_em: string;
  endereco: string | null;
  agente: string | null;
  atual: boolean;
}

export const contaApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** The own open sessions. @see crm.api_sessoes */
    sessoes: b.query<{ sessoes: Sessao[] }, void>({
      query: () => ({ url: '/api/auth/sessoes' }),
      providesTags: ['Sessoes'],
    }),
    /** Ends a session at once, also its live connection. @throws ApiError 404. @see crm.api_encerrar_sessao */
    encerrarSessao: b.mutation<{ ok: boolean }, string>({
      query: (id) => ({ url: `/api/auth/sessoes/${encodeURIComponent(id)}`, metodo: 'DELETE' }),
      invalidatesTags: ['Sessoes'],
    }),
  }),
});

export const { useSessoesQuery, useEncerrarSessaoMutation } = contaApi;
