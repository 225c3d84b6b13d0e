// A filter that is typed and lives in the address (UI-1): nothing of it stays behind in the field.
import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { useDigitado } from './digitado';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function montar(valor: string) {
  const aoMudar = vi.fn<(valor: string | undefined) => void>();
  const campo = renderHook(({ v }) => useDigitado(v, aoMudar, /^[a-z ]+$/), { initialProps: { v: valor } });
  return { aoMudar, campo };
}

it('counts after the pause, without blanks at the ends', () => {
  const { aoMudar, campo } = montar('');
  act(() => campo.result.current.digitar('ana '));
  expect(aoMudar).not.toHaveBeenCalled();
  act(() => void vi.runAllTimers());
  expect(aoMudar).toHaveBeenCalledExactlyOnceWith('ana');
  campo.rerender({ v: 'ana' });
  expect(campo.result.current.texto).toBe('ana ');
});

it('follows a value that came by another way, and does not write its old text over it', () => {
  const { aoMudar, campo } = montar('ana');
  campo.rerender({ v: '' });
  expect(campo.result.current.texto).toBe('');
  campo.rerender({ v: 'bruno' });
  expect(campo.result.current.texto).toBe('bruno');
  act(() => void vi.runAllTimers());
  expect(aoMudar).not.toHaveBeenCalled();
});

it('keeps what is wrong to itself', () => {
  const { aoMudar, campo } = montar('');
  act(() => campo.result.current.digitar('7'));
  act(() => void vi.runAllTimers());
  expect(campo.result.current.errado).toBe(true);
  expect(aoMudar).not.toHaveBeenCalled();
});
