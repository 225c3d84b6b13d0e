import { api } from '../../lib/api';
import type { Valores } from './diferenca';

/** A row of crm.auditoria. `registro_id` null: it speaks of many, or of none. */
export interface Registro {
  id: number;
  /** ISO 8601. */
  quando: string;
  usuario: { id: number; nome: string } | null;
  papel: string | null;
  role_banco: string;
  endereco: string | null;
  requisicao: string | null;
  acao: string;
  tabela: string | null;
  registro_id: number | null;
  linhas: number;
  /** In the history of a record, of a block only what it says of that one. */
  antes: Valores | null;
  depois: Valores | null;
  /** Before and after are too large for the list. */
  omitido: boolean;
  /** A seal covers it. */
  selada: boolean;
}

export interface Pagina {
  items: Registro[];
  /** Of the page with older rows; null: none. */
  proximo: string | null;
}

/** Days 'YYYY-MM-DD', both included. */
export interface Filtros {
  de?: string;
  ate?: string;
  usuario_id?: number;
  acao?: string;
  tabela?: string;
  registro_id?: number;
  /** Of a row without a number: the setting. */
  chave?: string;
  requisicao?: string;
}

/** One kind of damage, and where it is seen first. */
export interface Problema {
  problema: 'alterada' | 'faltando' | 'inserida' | 'cortada' | 'selo' | 'desligada';
  id: number | null;
  selo: number | null;
  detalhe: string;
}

export interface Verificacao {
  ok: boolean;
  problemas: Problema[];
  /** The newest, number:hash; null: none yet. */
  selo: string | null;
  selado_em: string | null;
  /** Rows sealed until now, and rows that wait for a seal. */
  seladas: number;
  sem_selo: number;
}

/** Somebody whose deeds can be looked for. */
export interface Autor {
  id: number;
  nome: string;
}

export const auditoriaApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** Newest first. @see crm.api_auditoria, SPEC AUDIT-3 */
    auditoria: b.query<Pagina, Filtros & { cursor?: string; size: number }>({
      query: (params) => ({ url: '/api/admin/auditoria', params: { ...params } }),
      keepUnusedDataFor: 20,
    }),
    /** One row whole. @throws ApiError `linha_inexistente` (404). @see crm.api_auditoria_linha */
    linhaDaAuditoria: b.query<Registro, number>({
      query: (id) => ({ url: `/api/admin/auditoria/${id}` }),
      keepUnusedDataFor: 60,
    }),
    /** Reads the whole trail: seconds. `selo`: one that was noted before. @throws ApiError `selo_invalido` (422). @see crm.auditoria_verificar, SPEC AUDIT-2 */
    verificarAuditoria: b.query<Verificacao, string | undefined>({
      query: (selo) => ({ url: '/api/admin/auditoria/verificar', params: { selo } }),
      keepUnusedDataFor: 0,
    }),
    /** @see crm.api_usuarios */
    autores: b.query<{ usuarios: Autor[] }, string | undefined>({
      query: (busca) => ({ url: '/api/admin/usuarios', params: { size: 100, busca } }),
      providesTags: ['Usuarios'],
    }),
  }),
});

export const { useAuditoriaQuery, useLinhaDaAuditoriaQuery, useLazyVerificarAuditoriaQuery, useAutoresQuery } = auditoriaApi;
