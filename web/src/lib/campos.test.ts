// Masks of CEP and day while typing (UI-3, DADOS-2).
import { describe, expect, test } from 'vitest';

import { cepDigitado, dataDigitada, diaDeBr, diaParaCampo } from './campos';

test.each([
  ['01310', '01310'],
  ['01310100', '01310-100'],
  ['01.310-100', '01310-100'],
])('CEP %s is shown as %s', (digitado, mostrado) => expect(cepDigitado(digitado)).toBe(mostrado));

describe('days', () => {
  test.each([
    ['05', '05'],
    ['0511', '05/11'],
    ['05112026', '05/11/2026'],
    ['5/11/2026', '05/11/2026'],
    ['5.1.1990', '05/01/1990'],
    ['2026-11-05', '05/11/2026'],
    ['05/1', '05/1'],
    ['05/111', '05/11/1'],
    ['051/1', '05/11'],
  ])('%s is shown as %s', (digitado, mostrado) => expect(dataDigitada(digitado)).toBe(mostrado));

  test('typed digit by digit', () => {
    let texto = '';
    for (const tecla of '29021984') texto = dataDigitada(texto + tecla);
    expect(texto).toBe('29/02/1984');
  });

  test.each([
    ['29/02/2024', '2024-02-29'],
    ['29/02/2023', undefined],
    ['31/04/2020', undefined],
    ['00/01/2020', undefined],
    ['01/13/2020', undefined],
    ['1/1/2020', undefined],
    ['29/02/1900', undefined],
    ['29/02/2000', '2000-02-29'],
  ])('%s is the day %s', (texto, dia) => expect(diaDeBr(texto)).toBe(dia));

  test('a day goes to the input and back unchanged', () => {
    expect(diaDeBr(diaParaCampo('1980-12-31'))).toBe('1980-12-31');
    expect(diaParaCampo(null)).toBe('');
  });
});
