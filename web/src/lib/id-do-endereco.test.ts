// Ids of records in addresses (UI-1).
import { expect, it } from 'vitest';

import { idDoEndereco } from './id-do-endereco';

it.each([
  ['1', 1],
  ['999999999999999', 999_999_999_999_999],
])('%s is one', (texto, id) => expect(idDoEndereco(texto)).toBe(id));

it.each([undefined, null, '', '0', '-1', '1.5', '1e3', ' 1', '01', 'novo', '9999999999999999'])('%s is none', (texto) => {
  expect(idDoEndereco(texto)).toBeUndefined();
});
