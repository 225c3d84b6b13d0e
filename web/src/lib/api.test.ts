import { describe, expect, it, vi } from 'vitest';

import { api } from './api';
import { euApi } from './eu';
import { store } from './store';

const agir = api.injectEndpoints({ endpoints: (b) => ({ agir: b.mutation<unknown, void>({ query: () => ({ url: '/api/agir' }) }) }) });

/** Answers each address with what is told, and counts. */
function servidor(respostas: Record<string, [number, object]>) {
  const vezes: Record<string, number> = {};
  vi.stubGlobal('fetch', (url: string) => {
    vezes[url] = (vezes[url] ?? 0) + 1;
    const [status, corpo] = respostas[url] ?? [404, {}];
    return Promise.resolve(new Response(JSON.stringify(corpo), { status }));
  });
  return vezes;
}

describe('a refusal for want of a right (UI-3)', () => {
  it('reads anew who I am, once', async () => {
    const vezes = servidor({ '/api/auth/eu': [200, { id: 1, permissoes: [] }], '/api/agir': [403, { codigo: 'acesso_negado' }] });
    await store.dispatch(euApi.endpoints.eu.initiate());
    await store.dispatch(agir.endpoints.agir.initiate());
    await vi.waitFor(() => expect(vezes).toEqual({ '/api/auth/eu': 2, '/api/agir': 1 }));
  });
});
