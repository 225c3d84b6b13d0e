// Days and months of the reports (ADM-4).
import { describe, expect, it } from 'vitest';

import { diasEntre, somarDias } from '../../lib/retorno';
import { momentos, nomesDoMes, unidadeDe } from './tempo';

const cada = (de: string, ate: string, valor: number) => Array.from({ length: diasEntre(de, ate) + 1 }, (_, i) => ({ dia: somarDias(de, i), valor }));

describe('momentos', () => {
  it('takes the days of a short interval', () => {
    const m = momentos<'valor'>({ dias: cada('2026-02-27', '2026-03-01', 1), meses: [{ mes: '2026-02', valor: 2 }, { mes: '2026-03', valor: 1 }] });
    expect(m.map((x) => [x.nome, x.inteiro, x.valor])).toEqual([
      ['27/02', '27/02/2026', 1],
      ['28/02', '28/02/2026', 1],
      ['01/03', '01/03/2026', 1],
    ]);
  });

  it('takes the months of a long one as the server added them up', () => {
    const dias = cada('2025-12-30', '2026-03-02', 0.1);
    expect(unidadeDe(dias)).toBe('meses');
    expect(momentos<'valor'>({ dias, meses: [{ mes: '2025-12', valor: 7 }, { mes: '2026-01', valor: 8 }] }).map((x) => [x.chave, x.nome, x.valor])).toEqual([
      ['2025-12', 'dez/25', 7],
      ['2026-01', 'jan/26', 8],
    ]);
  });
});

it('names a month', () => {
  expect(nomesDoMes('2026-11')).toEqual({ nome: 'nov/26', inteiro: 'nov/2026' });
});
