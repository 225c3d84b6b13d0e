import { expect, it } from 'vitest';

import { nomeDoAgente } from './agente';

// Names of browsers in the list of sessions.
it.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0', 'Edge, Windows'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'Firefox, Linux'],
  ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36', 'Chrome, Android'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19 Safari/604.1', 'Safari, iOS'],
  ['curl/7.88.1', 'curl/7.88.1'],
  [null, '—'],
])('%s', (agente, nome) => expect(nomeDoAgente(agente)).toBe(nome));
