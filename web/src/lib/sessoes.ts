import { api } from './api';

/** An open session; instants are ISO 8601. */
export interface Sessao {
  id: string;
  criada_em: string;
  limite_em: string;
  endereco: string | null;
  agente: string | null;
  atual: boolean;
}

export const sessoesApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** Open sessions, one's own or (usuario.gerir) another one's. @see crm.api_sessoes */
    sessoes: b.query<{ sessoes: Sessao[] }, number | undefined>({
      query: (usuario_id) => ({ url: '/api/auth/sessoes', params: { usuario_id } }),
      providesTags: ['Sessoes'],
    }),
    /** Ends a session at once, also its live connection. @throws ApiError 404. @see crm.api_encerrar_sessao */
    encerrarSessao: b.mutation<{ ok: boolean }, string>({
      query: (id) => ({ url: `/api/auth/sessoes/${encodeURIComponent(id)}`, metodo: 'DELETE' }),
      invalidatesTags: ['Sessoes', 'Usuarios'],
    }),
  }),
});

export const { useSessoesQuery, useEncerrarSessaoMutation } = sessoesApi;
