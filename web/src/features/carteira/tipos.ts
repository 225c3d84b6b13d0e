/** Columns of the board, from left to right. */
export const COLUNAS = ['a_contatar_30_45', 'a_contatar_46_60', 'contatado', 'recuperado'] as const;
export type NomeColuna = (typeof COLUNAS)[number];

/** One open assignment with its client. Days are YYYY-MM-DD, instants ISO 8601, money R$. */
export interface ClienteCarteira {
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
  situacao: string;
  ativo: boolean;
  status: string;
  valor_total: number;
  coluna: NomeColuna;
  atribuicao_id: number;
  data_atribuicao: string;
  contatado: boolean;
  data_contato: string | null;
  resultado: string | null;
  observacoes: string | null;
  fixado: boolean;
  valor_recuperado: number | null;
  /** Day to call again. */
  retornar_em: string | null;
  proximo_passo: string | null;
  /** User who marked the contact, while the mark can be undone. */
  marcado_por: number | null;
  /** Untouched until then, the client goes to another seller; `esfriando` when most of the time is over. */
  reciclagem_em: string | null;
  esfriando: boolean;
  ultimo_pedido: { data: string; valor: number } | null;
}

/** True totals of a column, from the counters of the database. */
export interface TotalColuna {
  coluna: NomeColuna;
  titulo: string;
  total: number;
  valor: number;
}

/** What a mark made of the columns. */
export type TotaisDasColunas = readonly Pick<TotalColuna, 'coluna' | 'total' | 'valor'>[];

/** Answer of GET /api/vendedor/meus-clientes/{id}. */
export interface RespostaCarteira {
  vendedor: { id: number; nome: string; online: boolean };
  colunas: TotalColuna[];
  /** Clients of the four columns. */
  no_quadro: number;
  clientes: ClienteCarteira[];
  total: number;
  page: number;
  size: number;
  pages: number;
}
