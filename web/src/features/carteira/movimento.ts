import { desfazivel } from '../../lib/contato';
import { COLUNAS, type ClienteCarteira, type NomeColuna } from './tipos';

/** Who moves cards, and the day it is. */
export interface Quem {
  id: number;
  /** YYYY-MM-DD in the business zone. */
  hoje: string;
  /** Last day of the first column. */
  meio: number;
}

/** The column of a client that is not contacted. */
export function colunaPorDias(cliente: Pick<ClienteCarteira, 'dias_sem_comprar'>, meio: number): NomeColuna {
  return cliente.dias_sem_comprar !== null && cliente.dias_sem_comprar <= meio ? 'a_contatar_30_45' : 'a_contatar_46_60';
}

/** May a person move the card there? To Contatado, and back while the mark can be undone; recovery comes only with an order. */
export function podeMover(cliente: ClienteCarteira, para: NomeColuna, quem: Quem): boolean {
  if (para === 'contatado') return cliente.coluna === 'a_contatar_30_45' || cliente.coluna === 'a_contatar_46_60';
  return cliente.coluna === 'contatado' && desfazivel(cliente, quem) && para === colunaPorDias(cliente, quem.meio);
}

/** The nearest column on that side to which the card may go, if any. */
export function destino(cliente: ClienteCarteira, lado: 'esquerda' | 'direita', quem: Quem): NomeColuna | undefined {
  const aqui = COLUNAS.indexOf(cliente.coluna);
  const candidatas = lado === 'direita' ? COLUNAS.slice(aqui + 1) : COLUNAS.slice(0, aqui).reverse();
  return candidatas.find((para) => podeMover(cliente, para, quem));
}
