import { afterEach, expect, it } from 'vitest';

import { usarFuso } from '../../lib/fuso';
import { dataHoraComSegundos } from './valores';

afterEach(() => usarFuso('America/Sao_Paulo'));

it('shows the instant of an event in the zone of the business (TEMPO-1)', () => {
  expect(dataHoraComSegundos('2026-11-05T03:30:10Z')).toBe('05/11/2026 00:30:10');
  usarFuso('America/Manaus');
  expect(dataHoraComSegundos('2026-11-05T03:30:10Z')).toBe('04/11/2026 23:30:10');
});
