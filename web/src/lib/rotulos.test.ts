// Names and R$ on the axes of charts (ADM-4).
import { expect, it } from 'vitest';

import { moedaBreve, nomesCurtos } from './rotulos';

it('shortens names only as far as they still tell people apart', () => {
  expect(nomesCurtos(['Ana Souza', 'Maria Silva', 'Maria Costa', 'João de Sá', 'João Sales', 'Bia'])).toEqual(['Ana', 'Maria S.', 'Maria C.', 'João de Sá', 'João Sales', 'Bia']);
  expect(nomesCurtos(['Ana Souza', 'Ana Souza'])).toEqual(['Ana Souza', 'Ana Souza (2)']);
});

it('shortens R$ of an axis', () => {
  expect([950, 9_999, 12_000, 1_250_000].map((n) => moedaBreve(n).replaceAll('\u00a0', ' '))).toEqual(['R$ 950', 'R$ 9.999', 'R$ 12 mil', 'R$ 1,3 mi']);
});
