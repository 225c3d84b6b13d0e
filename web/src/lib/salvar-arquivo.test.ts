// Name of a downloaded file, from the header of the answer (EXPORT-1).
import { expect, test } from 'vitest';

import { nomeDoAnexo } from './salvar-arquivo';

test.each([
  ['attachment; filename="a.csv"', 'a.csv'],
  ['attachment; filename=a.csv', 'a.csv'],
  ["attachment; filename=\"a.csv\"; filename*=UTF-8''per%C3%ADodos%202026.xlsx", 'períodos 2026.xlsx'],
  ["attachment; filename*=UTF-8''%FF.pdf; filename=\"b.pdf\"", 'b.pdf'],
  ['attachment; filename="di\\"to.csv"', 'di"to.csv'],
  ['attachment; filename="../../etc/x.csv"', '.._.._etc_x.csv'],
  ['attachment', 'arquivo'],
  ['inline; filename="a.csv"', undefined],
  [null, undefined],
])('%s', (cabecalho, nome) => {
  expect(nomeDoAnexo(cabecalho)).toBe(nome);
});
