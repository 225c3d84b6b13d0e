// Named intervals and days of an address: edges of months and years, days that do not exist (ADM-4, AUDIT-3).
import { describe, expect, it } from 'vitest';

import { diasEmVolta, diaValido, erroDoIntervalo, intervaloDe } from './intervalo';

const HOJE = '2026-01-02';

describe('intervaloDe', () => {
  it.each([
    ['7d', '2026-03-03', '2026-02-25', '2026-03-03'],
    ['30d', '2026-11-22', '2026-10-24', '2026-11-22'],
    ['90d', '2026-01-10', '2025-10-13', '2026-01-10'],
    ['mes', '2026-11-22', '2026-11-01', '2026-11-22'],
    ['mes', '2026-11-01', '2026-11-01', '2026-11-01'],
    ['mes_passado', '2026-01-15', '2025-12-01', '2025-12-31'],
    ['mes_passado', '2028-03-31', '2028-02-01', '2028-02-29'],
    ['ano', '2026-01-01', '2026-01-01', '2026-01-01'],
  ] as const)('%s on %s', (preset, hoje, de, ate) => {
    expect(intervaloDe(preset, hoje)).toEqual({ de, ate });
  });
});

describe('days', () => {
  it('takes only days that exist', () => {
    expect(diaValido('2028-02-29')).toBe('2028-02-29');
    for (const ruim of ['2026-02-29', '2026-13-01', '2026-1-1', '0001-01-01', '2026-01-01T00:00', '', null, undefined]) expect(diaValido(ruim)).toBeUndefined();
  });

  it('names what is wrong with two of them', () => {
    expect(erroDoIntervalo({ de: '2026-01-01', ate: '2026-01-01' }, HOJE)).toBeUndefined();
    expect(erroDoIntervalo({ de: '2026-01-02', ate: '2026-01-01' }, HOJE)).toBe('ordem');
    expect(erroDoIntervalo({ de: '', ate: '2026-01-01' }, HOJE)).toBe('falta');
    expect(erroDoIntervalo({ de: '2026-01-02', ate: '2026-01-03' }, HOJE)).toBe('futuro');
    expect(erroDoIntervalo({ de: '2024-01-03', ate: '2026-01-02' }, HOJE)).toBeUndefined();
    expect(erroDoIntervalo({ de: '2024-01-02', ate: '2026-01-02' }, HOJE)).toBe('longo');
  });
});

it('diasEmVolta: both sides of midnight, never tomorrow', () => {
  expect(diasEmVolta('2026-03-01T02:30:00.5-03:00', '2026-11-22')).toEqual({ de: '2026-02-28', ate: '2026-03-02' });
  expect(diasEmVolta('2026-11-22T10:00:00+00:00', '2026-11-22')).toEqual({ de: '2026-11-21', ate: '2026-11-22' });
  expect(diasEmVolta('2026-11-23T01:00:00+00:00', '2026-11-22')).toEqual({ de: '2026-11-22', ate: '2026-11-22' });
});
