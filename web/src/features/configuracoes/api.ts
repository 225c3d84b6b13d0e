import { api } from '../../lib/api';

export const GRUPOS = ['empresa', 'janela', 'distribuicao', 'acesso', 'limites', 'outras'] as const;
export type Grupo = (typeof GRUPOS)[number];

/** A row of crm.configuracoes; `minimo` and `maximo` bound an inteiro, or the length of a texto. */
export interface Configuracao {
  chave: string;
  grupo: Grupo;
  valor: string;
  tipo: 'inteiro' | 'texto' | 'booleano' | 'imagem';
  minimo: number | null;
  maximo: number | null;
  unidade: string | null;
  descricao: string;
  atualizado_em: string;
}

/** New values by setting, as text. */
export type Mudancas = Record<string, string>;

export interface EfeitoPeriodo {
  periodo: '0-29' | '30-45' | '45-60' | '60-90' | '>90';
  antes: number;
  depois: number;
  diferenca: number;
  valor_antes: number;
  valor_depois: number;
}

/** What the changes would do to the clients of today. */
export interface Efeito {
  periodos: EfeitoPeriodo[];
  elegiveis_antes: number;
  elegiveis_depois: number;
  valor_antes: number;
  valor_depois: number;
  entram: number;
  saem: number;
  /** Of those who leave, the ones a seller still had to call. */
  saem_da_carteira: number;
}

export const configuracoesApi = api.injectEndpoints({
  endpoints: (b) => ({
    /** @see crm.api_configuracoes */
    configuracoes: b.query<{ configuracoes: Configuracao[] }, void>({
      query: () => ({ url: '/api/admin/configuracoes' }),
      providesTags: ['Configuracoes'],
    }),
    /** @throws ApiError 422 naming the setting. @see crm.api_configuracoes_previa */
    efeito: b.query<Efeito, Mudancas>({
      query: (mudancas) => ({ url: '/api/admin/configuracoes/previa', metodo: 'POST', corpo: { mudancas } }),
      keepUnusedDataFor: 5,
    }),
    /** All or nothing. @throws ApiError 422 naming the setting. @see crm.api_configuracoes_alterar */
    configuracoesAlterar: b.mutation<{ configuracoes: Configuracao[] }, Mudancas>({
      query: (mudancas) => ({ url: '/api/admin/configuracoes', metodo: 'PATCH', corpo: { mudancas } }),
      invalidatesTags: ['Configuracoes', 'Eu', 'Publico', 'Estatisticas', 'Clientes', 'Periodos', 'Vendedores', 'Pesquisa'],
    }),
  }),
});

export const { useConfiguracoesQuery, useEfeitoQuery, useLazyEfeitoQuery, useConfiguracoesAlterarMutation } = configuracoesApi;
