import { api } from '../../lib/api';
import type { Paginado } from '../../lib/cliente';
import type { Papel } from '../../lib/eu';

/** A user as the administrator sees it; sessoes counts the open ones. */
export interface Usuario {
  id: number;
  nome: string;
  email: string;
  papel: Papel;
  ativo: boolean;
  online: boolean;
  participa_distribuicao: boolean;
  bloqueado: boolean;
  ultimo_acesso: string | null;
  sessoes: number;
}

export interface UsuarioNovo {
  nome: string;
  email: string;
  papel: Papel;
  peso?: number;
  capacidade?: number | null;
}

/** Only what changes; `transferir_para` names who inherits the portfolio of a deactivated seller. */
export interface UsuarioAlteracao {
  id: number;
  nome?: string;
  email?: string;
  papel?: Papel;
  ativo?: boolean;
  transferir_para?: number;
}

/** What a deactivation would move, and who could take it. */
export interface CarteiraDoUsuario {
  pendentes: number;
  fixados: number;
  a_contatar: number;
  contatados: number;
  valor: number;
  recebem: { id: number; nome: string; online: boolean; a_contatar: number }[];
}

export const usuariosApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** @see crm.api_usuarios */
    usuarios: b.query<{ usuarios: Usuario[] } & Paginado, { page: number; size: number; busca?: string }>({
      query: (params) => ({ url: '/api/admin/usuarios', params: { ...params } }),
      providesTags: ['Usuarios'],
    }),
    /** `senha_provisoria` is shown once. @throws ApiError `email_em_uso`, `nome_em_uso` (409). @see crm.api_usuario_criar */
    usuarioCriar: b.mutation<Usuario & { senha_provisoria?: string }, UsuarioNovo>({
      query: (corpo) => ({ url: '/api/admin/usuarios', corpo }),
      invalidatesTags: ['Usuarios', 'Vendedores', 'Estatisticas'],
    }),
    /** @throws ApiError `ultimo_administrador` (409). @see crm.api_usuario_alterar */
    usuarioAlterar: b.mutation<Usuario, UsuarioAlteracao>({
      query: ({ id, ...corpo }) => ({ url: `/api/admin/usuarios/${id}`, metodo: 'PATCH', corpo }),
      invalidatesTags: ['Usuarios', 'Vendedores', 'Estatisticas', 'Clientes', 'Periodos'],
    }),
    /** Forgets the wrong passwords of the account. @see crm.api_usuario_desbloquear */
    usuarioDesbloquear: b.mutation<unknown, number>({
      query: (id) => ({ url: `/api/admin/usuarios/${id}/desbloquear` }),
      invalidatesTags: ['Usuarios'],
    }),
    /** A new provisional password, shown once; the user's sessions end. @see crm.api_usuario_senha */
    usuarioSenha: b.mutation<{ senha_provisoria: string }, number>({
      query: (id) => ({ url: `/api/admin/usuarios/${id}/senha` }),
      invalidatesTags: ['Usuarios'],
    }),
    /** A code to choose a new password with, once. @throws ApiError `usuario_inativo` (409). @see crm.api_usuario_codigo */
    usuarioCodigo: b.mutation<{ codigo: string; expira_em: string }, number>({
      query: (id) => ({ url: `/api/admin/usuarios/${id}/codigo` }),
    }),
    /** @see crm.api_usuario_carteira */
    usuarioCarteira: b.query<CarteiraDoUsuario, number>({
      query: (id) => ({ url: `/api/admin/usuarios/${id}/carteira` }),
      providesTags: ['Vendedores'],
    }),
    /** Ends the open sessions of a user; of oneself the others. @see crm.api_usuario_sessoes_encerrar */
    usuarioSessoesEncerrar: b.mutation<{ encerradas: number }, number>({
      query: (id) => ({ url: `/api/admin/usuarios/${id}/sessoes`, metodo: 'DELETE' }),
      invalidatesTags: ['Usuarios', 'Sessoes'],
    }),
  }),
});

export const {
  useUsuariosQuery,
  useUsuarioCriarMutation,
  useUsuarioAlterarMutation,
  useUsuarioDesbloquearMutation,
  useUsuarioSenhaMutation,
  useUsuarioCodigoMutation,
  useUsuarioCarteiraQuery,
  useUsuarioSessoesEncerrarMutation,
} = usuariosApi;
