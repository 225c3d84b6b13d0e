import type { Coluna } from '../../components/tabela';
import { inteiro } from '../../lib/formatos';
import type { Momento } from './tempo';
import { t } from './textos';

/** More bars than this are unreadable; the table has all. */
export const BARRAS_MAX = 12;

/** Colours that are told apart beside each other, in light and dark; the last is for the rest. */
export const CORES_DE_SERIES = ['var(--grafico-contatado)', 'var(--grafico-recuperado)', 'var(--grafico-pendente)', 'var(--grafico-recusa)', 'var(--grafico-interesse)', 'var(--grafico-perdido)', 'var(--grafico-neutro)'] as const;

/** Height of bars that lie down, px. */
export function alturaDeitada(n: number, legenda = false): number {
  return Math.max(220, 64 + n * 30) + (legenda ? 40 : 0);
}

/** Says that not all are drawn. */
export function parteDe(total: number): string | undefined {
  return total > BARRAS_MAX ? t('relatorios.maiores', { n: BARRAS_MAX, total: inteiro(total) }) : undefined;
}

/** A figure of a moment, as a column. */
export interface CifraNoTempo<C extends string> {
  campo: C;
  titulo: string;
  formatar: (n: number) => string;
}

/** A table higher than this scrolls in its frame, px; so many rows fit. */
const ALTURA_TABELA = 420;
const LINHAS_VISIVEIS = 10;

/** The table beside a chart of moments, newest first. */
export function tabelaNoTempo<C extends string>(pontos: readonly Momento<C>[], unidade: 'dias' | 'meses', cifras: readonly CifraNoTempo<C>[]) {
  const colunas: readonly Coluna<Momento<C>>[] = [
    { id: 'dia', titulo: t(unidade === 'meses' ? 'relatorios.mes' : 'relatorios.dia'), principal: true, valor: (p) => p.inteiro },
    ...cifras.map((c): Coluna<Momento<C>> => ({ id: c.campo, titulo: c.titulo, numero: true, valor: (p) => c.formatar(p[c.campo]) })),
  ];
  return { colunas, linhas: [...pontos].reverse(), chave: (p: Momento<C>) => p.chave, alturaTabela: pontos.length > LINHAS_VISIVEIS ? ALTURA_TABELA : undefined };
}
