import { api } from './api';
import { usarFuso } from './fuso';

export type Papel = 'administrador' | 'gerente' | 'operador' | 'vendedor' | 'ti' | 'bi' | 'carga';

/** Answer of GET /api/auth/eu: who I am, what I may, and the day's constants. */
export interface Eu {
  id: number;
  nome: string;
  email: string;
  papel: Papel;
  is_admin: boolean;
  vendedor: boolean;
  permissoes: string[];
  empresa: string;
  contato: string;
  versao: string;
  /** YYYY-MM-DD in the business zone. */
  hoje: string;
  /** The business zone: a name of the IANA database. */
  fuso: string;
  /** Days since the last purchase: bounds of the periods. */
  janela: { inicio: number; meio: number; fim: number; perdido: number };
  /** My text of the WhatsApp link; {saudacao}, {vendedor}, {empresa} to be filled in. */
  whatsapp: { modelo: string; proprio: boolean };
  trocar_senha?: boolean;
}

/** Characters of a password at least, whatever the setting: shorter ones the server takes for nobody's. */
export const SENHA_MIN = 8;

/** Answer of GET /api/auth/publico, for whoever has not entered yet. */
export interface Publico {
  empresa: string;
  contato: string;
  /** data: address of an image; empty: none. */
  logo: string;
  versao: string;
  senha_min: number;
}

export const euApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** @throws ApiError `nao_autenticado`, `sessao_invalida` (401). @see crm.api_eu */
    eu: b.query<Eu, void>({
      query: () => ({ url: '/api/auth/eu' }),
      // Before anything that came with it is drawn.
      transformResponse: (eu: Eu) => {
        usarFuso(eu.fuso);
        return eu;
      },
      providesTags: ['Eu'],
    }),
    /** @see crm.api_publico */
    publico: b.query<Publico, void>({ query: () => ({ url: '/api/auth/publico' }), providesTags: ['Publico'] }),
    /** Ends the session; a seller goes offline and the portfolio is dealt again. @see crm.api_logout */
    sair: b.mutation<{ ok: boolean }, void>({ query: () => ({ url: '/api/auth/logout' }) }),
  }),
});

export const { useEuQuery, usePublicoQuery, useSairMutation } = euApi;

/** True when `permissoes` has the action, or one of them; no action asks nothing. */
export function pode(eu: Pick<Eu, 'permissoes'>, acao?: string | readonly string[]): boolean {
  if (acao === undefined) return true;
  return typeof acao === 'string'
    ? eu.permissoes.includes(acao)
    : acao.some((a) => eu.permissoes.includes(a));
}

/**
 * The user of the open session. Only below the shell, which renders nothing
 * before the answer is here.
 */
export function useUsuario(): Eu {
  const { data } = useEuQuery();
  if (data === undefined) throw new Error('useUsuario outside of the shell');
  return data;
}
