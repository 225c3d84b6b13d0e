import { api } from '../../lib/api';

/** A row for each business day of the interval; R$. */
type PorDia<V> = ({ dia: string } & V)[];
/** And for each of its months, 'YYYY-MM'. */
type PorMes<V> = ({ mes: string } & V)[];

interface Passos {
  recebidos: number;
  contatados: number;
  responderam: number;
  recuperados: number;
}

export const RESULTADOS = ['interessado', 'contatado', 'sem_resposta', 'recusou', 'numero_errado', 'recuperado'] as const;
export type Resultado = (typeof RESULTADOS)[number];

/** Clients who bought while on a seller's board. */
export interface Recuperados {
  totais: { clientes: number; valor: number; /** Null: none came back. */ por_cliente: number | null };
  dias: PorDia<{ clientes: number; valor: number }>;
  meses: PorMes<{ clientes: number; valor: number }>;
  vendedores: VendedorRecuperados[];
  /** The sellers after the first six, together; only months with a recovery. */
  outros: PorMes<{ clientes: number; valor: number }>;
}

export interface VendedorRecuperados {
  vendedor_id: number;
  vendedor: string;
  clientes: number;
  valor: number;
  por_cliente: number;
  /** Only those with a recovery. */
  meses: PorMes<{ clientes: number; valor: number }>;
}

/** Contacts by the outcome they have now. */
export interface Desfechos {
  totais: { contatos: number; recuperados: number; por_dia: number; valor: number };
  resultados: { resultado: Resultado; contatos: number; valor: number }[];
  /** `demais`: contacts of clients who did not come back. */
  dias: PorDia<{ contatos: number; recuperados: number; demais: number }>;
  meses: PorMes<{ contatos: number; recuperados: number; demais: number }>;
  vendedores: VendedorDesfechos[];
}

export type VendedorDesfechos = { vendedor_id: number; vendedor: string; contatos: number; valor: number } & Record<Resultado, number>;

/** How far the assignments of the interval came until now; rates from 0 to 1. */
export interface Funil {
  totais: Passos & { sem_contato: number; valor: number };
  etapas: Etapa[];
  dias: PorDia<Passos>;
  vendedores: VendedorFunil[];
}

export interface Etapa {
  etapa: keyof Passos;
  atribuicoes: number;
  taxa: number;
}

export type VendedorFunil = Passos & { vendedor_id: number; vendedor: string; sem_contato: number; valor: number; taxa_contato: number; taxa_recuperacao: number };

export interface Buscas {
  totais: { buscas: number; usuarios: number; por_dia: number };
  dias: PorDia<{ buscas: number; usuarios: number }>;
  meses: PorMes<{ buscas: number; usuarios: number }>;
  usuarios: { usuario_id: number | null; usuario: string | null; papel: string | null; buscas: number }[];
}

export interface Arquivos {
  exportacoes: number;
  linhas: number;
  bytes: number;
}

export interface Exportacoes {
  totais: Arquivos & { falhas: number };
  dias: PorDia<{ exportacoes: number; linhas: number }>;
  meses: PorMes<{ exportacoes: number; linhas: number }>;
  formatos: (Arquivos & { formato: string })[];
  origens: (Arquivos & { origem: string })[];
  usuarios: (Arquivos & { usuario_id: number | null; usuario: string | null })[];
}

/** Who crosses a limit of days, if nobody buys. */
export interface Limite {
  limite: number;
  /** Days without buying on the day they cross. */
  dias: number;
  /** The one they enter. */
  periodo: string;
  clientes: number;
  valor: number;
}

/** A forecast as it was made so many days before, against what happened: all limits together. */
export interface Acompanhado {
  dia: string;
  antecedencia: number;
  clientes_previstos: number;
  valor_previsto: number;
  clientes: number;
  valor: number;
}

export interface Previsao {
  totais: { clientes: number; valor: number };
  /** Sums of the 14 days to come. */
  limites: Limite[];
  linhas: PorDia<Limite>;
  /** All limits of a day. */
  dias: PorDia<{ clientes: number; valor: number }>;
  acompanhamento: Acompanhado[];
}

interface Relatorios {
  recuperados: Recuperados;
  desfechos: Desfechos;
  funil: Funil;
  buscas: Buscas;
  exportacoes: Exportacoes;
  previsao: Previsao;
}

/** Days 'YYYY-MM-DD', both included. */
export interface Filtros {
  de: string;
  ate: string;
  vendedor_id?: number;
}

type Nome = keyof Relatorios;

/** The seller asked about. */
export interface DeQuem {
  vendedor: { id: number; nome: string } | null;
}

/** The endpoint of one report: its numbers are the member of its name. */
function relatorio<N extends Nome>(nome: N) {
  return {
    query: (filtros: Filtros) => ({ url: `/api/admin/relatorios/${nome}`, params: { ...filtros } }),
    transformResponse: (resposta: Record<N, Relatorios[N]> & DeQuem): Relatorios[N] & DeQuem => ({ ...(resposta as Record<N, Relatorios[N]>)[nome], vendedor: resposta.vendedor }),
  };
}

/** @throws ApiError `intervalo_invalido` (422), `vendedor_inexistente` (404). @see crm.api_relatorio, SPEC ADM-4 */
export const relatoriosApi = api.injectEndpoints({
  endpoints: (b) => ({
    relatorioRecuperados: b.query<Recuperados & DeQuem, Filtros>({ ...relatorio('recuperados'), providesTags: ['Relatorios'] }),
    relatorioDesfechos: b.query<Desfechos & DeQuem, Filtros>({ ...relatorio('desfechos'), providesTags: ['Relatorios'] }),
    relatorioFunil: b.query<Funil & DeQuem, Filtros>({ ...relatorio('funil'), providesTags: ['Relatorios'] }),
    relatorioBuscas: b.query<Buscas & DeQuem, Filtros>({ ...relatorio('buscas'), keepUnusedDataFor: 10 }),
    relatorioExportacoes: b.query<Exportacoes & DeQuem, Filtros>({ ...relatorio('exportacoes'), keepUnusedDataFor: 10 }),
    relatorioPrevisao: b.query<Previsao & DeQuem, Filtros>({ ...relatorio('previsao'), providesTags: ['Relatorios'] }),
  }),
});

export const { useRelatorioRecuperadosQuery, useRelatorioDesfechosQuery, useRelatorioFunilQuery, useRelatorioBuscasQuery, useRelatorioExportacoesQuery, useRelatorioPrevisaoQuery } = relatoriosApi;
