/** Fields a column can go to, in the order of the list. */
export const CAMPOS = ['cpf', 'nome_completo', 'data_nascimento', 'sexo', 'nome_mae', 'celular', 'email', 'cep', 'cidade', 'uf'] as const;
export type Campo = (typeof CAMPOS)[number];

export const SEPARADORES = [';', ',', '\t', '|'] as const;
export type Separador = (typeof SEPARADORES)[number];
export const CODIFICACOES = ['utf-8', 'windows-1252'] as const;
export type Codificacao = (typeof CODIFICACOES)[number];

export type Estado = 'enviada' | 'na_fila' | 'executando' | 'concluida' | 'desfeita' | 'cancelada' | 'falhou';

export interface Coluna {
  /** From 0. */
  indice: number;
  titulo: string;
  amostra: string[];
  sugestao: string | null;
}

/** Field to index of the column. */
export type Mapa = Partial<Record<Campo, number>>;

/** How the file is read; what is absent the server finds out. */
export interface Formato {
  separador: Separador;
  codificacao: Codificacao;
  cabecalho: boolean;
}

/** Answer of GET /api/v1/clients/import/{id}. `colunas` and `mantidas_linhas` only there. */
export interface ImportacaoDados extends Formato {
  id: number;
  nome: string;
  estado: Estado;
  /** What runs or ran last. */
  operacao: 'executar' | 'desfazer';
  linhas: number;
  colunas?: Coluna[];
  mapa: Record<string, number | null> | null;
  processadas: number;
  incluidos: number;
  atualizados: number;
  iguais: number;
  recusadas: number;
  desfeitas: number;
  mantidas: number;
  mantidas_linhas?: { linha: number; id_cliente: number | null; motivo: 'alterado' | 'com_historico' | 'excluido' }[];
  falha: string | null;
  criada_em: string;
  iniciada_em: string | null;
  terminada_em: string | null;
  /** File and rows are still there. */
  guardada: boolean;
  pode_desfazer: boolean;
  pode_cancelar: boolean;
}

export const ACOES = ['incluir', 'atualizar', 'igual', 'recusar'] as const;
export type Acao = (typeof ACOES)[number];

export interface LinhaPrevia {
  /** Of the file, from 1. */
  linha: number;
  acao: Acao;
  id_cliente: number | null;
  valores: Record<string, string | null>;
  erros: { campo: string; mensagem: string }[];
}

export interface Previa extends Formato {
  total: number;
  colunas: Coluna[];
  linhas: LinhaPrevia[];
  /** `entram`: those to add and to change. */
  contagem: Record<Acao | 'entram', number>;
}
