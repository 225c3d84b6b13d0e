import { afterEach, describe, expect, it, vi } from 'vitest';

import { euApi } from './eu';
import { dataHora, diaDoInstante } from './formatos';
import { usarFuso } from './fuso';
import { diaIso } from './retorno';
import { store } from './store';

// Instants are shown in the zone of the business, a setting (TEMPO-1, ADM-3).

describe('the zone of the business', () => {
  afterEach(() => usarFuso('America/Sao_Paulo'));
  const instante = '2026-11-05T03:30:00Z';

  it('is that of the setting, once the server has told it', async () => {
    expect([dataHora(instante), diaDoInstante(instante), diaIso(instante)]).toEqual(['05/11/2026 00:30', '05/11/2026', '2026-11-05']);
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify({ id: 1, hoje: '2026-11-05', fuso: 'America/Manaus', permissoes: [] }))));
    const { data } = await store.dispatch(euApi.endpoints.eu.initiate());
    expect([dataHora(instante), diaDoInstante(instante), diaIso(instante)]).toEqual(['04/11/2026 23:30', '04/11/2026', '2026-11-04']);
    // Today is the server's to say.
    expect(data?.hoje).toBe('2026-11-05');
  });
  it('is that of a new installation where the browser does not know it', () => {
    usarFuso('Lua/Mar_da_Tranquilidade');
    expect(dataHora(instante)).toBe('05/11/2026 00:30');
  });
});
