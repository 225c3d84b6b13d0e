import { describe, expect, it } from 'vitest';

import { celularDigitado, cpfDigitado } from './formatos';
import { depoisDoDigito, mascarar } from './mascara';

// Masked inputs: the caret stays behind the digit it was behind.

function digitar(valor: string, cursor: number, formatar: (t: string) => string) {
  const entrada = document.createElement('input');
  entrada.value = valor;
  entrada.setSelectionRange(cursor, cursor);
  const texto = mascarar(entrada, formatar);
  return [texto, entrada.selectionStart];
}

describe('mascarar', () => {
  it.each([
    ['at the end', '1234', 4, cpfDigitado, '123.4', 5],
    ['in the middle', '12934.567', 3, cpfDigitado, '129.345.67', 3],
    ['behind a removed separator', '123456.789-0', 3, cpfDigitado, '123.456.789-0', 3],
    ['a paste', 'CPF 529.982.247-25 ', 19, cpfDigitado, '529.982.247-25', 14],
    ['a phone', '(11) 912345', 11, celularDigitado, '(11) 9123-45', 12],
    ['nothing to do', '123.4', 2, cpfDigitado, '123.4', 2],
  ] as const)('%s', (_, valor, cursor, formatar, texto, onde) => {
    expect(digitar(valor, cursor, formatar)).toEqual([texto, onde]);
  });
  it('finds the place behind a digit', () => {
    expect([depoisDoDigito('(11) 9', 0), depoisDoDigito('(11) 9', 2), depoisDoDigito('(11) 9', 3), depoisDoDigito('1', 5)]).toEqual([0, 3, 6, 1]);
  });
});
