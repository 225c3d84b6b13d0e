// What the door refuses by itself (AUTH-1).
import { expect, it } from 'vitest';

import { validarLogin } from './validar';

it('asks for a name and a password', () => {
  expect(Object.keys(validarLogin(' ', ''))).toEqual(['usuario', 'senha']);
});

it('lets a password of eight characters pass, whatever the setting asks of new ones', () => {
  expect(validarLogin('ana', 'curta12')).toHaveProperty('senha');
  expect(validarLogin('ana', 'senha-12')).toEqual({});
  expect(validarLogin('ana', '😀😀😀😀😀😀😀😀')).toEqual({});
});
