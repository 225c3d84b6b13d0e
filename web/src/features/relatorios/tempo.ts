import { data } from '../../lib/formatos';

/** More days than this are drawn by month. */
const DIAS_MAX = 62;
const MESES = ['jan', 'fev', 'mar', 'abr', 'mai', 'jun', 'jul', 'ago', 'set', 'out', 'nov', 'dez'];

/** A day or a month with its figures added up. */
export type Momento<C extends string> = { chave: string; /** 22/11, nov/26: on an axis. */ nome: string; /** 22/11/2026, nov/2026. */ inteiro: string } & Record<C, number>;

/** Days as they are, or their months when there are many; figures are added up. */
export function momentos<C extends string>(dias: readonly ({ dia: string } & Record<C, number>)[], cifras: readonly C[]): Momento<C>[] {
  if (dias.length <= DIAS_MAX) {
    return dias.map((d) => ({ ...d, chave: d.dia, nome: data(d.dia).slice(0, 5), inteiro: data(d.dia) }));
  }
  const meses = new Map<string, Momento<C>>();
  for (const d of dias) {
    const chave = d.dia.slice(0, 7);
    const mes = meses.get(chave);
    if (mes === undefined) meses.set(chave, { ...d, chave, ...nomesDoMes(chave) });
    // In cents: a sum of fractions would drift.
    else for (const c of cifras) (mes as Record<C, number>)[c] = Math.round((mes[c] + d[c]) * 100) / 100;
  }
  return [...meses.values()];
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

/** The first `max`, and the rest added up under one name. */
export function comOutros<L>(linhas: readonly L[], max: number, juntar: (resto: readonly L[]) => L): L[] {
  return linhas.length <= max ? [...linhas] : [...linhas.slice(0, max), juntar(linhas.slice(max))];
}
