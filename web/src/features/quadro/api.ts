import { api, type Tag } from '../../lib/api';
import { montar, type Quadro } from './quadro';
import type { ColunaResposta, Por, QuadroResposta } from './tipos';

const MUDA: readonly Tag[] = ['Clientes', 'Cliente', 'Pesquisa', 'Periodos', 'Vendedores', 'Estatisticas', 'Carteira'];

/** Which board. `vendedor`: by period, only what that seller holds. */
export interface QuadroArgs {
  por: Por;
  vendedor?: number;
}

export interface Desfeito {
  lote: number;
  restaurados: number;
  total_mantidos: number;
  mantidos: { cliente_id: number; motivo: string }[];
}

const params = ({ por, vendedor }: QuadroArgs) => ({ por, vendedor_id: vendedor });

export const quadroApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** The first cards of all columns with true totals. @see crm.api_quadro, SPEC ADM-2 */
    quadroGestao: b.query<Quadro, QuadroArgs>({
      query: (args) => ({ url: '/api/admin/quadro', params: params(args) }),
      transformResponse: montar,
    }),
    /** The same answer, to be put into `quadroGestao`. */
    quadroLeitura: b.query<QuadroResposta, QuadroArgs>({
      query: (args) => ({ url: '/api/admin/quadro', params: params(args) }),
      keepUnusedDataFor: 0,
    }),
    /** A page of one column. @throws ApiError `coluna_inexistente` (404). */
    quadroColuna: b.query<ColunaResposta, QuadroArgs & { coluna: string; page?: number; size: number }>({
      query: ({ coluna, page, size, ...args }) => ({ url: '/api/admin/quadro', params: { ...params(args), coluna, page, size } }),
      transformResponse: (r: QuadroResposta) => r.colunas[0] as ColunaResposta,
      keepUnusedDataFor: 0,
    }),
    /**
     * Gives clients to a seller, pinned; all or none.
     *
     * @throws ApiError 409 `cliente_inativo`, `cliente_nao_contatar`, `vendedor_inativo`; dados.cliente_ids says who.
     * @see crm.api_realocar_lote
     */
    realocarLote: b.mutation<{ lote: number | null; realocados: number }, { cliente_ids: number[]; vendedor_id: number }>({
      query: (corpo) => ({ url: '/api/admin/realocar-lote', corpo }),
      invalidatesTags: MUDA,
    }),
    /** Takes clients off their sellers; all or none. @throws ApiError 409 `cliente_contatado` unless forcar. @see crm.api_liberar_lote */
    liberarLote: b.mutation<{ lote: number | null; liberados: number }, { cliente_ids: number[]; forcar: boolean }>({
      query: (corpo) => ({ url: '/api/admin/liberar-lote', corpo }),
      invalidatesTags: MUDA,
    }),
    /** Takes a lote back as far as nobody touched it since. @throws ApiError 409 `lote_ja_desfeito`. @see crm.api_desfazer_redistribuicao, SPEC DIST-7 */
    desfazerLote: b.mutation<Desfeito, number>({
      query: (lote) => ({ url: `/api/admin/redistribuicao/${lote}/desfazer`, corpo: {} }),
      invalidatesTags: MUDA,
    }),
  }),
});

export const { useQuadroGestaoQuery, useRealocarLoteMutation, useLiberarLoteMutation, useDesfazerLoteMutation } = quadroApi;
