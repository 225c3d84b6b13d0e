import { describe, expect, it, vi } from 'vitest';

import { mensagemDeErro, minutosEmTexto } from './erro-api';
import { chaveAleatoria, comParams, enviar, type Ambiente } from './transporte';

// Requests: errors, the idempotency key, repetition while the outcome is unknown (API-2, API-4).

function ambiente(...respostas: (Response | Error)[]) {
  const buscar = vi.fn<typeof fetch>(() => {
    const r = respostas.shift();
    return r instanceof Response ? Promise.resolve(r) : Promise.reject(r ?? new Error('no answer left'));
  });
  let n = 0;
  const amb: Ambiente = { buscar, esperar: () => Promise.resolve(), novaChave: () => `chave-${++n}` };
  const chaves = () => buscar.mock.calls.map(([, init]) => new Headers(init?.headers).get('Idempotency-Key'));
  return { amb, buscar, chaves };
}

const ok = (corpo: unknown) => new Response(JSON.stringify(corpo), { status: 200 });
const problema = (status: number, codigo: string, extra: object = {}, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ status, codigo, detail: 'texto do servidor', requisicao: 'r1', ...extra }), { status, headers });

describe('enviar', () => {
  it('repeats a write with the same key until the outcome is known', async () => {
    const { amb, chaves } = ambiente(new TypeError('fetch failed'), problema(503, 'resultado_desconhecido'), ok({ feito: 1 }));
    const r = await enviar({ url: '/x', corpo: { a: 1 } }, { escrita: true }, amb);
    expect(r).toEqual({ data: { feito: 1 } });
    expect(chaves()).toEqual(['chave-1', 'chave-1', 'chave-1']);
  });

  it('gives up after five tries and says that no answer came', async () => {
    const { amb, buscar } = ambiente(...Array.from({ length: 9 }, () => new TypeError('x')));
    const r = await enviar({ url: '/x' }, { escrita: true }, amb);
    expect(r).toEqual({ error: { codigo: 'rede', status: 0, erros: [] } });
    expect(buscar).toHaveBeenCalledTimes(5);
  });

  it('does not repeat a refusal, nor a 503 that did nothing', async () => {
    for (const resposta of [problema(409, 'cliente_contatado'), problema(503, 'indisponivel'), problema(500, 'erro_interno')]) {
      const { amb, buscar } = ambiente(resposta, ok({}));
      await enviar({ url: '/x' }, { escrita: true }, amb);
      expect(buscar).toHaveBeenCalledTimes(1);
    }
  });

  it('does not repeat a write without key (login)', async () => {
    const { amb, buscar, chaves } = ambiente(new TypeError('x'), ok({}));
    await enviar({ url: '/login', semChave: true }, { escrita: true }, amb);
    expect(buscar).toHaveBeenCalledTimes(1);
    expect(chaves()).toEqual([null]);
  });

  it('repeats a read without a key', async () => {
    const { amb, chaves } = ambiente(new TypeError('x'), ok([1]));
    expect(await enviar({ url: '/x' }, { escrita: false }, amb)).toEqual({ data: [1] });
    expect(chaves()).toEqual([null, null]);
  });

  it('gives a file when one is asked for and comes; a refusal stays one (EXPORT-1)', async () => {
    const anexo = new Response('a,b', { status: 200, headers: { 'Content-Disposition': "attachment; filename*=UTF-8''l%C3%A1.csv" } });
    const { amb } = ambiente(anexo, ok({ id: 7 }), problema(422, 'exportacao_grande', { dados: { total: 60001 } }));
    const r = await enviar({ url: '/x', baixar: true }, { escrita: true }, amb);
    expect(r).toMatchObject({ data: { nome: 'lá.csv' } });
    expect(await (r as { data: { bytes: Blob } }).data.bytes.text()).toBe('a,b');
    expect(await enviar({ url: '/x', baixar: true }, { escrita: true }, amb)).toEqual({ data: { id: 7 } });
    expect(await enviar({ url: '/x', baixar: true }, { escrita: true }, amb)).toMatchObject({ error: { codigo: 'exportacao_grande', dados: { total: 60001 } } });
  });

  it('reads problem+json', async () => {
    const { amb } = ambiente(problema(429, 'bloqueado', { erros: [{ campo: 'senha', mensagem: 'x' }, { nada: 1 }] }, { 'Retry-After': '840' }));
    expect(await enviar({ url: '/x' }, { escrita: false }, amb)).toEqual({
      error: { status: 429, codigo: 'bloqueado', detalhe: 'texto do servidor', erros: [{ campo: 'senha', mensagem: 'x' }], tentarEm: 840, requisicao: 'r1' },
    });
  });

  it('survives an error page that is not JSON', async () => {
    const { amb } = ambiente(new Response('<html>', { status: 500, headers: { 'X-Request-Id': 'q9' } }));
    expect(await enviar({ url: '/x' }, { escrita: false }, amb)).toMatchObject({ error: { status: 500, codigo: 'http_500', requisicao: 'q9', erros: [] } });
  });
});

describe('comParams', () => {
  it('leaves out what has no value', () => {
    expect(comParams('/x', { a: 1, b: undefined, c: null, d: '', e: 'á b', f: false })).toBe('/x?a=1&e=%C3%A1+b&f=false');
    expect(comParams('/x', {})).toBe('/x');
  });
});

describe('mensagemDeErro', () => {
  const erro = (status: number, codigo: string, tentarEm?: number) => mensagemDeErro({ status, codigo, erros: [], tentarEm });
  it('speaks from the codigo, never from the server', () => {
    expect(erro(401, 'credenciais_invalidas')).toMatch(/não conferem/);
    expect(erro(429, 'bloqueado', 841)).toMatch(/15 minutos/);
    expect(erro(418, 'desconhecido_mesmo')).toMatch(/suporte/);
    expect(erro(0, 'rede')).toMatch(/rede/);
    expect(erro(409, 'outro_conflito')).toMatch(/Outra pessoa/);
  });
  it('rounds the wait up', () => expect([1, 60, 61, 7200].map(minutosEmTexto)).toEqual(['1 minuto', '1 minuto', '2 minutos', '2 horas']));
});

describe('chaveAleatoria', () => {
  it('is a version 4 UUID, also without randomUUID', () => {
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(chaveAleatoria()).toMatch(uuid);
    vi.stubGlobal('crypto', { getRandomValues: (b: Uint8Array) => b.fill(255) });
    expect(chaveAleatoria()).toMatch(uuid);
  });
});
