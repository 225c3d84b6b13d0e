import type { ClienteResumo } from '../../lib/cliente';

/** Days are YYYY-MM-DD, instants ISO 8601, money R$. */
export interface Pedido {
  id: number;
  data_pedido: string;
  valor: number;
  produto: string | null;
}

export interface Atribuicao {
  id: number;
  vendedor: { id: number; nome: string };
  motivo: string;
  data_atribuicao: string;
  contatado: boolean;
  data_contato: string | null;
  resultado: string | null;
  observacoes: string | null;
  fixado: boolean;
  /** Null while the client is with this seller. */
  encerrada_em: string | null;
  motivo_fim: string | null;
  valor_recuperado: number | null;
  /** Day to call again. */
  retornar_em: string | null;
  proximo_passo: string | null;
  /** User who marked the contact, while the mark can be undone. */
  marcado_por: number | null;
}

/** One entry of the history. Sensitive fields come masked by papel. */
export interface Mudanca {
  quando: string;
  acao: string;
  quem: string | null;
  campos: { campo: string; antes: unknown; depois: unknown }[];
}

/** Answer of GET /api/v1/clients/{id_cliente}. */
export interface Perfil extends ClienteResumo {
  nome_mae: string | null;
  cep: string | null;
  created_at: string;
  updated_at: string;
  pedidos: { total: number; valor: number; /** R$ per order; null: none. */ media: number | null; items: Pedido[] };
  atribuicoes: Atribuicao[];
  contatos: Atribuicao[];
  linha_do_tempo: Mudanca[];
  /** CPF, birth and mother's name are not shown to this user. */
  mascarado: boolean;
  pode: { alterar: boolean; desativar: boolean; revelar: boolean };
}

/** What of a client is typed, in the order of the form. */
export const CAMPOS = ['cpf', 'nome_completo', 'data_nascimento', 'sexo', 'nome_mae', 'celular', 'email', 'cep', 'cidade', 'uf', 'nao_contatar'] as const;
export type Campo = (typeof CAMPOS)[number];

/** Fields hidden from users without `cliente.ver_sensivel`. */
export const SENSIVEIS = ['cpf', 'data_nascimento', 'nome_mae'] as const;
export type Sensivel = (typeof SENSIVEIS)[number];

/** The editable part of a client, as the API sends it. */
export interface Dados {
  /** Null once anonymised. */
  cpf: string | null;
  nome_completo: string;
  data_nascimento: string | null;
  sexo: 'F' | 'M' | 'N' | null;
  nome_mae: string | null;
  celular: string | null;
  email: string | null;
  cep: string | null;
  cidade: string | null;
  uf: string | null;
  nao_contatar: boolean;
}

export interface Revelado {
  id_cliente: number;
  cpf?: string;
  data_nascimento?: string | null;
  nome_mae?: string | null;
  /** Reveals left in the window of 24 hours. */
  restantes: number;
}
