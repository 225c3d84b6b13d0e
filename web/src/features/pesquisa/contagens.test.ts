// BUSCA-1: categories of a search.
import { describe, expect, it } from 'vitest';

import { emVista } from './contagens';

describe('categories', () => {
  it('an exact count hides what is empty and not chosen', () => {
    expect(emVista('elegivel', { ativo: 3 }, [], true)).toBe(false);
    expect(emVista('elegivel', { ativo: 3 }, ['elegivel'], true)).toBe(true);
    expect(emVista('ativo', { ativo: 3 }, [], true)).toBe(true);
  });

  it('an estimate hides nothing: its sample may have missed the rare', () => {
    expect(emVista('elegivel', { ativo: 112038 }, [], false)).toBe(true);
  });
});
