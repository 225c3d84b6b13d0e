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
  situacao: 'ativo' | 'elegivel' | 'inativo' | 'sem_compra';
  status: 'disponivel' | 'atribuido' | 'contatado';
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
