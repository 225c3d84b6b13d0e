import { api } from '../../lib/api';
import type { ClienteResumo } from '../../lib/cliente';
import { identificaPessoa } from '../../lib/reconhecer';
import type { Pedido } from '../../lib/transporte';

/** `parecido`: found by sound or by a slip of the hand, not by the letters asked for. */
export interface ClienteAchado extends ClienteResumo {
  parecido: boolean;
}

export type Contagens = Record<string, number>;

export interface PesquisaPagina {
  items: ClienteAchado[];
  /** An estimate when not `total_exato`. */
  total: number;
  total_exato: boolean;
  page: number;
  size: number;
  /** null when the total is not exact. */
  pages: number | null;
  /** Cursor of the following page, null on the last. */
  proximo: string | null;
  facetas: { situacao: Contagens; status: Contagens; uf: Contagens; exatas: boolean };
  interpretado: { tipo: 'cpf' | 'celular' | 'email' | 'nome' | 'vazio'; campo: string | null; valor: string | null };
}

export interface PesquisaArgs {
  q?: string;
  nome?: string;
  cidade?: string;
  uf?: string;
  idade_min?: number;
  idade_max?: number;
  situacao?: string;
  status?: string;
  ativo?: boolean;
  sort?: string;
  page?: number;
  size: number;
  cursor?: string;
}

/** Answers are kept this long after the screen left them, so that Back is at once, s. */
const GUARDAR_S = 120;

export const pesquisaApi = api.injectEndpoints({
  endpoints: (b) => ({
    /**
     * @throws ApiError 422 naming the field; `cursor_invalido`: go back to the first page.
     * @see crm.api_pesquisar_clientes
     */
    pesquisarClientes: b.query<PesquisaPagina, PesquisaArgs>({
      query: pedidoDaPesquisa,
      providesTags: ['Pesquisa'],
      keepUnusedDataFor: GUARDAR_S,
    }),
  }),
});

/**
 * GET, or POST when the address would tell who is looked for: by the text, or by
 * the cursor of an order by CPF, which holds one.
 */
export function pedidoDaPesquisa(args: PesquisaArgs): Pedido {
  const url = '/api/v1/clients/search';
  const pessoa = [args.q, args.nome, args.cidade].some((t) => t !== undefined && identificaPessoa(t));
  if (pessoa || (args.cursor !== undefined && args.sort?.endsWith('cpf') === true)) return { url, metodo: 'POST', corpo: semVazios(args) };
  return { url, params: { ...args } };
}

function semVazios(args: PesquisaArgs): object {
  return Object.fromEntries(Object.entries(args).filter(([, v]) => v !== undefined && v !== ''));
}
