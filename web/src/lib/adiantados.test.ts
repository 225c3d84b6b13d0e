// Answers asked for ahead: one reader each, and not for long.
import { afterEach, expect, test, vi } from 'vitest';

import { adiantarPedido, tomarAdiantado } from './adiantados';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('the first reader takes the answer, the next asks anew', async () => {
  const buscar = vi.fn().mockResolvedValue(new Response('{}'));
  vi.stubGlobal('fetch', buscar);
  adiantarPedido('/api/x');
  expect(tomarAdiantado('/api/y')).toBeUndefined();
  expect(await tomarAdiantado('/api/x')).toBeInstanceOf(Response);
  expect(tomarAdiantado('/api/x')).toBeUndefined();
  expect(buscar).toHaveBeenCalledTimes(1);
});

test('an old answer is not given', () => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', vi.fn().mockResolvedValue(new Response('{}')));
  adiantarPedido('/api/x');
  vi.advanceTimersByTime(10_000);
  expect(tomarAdiantado('/api/x')).toBeUndefined();
});

test('a failure reaches the reader', async () => {
  vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('rede')));
  adiantarPedido('/api/x');
  await expect(tomarAdiantado('/api/x')).rejects.toThrow('rede');
});

test('is given up with the request that took it', () => {
  const buscar = vi.fn<typeof fetch>(() => new Promise(() => undefined));
  vi.stubGlobal('fetch', buscar);
  adiantarPedido('/api/x');
  const corte = new AbortController();
  void tomarAdiantado('/api/x', corte.signal);
  corte.abort();
  expect(buscar.mock.calls[0]?.[1]?.signal?.aborted).toBe(true);
});
