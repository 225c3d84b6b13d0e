/** A client as the lists of the administration show it. CPF comes masked by papel. */
export interface ClienteLinha {
  id: number;
  nome: string;
  cpf: string;
  celular: string | null;
  email: string | null;
  cidade: string | null;
  uf: string | null;
  data_ultima_compra: string | null;
  dias_sem_comprar: number | null;
  periodo: string;
  situacao: Situacao;
  status: Status;
  ativo: boolean;
  valor_total: number;
  vendedor_atribuido: { id: number; nome: string } | null;
  contatado: boolean;
  fixado: boolean;
  atribuicao_id: number | null;
}

/** Envelope of paged lists. */
export interface Paginado {
  total: number;
  page: number;
  size: number;
  pages: number;
}

/**
 * A client as /api/v1 shows it. CPF is masked and the day of birth absent for
 * those who may not see them; `idade` (years) is for everybody.
 */
export interface ClienteResumo {
  id_cliente: number;
  nome_completo: string;
  cpf: string;
  idade: number | null;
  data_nascimento: string | null;
  sexo: 'F' | 'M' | 'N' | null;
  celular: string | null;
  email: string | null;
  cidade: string | null;
  uf: string | null;
  data_ultima_compra: string | null;
  dias_sem_comprar: number | null;
  periodo: string;
  situacao: Situacao;
  status: Status;
  ativo: boolean;
  nao_contatar: boolean;
  valor_total: number;
  vendedor: { id: number; nome: string } | null;
  versao: number;
}

export const STATUS = ['disponivel', 'atribuido', 'contatado'] as const;
export type Status = (typeof STATUS)[number];
export const SITUACOES = ['ativo', 'elegivel', 'inativo', 'sem_compra'] as const;
export type Situacao = (typeof SITUACOES)[number];
