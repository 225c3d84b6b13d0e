import { expect, it } from 'vitest';

import { juntar, type ClienteFila, type RespostaFila } from './api';

const pagina = (page: number, ids: number[]) =>
  ({ page, pages: 2, size: 3, total: 5, clientes: ids.map((id) => ({ id }) as ClienteFila) }) as RespostaFila;

it('a print has the day, and nobody twice who moved between two pages (BOARD-5)', () => {
  const { clientes, total } = juntar([pagina(1, [1, 2, 3]), pagina(2, [3, 4, 5])]);
  expect(clientes.map((c) => c.id)).toEqual([1, 2, 3, 4, 5]);
  expect(total).toBe(5);
});
