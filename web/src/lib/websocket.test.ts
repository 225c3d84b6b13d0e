import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { agrupar } from './eventos';
import { enderecoWs, esperaDeRecuo, lerEvento, lerSequencia, ligar, type Ouvinte } from './websocket';

// The live connection: sequence gaps, reconnection, back-off (EVENTOS-1, EVENTOS-2).

class SocketFalso {
  static todos: SocketFalso[] = [];
  onopen?: () => void;
  onclose?: () => void;
  onmessage?: (m: { data: unknown }) => void;
  fechado = false;
  constructor(readonly url: string) {
    SocketFalso.todos.push(this);
  }
  close() {
    this.fechado = true;
  }
  manda(seq: number, tipo = 'cliente_contatado') {
    this.onmessage?.({ data: JSON.stringify({ seq, tipo, dados: { cliente_id: seq } }) });
  }
}

function cenario() {
  const ouvinte = { evento: vi.fn(), recarregar: vi.fn(), estado: vi.fn() } satisfies Ouvinte;
  const ligacao = ligar('wss://x/ws', ouvinte, SocketFalso as unknown as typeof WebSocket);
  const ultimo = () => {
    const s = SocketFalso.todos.at(-1);
    if (s === undefined) throw new Error('no socket was opened');
    return s;
  };
  return { ouvinte, ligacao, ultimo };
}

beforeEach(() => {
  vi.useFakeTimers();
  SocketFalso.todos = [];
});
afterEach(() => vi.useRealTimers());

describe('lerSequencia', () => {
  it.each([
    [0, 1, 'entregar'],
    [4, 5, 'entregar'],
    [4, 4, 'repetida'],
    [4, 2, 'repetida'],
    [4, 6, 'lacuna'],
    [0, 2, 'lacuna'],
  ] as const)('%d then %d: %s', (ultima, seq, leitura) => expect(lerSequencia(ultima, seq)).toBe(leitura));
});

describe('ligar', () => {
  it('delivers in order and asks to read again on a gap', () => {
    const { ouvinte, ultimo } = cenario();
    ultimo().onopen?.();
    ultimo().manda(1);
    ultimo().manda(2);
    expect(ouvinte.evento).toHaveBeenCalledTimes(2);
    expect(ouvinte.recarregar).not.toHaveBeenCalled();
    ultimo().manda(5);
    expect(ouvinte.recarregar).toHaveBeenCalledTimes(1);
    ultimo().manda(5);
    ultimo().manda(6);
    expect(ouvinte.recarregar).toHaveBeenCalledTimes(1);
    expect(ouvinte.evento).toHaveBeenCalledTimes(4);
  });

  it('reads again when the server says so', () => {
    const { ouvinte, ultimo } = cenario();
    ultimo().onopen?.();
    ultimo().manda(1, 'recarregar');
    expect(ouvinte.recarregar).toHaveBeenCalledTimes(1);
    expect(ouvinte.evento).not.toHaveBeenCalled();
  });

  it('connects again after a loss, counts from 1 again and reads again', () => {
    const { ouvinte, ultimo } = cenario();
    ultimo().onopen?.();
    ultimo().manda(1);
    ultimo().onclose?.();
    expect(ouvinte.estado).toHaveBeenLastCalledWith('perdida');
    vi.advanceTimersByTime(500);
    expect(SocketFalso.todos).toHaveLength(2);
    ultimo().onopen?.();
    expect(ouvinte.estado).toHaveBeenLastCalledWith('aberta');
    expect(ouvinte.recarregar).toHaveBeenCalledTimes(1);
    ultimo().manda(1);
    expect(ouvinte.evento).toHaveBeenCalledTimes(2);
  });

  it('skips the wait when asked, and stops for good when closed', () => {
    const { ligacao, ultimo } = cenario();
    ultimo().onclose?.();
    ligacao.agora();
    expect(SocketFalso.todos).toHaveLength(2);
    ligacao.agora();
    expect(SocketFalso.todos).toHaveLength(2);
    const antigo = ultimo();
    ligacao.fechar();
    expect(antigo.fechado).toBe(true);
    antigo.onclose?.();
    vi.advanceTimersByTime(60_000);
    expect(SocketFalso.todos).toHaveLength(2);
  });

  it('ignores what is not an event', () => {
    const { ouvinte, ultimo } = cenario();
    for (const data of ['x', '{}', 'null', '[]', 3, new Blob()]) ultimo().onmessage?.({ data });
    expect(ouvinte.evento).not.toHaveBeenCalled();
    expect(lerEvento('{"tipo":"x"}')).toEqual({ seq: 0, tipo: 'x', dados: {} });
  });
});

describe('recuo', () => {
  it('doubles up to 20 s, half of it at random', () => {
    expect([0, 1, 3, 10].map((n) => esperaDeRecuo(n, 0))).toEqual([250, 500, 2000, 10000]);
    expect([0, 1, 3, 10].map((n) => esperaDeRecuo(n, 1))).toEqual([500, 1000, 4000, 20000]);
  });
  it('uses TLS where the page does', () => {
    expect(enderecoWs({ protocol: 'https:', host: 'a:8443' })).toBe('wss://a:8443/ws');
    expect(enderecoWs({ protocol: 'http:', host: 'a' })).toBe('ws://a/ws');
  });
});

describe('agrupar', () => {
  it('runs once per burst, and not later than four waits', () => {
    const fn = vi.fn();
    const grupo = agrupar(fn, 100);
    for (let i = 0; i < 3; i++) {
      grupo.chamar();
      vi.advanceTimersByTime(50);
    }
    expect(fn).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    expect(fn).toHaveBeenCalledTimes(1);
    for (let i = 0; i < 12; i++) {
      grupo.chamar();
      vi.advanceTimersByTime(50);
    }
    expect(fn).toHaveBeenCalledTimes(2);
    grupo.chamar();
    grupo.cancelar();
    vi.advanceTimersByTime(1000);
    expect(fn.mock.calls.length).toBeLessThanOrEqual(3);
  });
});
