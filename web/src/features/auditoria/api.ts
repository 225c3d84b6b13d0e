import { api } from '../../lib/api';
import type { Valores } from './diferenca';

/** A row of crm.auditoria. `registro_id` null: it speaks of many, or of none. `selo` null: not sealed yet. */
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
  antes: Valores | null;
  depois: Valores | null;
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
  requisicao?: string;
}

/** One kind of damage, and where it is seen first. */
export interface Problema {
  problema: 'alterada' | 'faltando' | 'inserida' | 'cortada' | 'selo';
  id: number | null;
  selo: string | null;
  detalhe: string | null;
}

export interface Verificacao {
  integra: boolean;
  problemas: Problema[];
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
    /** Reads the whole trail: seconds. @see crm.auditoria_verificar, SPEC AUDIT-2 */
    verificarAuditoria: b.query<Verificacao, void>({
      query: () => ({ url: '/api/admin/auditoria/verificar' }),
      keepUnusedDataFor: 0,
    }),
    /** @see crm.api_usuarios */
    autores: b.query<{ usuarios: Autor[] }, string | undefined>({
      query: (busca) => ({ url: '/api/admin/usuarios', params: { size: 100, busca } }),
      providesTags: ['Usuarios'],
    }),
  }),
});

export const { useAuditoriaQuery, useLazyVerificarAuditoriaQuery, useAutoresQuery } = auditoriaApi;
