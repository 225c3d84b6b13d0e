import { api } from './api';

/** Count and R$ of the active clients of a period, as in view v_periodos. */
export interface PeriodoTotal {
  periodo: string;
  titulo: string;
  total: number;
  valor: number;
}

export const periodosTotaisApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** @throws ApiError `acesso_negado` (403). @see crm.api_clientes_por_periodo */
    periodosTotais: b.query<{ periodos: PeriodoTotal[] }, void>({
      query: () => ({ url: '/api/admin/clientes-por-periodo', params: { size: 1 } }),
      providesTags: ['Periodos'],
    }),
  }),
});

export const { usePeriodosTotaisQuery } = periodosTotaisApi;
