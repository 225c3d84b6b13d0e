import { data } from '../../lib/formatos';

/** More days than this are drawn by month. */
const DIAS_MAX = 62;
const MESES = ['jan', 'fev', 'mar', 'abr', 'mai', 'jun', 'jul', 'ago', 'set', 'out', 'nov', 'dez'];

/** A day or a month with its figures. */
export type Momento<C extends string> = { chave: string; /** 22/11, nov/26: on an axis. */ nome: string; /** 22/11/2026, nov/2026. */ inteiro: string } & Record<C, number>;

/** A report by days and by months. */
export interface NoTempo<C extends string> {
  dias: readonly ({ dia: string } & Record<C, number>)[];
  /** 'YYYY-MM'. */
  meses: readonly ({ mes: string } & Record<C, number>)[];
}

/** The days, or the months when there are many. */
export function momentos<C extends string>({ dias, meses }: NoTempo<C>): Momento<C>[] {
  if (unidadeDe(dias) === 'meses') return meses.map((m) => ({ ...m, chave: m.mes, ...nomesDoMes(m.mes) }));
  return dias.map((d) => ({ ...d, chave: d.dia, nome: data(d.dia).slice(0, 5), inteiro: data(d.dia) }));
}

/** '2026-11' → nov/26 and nov/2026. */
export function nomesDoMes(mes: string): { nome: string; inteiro: string } {
  const nome = MESES[Number(mes.slice(5, 7)) - 1] ?? '';
  return { nome: `${nome}/${mes.slice(2, 4)}`, inteiro: `${nome}/${mes.slice(0, 4)}` };
}

/** What `momentos` gives. */
export function unidadeDe(dias: readonly unknown[]): 'dias' | 'meses' {
  return dias.length > DIAS_MAX ? 'meses' : 'dias';
}
