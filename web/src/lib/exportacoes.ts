import { api } from './api';
import type { Paginado } from './cliente';
import { ehArquivo, salvarArquivo } from './salvar-arquivo';

/** Where rows come from: the screen the export was asked on. */
export type Origem = 'clientes' | 'carteira' | 'quadro' | 'periodo' | 'relatorio' | 'auditoria';

export const FORMATOS = ['excel', 'pdf', 'csv'] as const;
export type Formato = (typeof FORMATOS)[number];

export type Estado = 'na_fila' | 'executando' | 'pronta' | 'falhou' | 'cancelada' | 'expirada';

/** Filters of a screen, as its own endpoint takes them; what is undefined is left out. */
export type Filtros = Readonly<Record<string, string | number | boolean | undefined>>;

/** A column a file may have. `sensivel`: only in clear with a purpose. `padrao`: chosen unless one chooses. */
export interface CampoExportavel {
  campo: string;
  titulo: string;
  tipo: string;
  padrao: boolean;
  sensivel: boolean;
}

/** One export, of a job or made at once. Bytes of the file, instants ISO 8601. */
export interface Exportacao {
  id: number;
  origem: Origem;
  formato: Formato;
  estado: Estado;
  /** How many are made before it; null unless it waits. */
  na_frente: number | null;
  direta: boolean;
  linhas_previstas: number;
  /** null before the file is there. */
  linhas: number | null;
  bytes: number | null;
  nome_arquivo: string;
  criada_em: string;
  terminada_em: string | null;
  expira_em: string | null;
  erro: string | null;
}

export interface PedidoExportacao {
  origem: Origem;
  formato: Formato;
  filtros: Filtros;
  campos: readonly string[];
  ordem?: string;
  finalidade?: string;
  /** Of a CSV: semicolons, decimal commas, days as dd/mm/yyyy, and the mark that Excel looks for. */
  opcoes?: { excel: boolean };
}

/** A file that was handed to the browser, or a job that makes it. */
export type Resultado = { baixado: string } | { trabalho: Exportacao };

const URL = '/api/v1/exports';

/** A job ends by itself; until then its state changes. */
export const emCurso = (estado: Estado) => estado === 'na_fila' || estado === 'executando';

export const exportacoesApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** The columns this user may take out. @see crm.api_exportacao_campos */
    camposExportaveis: b.query<{ campos: CampoExportavel[] }, { origem: Origem; relatorio?: string }>({
      query: (params) => ({ url: `${URL}/campos`, params }),
      keepUnusedDataFor: 300,
    }),
    /**
     * Saves the file when it comes at once, else gives the job.
     *
     * @throws ApiError 422 `exportacao_grande` with `dados.total`; 429 `exportacoes_demais`; 403, 422 naming a field.
     * @see crm.api_exportar, SPEC EXPORT-1
     */
    exportar: b.mutation<Resultado, PedidoExportacao>({
      async queryFn({ formato, filtros, campos, ordem, ...corpo }, _api, _extra, base) {
        const r = await base({
          url: `${URL}?format=${formato}`,
          baixar: true,
          corpo: { ...corpo, filters: semVazios(filtros), fields: campos, sort: ordem },
        });
        if (r.error) return { error: r.error };
        if (!ehArquivo(r.data)) return { data: { trabalho: r.data as Exportacao } };
        salvarArquivo(r.data);
        return { data: { baixado: r.data.nome } };
      },
      invalidatesTags: ['Exportacoes'],
    }),
    /** The own ones, newest first. @see crm.api_exportacoes */
    exportacoes: b.query<Paginado & { items: Exportacao[] }, { page: number; size: number }>({
      query: (params) => ({ url: URL, params }),
      providesTags: ['Exportacoes'],
    }),
    /** @throws ApiError 404: not there, or of somebody else. @see crm.api_exportacao */
    exportacao: b.query<Exportacao, number>({
      query: (id) => ({ url: `${URL}/${id}` }),
      providesTags: ['Exportacoes'],
      keepUnusedDataFor: 5,
    }),
    /** Cancels what runs, deletes what is done. @see crm.api_exportacao_cancelar */
    cancelarExportacao: b.mutation<unknown, number>({
      query: (id) => ({ url: `${URL}/${id}`, metodo: 'DELETE' }),
      invalidatesTags: ['Exportacoes'],
    }),
    /**
     * Fetches the file of a job and saves it. By fetch and not by a link: a
     * refusal, or a file that breaks off, is told with its reason.
     *
     * @see crm.api_exportacao_parte
     */
    baixarExportacao: b.mutation<string, number>({
      async queryFn(id, _api, _extra, base) {
        const r = await base({ url: `${URL}/${id}/download`, metodo: 'GET', baixar: true, semChave: true });
        if (r.error) return { error: r.error };
        if (!ehArquivo(r.data)) return { error: { codigo: 'resposta_invalida', status: 0, erros: [] } };
        salvarArquivo(r.data);
        return { data: r.data.nome };
      },
      // What could not be had may be gone: expired, deleted in another tab.
      invalidatesTags: (_, erro) => (erro === undefined ? [] : ['Exportacoes']),
    }),
  }),
});

function semVazios(filtros: Filtros): object {
  return Object.fromEntries(Object.entries(filtros).filter(([, v]) => v !== undefined && v !== ''));
}

export const { useCamposExportaveisQuery, useExportarMutation, useExportacoesQuery, useExportacaoQuery, useCancelarExportacaoMutation, useBaixarExportacaoMutation } = exportacoesApi;
