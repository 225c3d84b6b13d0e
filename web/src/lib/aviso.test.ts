// Messages and their offers (BOARD-4, UI-3).
import { expect, it, vi } from 'vitest';

import { aceitarOferta, avisar, avisoSlice } from './aviso';
import { sessaoFechada } from './sessao';

const { reducer } = avisoSlice;
const vazia = reducer(undefined, { type: '' });

it('keeps one offer, the last, which is taken once', () => {
  const [primeira, segunda] = [vi.fn(), vi.fn()];
  const a = avisar('Ana marcada', 'ok', { rotulo: 'Desfazer', desfaz: true, fazer: primeira });
  const b = avisar('Bruno marcado', 'ok', { rotulo: 'Desfazer', desfaz: true, fazer: segunda });
  expect(reducer(reducer(vazia, a), b).fila.map((x) => x.texto)).toEqual(['Bruno marcado']);
  aceitarOferta(a.payload.id);
  aceitarOferta(b.payload.id);
  aceitarOferta(b.payload.id);
  expect(primeira).not.toHaveBeenCalled();
  expect(segunda).toHaveBeenCalledTimes(1);
});

it('takes the messages away from who leaves, not from who was put out', () => {
  const cheia = reducer(vazia, avisar('O contato com Ana não foi salvo.', 'erro'));
  expect(reducer(cheia, sessaoFechada())).toEqual(cheia);
  expect(reducer(cheia, sessaoFechada('saiu')).fila).toEqual([]);
});
