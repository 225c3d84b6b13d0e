import { api } from '../../lib/api';

/** A client of the day queue. Days are YYYY-MM-DD, instants ISO 8601, money R$. */
export interface ClienteFila {
  id: number;
  nome: string;
  celular: string | null;
  cidade: string | null;
  uf: string | null;
  data_ultima_compra: string | null;
  dias_sem_comprar: number | null;
  periodo: string;
  valor_total: number;
  atribuicao_id: number;
  contatado: boolean;
  data_contato: string | null;
  observacoes: string | null;
  retornar_em: string | null;
  proximo_passo: string | null;
  /** Untouched until then, the client goes to another seller; `esfriando` when most of the time is over. */
  reciclagem_em: string | null;
  esfriando: boolean;
  ultimo_pedido: { data: string; valor: number } | null;
}

export interface RespostaFila {
  vendedor: { id: number; nome: string; online: boolean };
  hoje: string;
  totais: { atrasados: number; hoje: number; a_contatar: number; agendados: number };
  clientes: ClienteFila[];
  total: number;
  page: number;
  size: number;
  pages: number;
}

export type Grupo = 'atrasados' | 'hoje' | 'a_contatar';

export function grupoDe(cliente: Pick<ClienteFila, 'retornar_em'>, hoje: string): Grupo {
  if (cliente.retornar_em === null) return 'a_contatar';
  return cliente.retornar_em < hoje ? 'atrasados' : 'hoje';
}

/** Takes a client out of the queue before the server has. */
export function tirar(fila: RespostaFila, clienteId: number): void {
  const i = fila.clientes.findIndex((c) => c.id === clienteId);
  const cliente = fila.clientes[i];
  if (cliente === undefined) return;
  fila.totais[grupoDe(cliente, fila.hoje)] -= 1;
  fila.total -= 1;
  fila.clientes.splice(i, 1);
}

/** Clients on one print, at most; the paper says when there are more. */
export const PAPEL_MAX = 500;

/** Pages of one queue as one; who moved on to the next page meanwhile stands there once. */
export function juntar(paginas: readonly RespostaFila[]): RespostaFila {
  const [primeira] = paginas;
  if (primeira === undefined) throw new Error('juntar without a page');
  const clientes = [...new Map(paginas.flatMap((p) => p.clientes).map((c) => [c.id, c])).values()];
  return { ...primeira, clientes };
}

export const filaApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** The day queue, overdue first. Pages are counted from 1. @see crm.api_fila, SPEC BOARD-5 */
    fila: b.query<RespostaFila, { vendedorId: number; page: number; size?: number }>({
      query: ({ vendedorId, page, size }) => ({ url: `/api/vendedor/fila/${vendedorId}`, params: { page, size } }),
      providesTags: ['Fila'],
    }),
  }),
});

export const { useFilaQuery } = filaApi;
