import { api } from './api';
import type { Vendedor } from './vendedores';

/** Numbers of the whole operation; counts of clients, values in R$. */
export interface EstatisticasGerais {
  hoje: string;
  total_clientes: number;
  ativos: number;
  inativados: number;
  por_status: { disponivel: number; atribuido: number; contatado: number };
  por_situacao: { ativo: number; elegivel: number; inativo: number; sem_compra: number };
  elegiveis_sem_vendedor: number;
  valor_elegivel: number;
  vendedores_online: number;
  vendedores_total: number;
  recuperados: number;
  valor_recuperado: number;
  vendedores: Vendedor[];
}

/** Numbers of one seller's board; values in R$. */
export interface EstatisticasVendedor {
  total_atribuidos: number;
  contatados: number;
  total_pendentes: number;
  recuperados: number;
  valor_pendente: number;
  valor_recuperado: number;
}

export const estatisticasApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** @throws ApiError `acesso_negado` (403). @see crm.api_estatisticas_gerais */
    estatisticasGerais: b.query<EstatisticasGerais, void>({
      query: () => ({ url: '/api/admin/estatisticas-gerais' }),
      providesTags: ['Estatisticas'],
    }),
    /** @throws ApiError `acesso_negado` (403). @see crm.api_estatisticas_vendedor, SPEC BOARD-3 */
    estatisticasVendedor: b.query<EstatisticasVendedor, number>({
      query: (vendedorId) => ({ url: `/api/vendedor/estatisticas/${vendedorId}` }),
      providesTags: ['Estatisticas'],
    }),
  }),
});

export const { useEstatisticasGeraisQuery, useEstatisticasVendedorQuery } = estatisticasApi;
