// A page that is open over a new deployment, or without a network (UI-3).
import { expect, it } from 'vitest';

import { porQueParou } from './parou';

it.each([
  'TypeError: Failed to fetch dynamically imported module: https://localhost:8443/assets/tela-fila-x.js',
  'TypeError: error loading dynamically imported module: https://localhost:8443/assets/tela-fila-x.js',
  'TypeError: Importing a module script failed.',
  'Error: Unable to preload CSS for /assets/fila-x.css',
])('%s', (erro) => {
  expect([porQueParou(erro, true), porQueParou(erro, false)]).toEqual(['faltou', 'faltouSemRede']);
});

it('knows a mistake of its own', () => {
  expect(porQueParou(new TypeError('x is undefined'), false)).toBe('quebrou');
});
