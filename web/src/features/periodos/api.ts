import { api } from '../../lib/api';
import type { ClienteLinha, Paginado } from '../../lib/cliente';

export type NomePeriodo = '30-45' | '45-60' | '60-90' | '>90';

/** One period: true totals and one page of its clients. */
export interface Periodo extends Paginado {
  periodo: NomePeriodo;
  titulo: string;
  valor: number;
  clientes: ClienteLinha[];
}

export interface PeriodosArgs {
  periodo?: NomePeriodo;
  vendedor_id?: number;
  page?: number;
  size?: number;
}

export const periodosApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** @throws ApiError `acesso_negado` (403). @see crm.api_clientes_por_periodo */
    clientesPorPeriodo: b.query<{ vendedor: { id: number; nome: string } | null; periodos: Periodo[] }, PeriodosArgs>({
      query: (params) => ({ url: '/api/admin/clientes-por-periodo', params: { ...params } }),
      providesTags: ['Periodos'],
    }),
  }),
});

export const { useClientesPorPeriodoQuery } = periodosApi;
