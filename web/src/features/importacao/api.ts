import { api } from '../../lib/api';
import type { Paginado } from '../../lib/cliente';
import type { Acao, Formato, ImportacaoDados, Mapa, Previa } from './tipos';

const URL = '/api/v1/clients/import';

interface Pagina extends Paginado {
  items: ImportacaoDados[];
}

interface Leitura extends Partial<Formato> {
  id: number;
  mapa?: Mapa;
  acao?: Acao;
}

export const importacaoApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** The own imports, newest first. @see crm.api_importacoes */
    importacoes: b.query<Pagina, { page: number; size: number }>({
      query: (params) => ({ url: URL, params }),
      providesTags: ['Importacoes'],
    }),
    /** @throws ApiError 404 `importacao_inexistente`. @see crm.api_importacao */
    importacao: b.query<ImportacaoDados, number>({
      query: (id) => ({ url: `${URL}/${id}` }),
      providesTags: ['Importacoes'],
      keepUnusedDataFor: 5,
    }),
    /**
     * What each row would do; writes nothing.
     *
     * @throws ApiError 422 `mapa_invalido`, `arquivo_invalido`; 409 `arquivo_apagado`.
     * @see crm.api_importacao_previa, SPEC BUSCA-6
     */
    previa: b.query<Previa, Leitura>({
      query: ({ id, ...corpo }) => ({ url: `${URL}/${id}/preview`, metodo: 'POST', corpo }),
      keepUnusedDataFor: 5,
    }),
    /**
     * Uploads the file, as it is or turned into CSV.
     *
     * @throws ApiError 413 `arquivo_grande`, 415 `formato_nao_aceito`, 422 `arquivo_invalido`.
     * @see crm.api_importacao_criar
     */
    enviarArquivo: b.mutation<ImportacaoDados, { nome: string; bytes: Blob; convertido: boolean; chave: string }>({
      query: ({ nome, bytes, convertido, chave }) => ({
        url: URL,
        metodo: 'POST',
        params: { nome, ...(convertido ? { separador: ';', codificacao: 'utf-8', cabecalho: true } : {}) },
        arquivo: { tipo: 'text/csv', bytes },
        chave,
      }),
      invalidatesTags: ['Importacoes'],
    }),
    /** @throws ApiError 409 `estado_invalido`. @see crm.api_importacao_executar */
    executar: b.mutation<ImportacaoDados, Omit<Leitura, 'acao'>>({
      query: ({ id, ...corpo }) => ({ url: `${URL}/${id}/run`, corpo }),
      invalidatesTags: ['Importacoes'],
    }),
    /** @throws ApiError 409 `nao_pode_desfazer`. @see crm.api_importacao_desfazer */
    desfazer: b.mutation<ImportacaoDados, number>({
      query: (id) => ({ url: `${URL}/${id}/undo` }),
      invalidatesTags: ['Importacoes'],
    }),
    /** @throws ApiError 409 `estado_invalido`. @see crm.api_importacao_cancelar */
    cancelarImportacao: b.mutation<ImportacaoDados, number>({
      query: (id) => ({ url: `${URL}/${id}`, metodo: 'DELETE' }),
      invalidatesTags: ['Importacoes'],
    }),
  }),
});

/** Address of the refused rows, for a link. */
export const enderecoRecusadas = (id: number) => `${URL}/${id}/refused`;

export const { useImportacoesQuery, useImportacaoQuery, usePreviaQuery, useEnviarArquivoMutation, useExecutarMutation, useDesfazerMutation, useCancelarImportacaoMutation } = importacaoApi;
