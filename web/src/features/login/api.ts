import { api } from '../../lib/api';
import type { Papel } from '../../lib/eu';

export interface Entrada {
  id: number;
  nome: string;
  is_admin: boolean;
  papel: Papel;
  email: string;
  trocar_senha: boolean;
}

export const loginApi = api.injectEndpoints({
  endpoints: (b) => ({
    /**
     * Opens a session; the cookie is HttpOnly and never read here.
     *
     * @throws ApiError `credenciais_invalidas` (401), `bloqueado` (429, tentarEm in s).
     * @see crm.api_login, SPEC AUTH-1
     */
    login: b.mutation<Entrada, { usuario: string; senha: string }>({
      query: ({ usuario, senha }) => ({
        url: '/api/auth/login',
        corpo: usuario.includes('@') ? { email: usuario, senha } : { nome: usuario, senha },
        semChave: true,
      }),
    }),
    /** A new password by single-use code. @throws ApiError `codigo_invalido` (401), 422. @see crm.api_redefinir_senha, SPEC AUTH-8 */
    redefinirSenha: b.mutation<{ ok: boolean }, { usuario: string; codigo: string; senha_nova: string }>({
      query: (corpo) => ({ url: '/api/auth/redefinir', corpo, semChave: true }),
    }),
  }),
});

export const { useLoginMutation, useRedefinirSenhaMutation } = loginApi;
