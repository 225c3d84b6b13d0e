import { api } from '../../lib/api';

export interface VendedorAlteracao {
  id: number;
  peso: number;
  capacidade: number | null;
  participa_distribuicao: boolean;
}

/** Working hours of one day of the week; 0 is Sunday, hours are HH:MM. */
export interface DiaDeJornada {
  dia_semana: number;
  inicio: string;
  fim: string;
  almoco_inicio: string | null;
  almoco_fim: string | null;
}

export interface Jornada {
  vendedor_id: number;
  nome: string;
  /** As motivo_indisponivel, or disponivel. */
  situacao: string;
  muda_em: string | null;
  reserva_ate: string | null;
  dias: DiaDeJornada[];
}

export const MOTIVOS_AUSENCIA = ['ferias', 'licenca', 'folga', 'outro'] as const;

/** Leave; `ate` is its last day. */
export interface Ausencia {
  id: number;
  de: string;
  ate: string;
  motivo: (typeof MOTIVOS_AUSENCIA)[number];
}

export interface Feriado {
  data: string;
  nome: string;
}

const MUDA = ['Vendedores', 'Estatisticas', 'Clientes', 'Periodos', 'Carteira', 'Redistribuicoes', 'Expediente'] as const;
const url = (id: number) => `/api/admin/vendedores/${id}`;

export const vendedoresAdminApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** @throws ApiError 422 naming peso or capacidade. @see crm.api_vendedor_alterar */
    vendedorAlterar: b.mutation<unknown, VendedorAlteracao>({
      query: ({ id, ...corpo }) => ({ url: url(id), metodo: 'PATCH', corpo }),
      invalidatesTags: ['Vendedores', 'Estatisticas'],
    }),
    /** @see crm.api_jornada, SPEC DIST-10 */
    jornada: b.query<Jornada, number>({ query: (id) => ({ url: `${url(id)}/jornada` }), providesTags: ['Expediente'] }),
    /** Replaces the week; no day: always available. Deals anew. @throws ApiError 422 `jornada_invalida`. */
    definirJornada: b.mutation<Jornada, { id: number; dias: DiaDeJornada[] }>({
      query: ({ id, dias }) => ({ url: `${url(id)}/jornada`, metodo: 'PUT', corpo: { dias } }),
      invalidatesTags: [...MUDA],
    }),
    ausencias: b.query<{ ausencias: Ausencia[] }, number>({ query: (id) => ({ url: `${url(id)}/ausencias` }), providesTags: ['Expediente'] }),
    /** @throws ApiError 409 `ausencia_sobreposta`, 422 `ausencia_invalida`. */
    registrarAusencia: b.mutation<{ ausencias: Ausencia[] }, { id: number; de: string; ate: string; motivo: string }>({
      query: ({ id, ...corpo }) => ({ url: `${url(id)}/ausencias`, corpo }),
      invalidatesTags: [...MUDA],
    }),
    cancelarAusencia: b.mutation<{ ausencias: Ausencia[] }, { id: number; ausencia_id: number }>({
      query: ({ id, ausencia_id }) => ({ url: `${url(id)}/ausencias/${ausencia_id}`, metodo: 'DELETE' }),
      invalidatesTags: [...MUDA],
    }),
    feriados: b.query<{ ano: number; feriados: Feriado[] }, number>({ query: (ano) => ({ url: '/api/admin/feriados', params: { ano } }), providesTags: ['Expediente'] }),
    registrarFeriado: b.mutation<unknown, Feriado>({ query: (corpo) => ({ url: '/api/admin/feriados', corpo }), invalidatesTags: [...MUDA] }),
    cancelarFeriado: b.mutation<unknown, string>({ query: (data) => ({ url: `/api/admin/feriados/${data}`, metodo: 'DELETE' }), invalidatesTags: [...MUDA] }),
  }),
});

export const {
  useVendedorAlterarMutation,
  useJornadaQuery,
  useDefinirJornadaMutation,
  useAusenciasQuery,
  useRegistrarAusenciaMutation,
  useCancelarAusenciaMutation,
  useFeriadosQuery,
  useRegistrarFeriadoMutation,
  useCancelarFeriadoMutation,
} = vendedoresAdminApi;
