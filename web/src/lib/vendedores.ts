import { api } from './api';

/** A seller with the numbers of the day. Values in R$; taxa_contato is a fraction. */
export interface Vendedor {
  id: number;
  nome: string;
  online: boolean;
  ausente: boolean;
  peso: number;
  capacidade: number | null;
  participa_distribuicao: boolean;
  pendentes: number;
  fixados: number;
  /** `pendentes` and `fixados`. */
  a_contatar: number;
  contatados: number;
  recuperados: number;
  valor_pendente: number;
  valor_recuperado: number;
  taxa_contato: number | null;
  /** Working hours, lunch, holidays and leave, as of the answer. */
  disponivel_agora?: boolean;
  /** almoco, fora_do_horario, folga, feriado, ausencia; null when available. */
  motivo_indisponivel?: string | null;
  /** 'seg–sex 08:00–18:00'; null: always. */
  jornada_resumo?: string | null;
  /** Last day of the leave of now. */
  ausencia_ate?: string | null;
}

/** Totals of the active sellers; `pendentes` with the pinned ones, R$. */
export interface ResumoVendedores {
  total: number;
  online: number;
  ausentes: number;
  disponiveis: number;
  pendentes: number;
  valor_pendente: number;
}

export const vendedoresApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** Active sellers, by name, and their totals. @see crm.api_vendedores */
    vendedores: b.query<{ resumo: ResumoVendedores; vendedores: Vendedor[] }, void>({
      query: () => ({ url: '/api/admin/vendedores' }),
      providesTags: ['Vendedores'],
    }),
  }),
});

export const { useVendedoresQuery } = vendedoresApi;
