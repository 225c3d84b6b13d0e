// What was read, in the words of the screens (AUDIT-1).
import { expect, it } from 'vitest';

import { nomeDaLeitura } from './nomes';

it('names a read by the last part of its address that is no parameter', () => {
  expect(nomeDaLeitura('GET /api/vendedor/fila/{id}')).toBe('Fila do dia');
  expect(nomeDaLeitura('GET /api/v1/clients/{id_cliente}/orders')).toBe('Pedidos de um cliente');
  expect(nomeDaLeitura('GET /api/admin/clientes-por-periodo')).toBe('Clientes por período');
});

it('has no name for what it does not know', () => {
  expect(nomeDaLeitura('GET /api/admin/outra/{id}')).toBeUndefined();
});
