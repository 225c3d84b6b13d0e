// Days and months of the reports (ADM-4).
import { describe, expect, it } from 'vitest';

import { diasEntre, somarDias } from '../../lib/retorno';
import { comOutros, momentos, nomesDoMes, unidadeDe } from './tempo';

const cada = (de: string, ate: string, valor: number) => Array.from({ length: diasEntre(de, ate) + 1 }, (_, i) => ({ dia: somarDias(de, i), valor }));

describe('momentos', () => {
  it('keeps the days of a short interval', () => {
    const m = momentos(cada('2026-02-27', '2026-03-01', 1), ['valor']);
    expect(m.map((x) => [x.nome, x.inteiro, x.valor])).toEqual([
      ['27/02', '27/02/2026', 1],
      ['28/02', '28/02/2026', 1],
      ['01/03', '01/03/2026', 1],
    ]);
  });

  it('adds up the months of a long one, cents right', () => {
    const dias = cada('2025-12-30', '2026-03-02', 0.1);
    expect(unidadeDe(dias)).toBe('meses');
    expect(momentos(dias, ['valor']).map((x) => [x.chave, x.nome, x.valor])).toEqual([
      ['2025-12', 'dez/25', 0.2],
      ['2026-01', 'jan/26', 3.1],
      ['2026-02', 'fev/26', 2.8],
      ['2026-03', 'mar/26', 0.2],
    ]);
  });
});

it('names a month', () => {
  expect(nomesDoMes('2026-11')).toEqual({ nome: 'nov/26', inteiro: 'nov/2026' });
});

it('adds up those that have no bar of their own', () => {
  const juntar = (resto: readonly number[]) => resto.reduce((a, b) => a + b, 0);
  expect(comOutros([5, 4, 3], 3, juntar)).toEqual([5, 4, 3]);
  expect(comOutros([5, 4, 3, 2, 1], 3, juntar)).toEqual([5, 4, 3, 3]);
});
