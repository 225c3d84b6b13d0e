import type { ClienteLinha } from '../../lib/cliente';
import type { Vendedor } from '../../lib/vendedores';

/** What the columns are. */
export type Por = 'vendedor' | 'periodo';

/** The column of who has no seller, of the board by seller. */
export const SEM_VENDEDOR = 'sem_vendedor';

/** One column as the server answers it: true totals, one page of its cards. */
export interface ColunaResposta {
  coluna: string;
  titulo: string;
  vendedor: Vendedor | null;
  total: number;
  /** R$. */
  valor: number;
  clientes: ClienteLinha[];
  page: number;
  size: number;
  pages: number;
}

export interface QuadroResposta {
  por: Por;
  colunas: ColunaResposta[];
}

export type Cartao = ClienteLinha;
