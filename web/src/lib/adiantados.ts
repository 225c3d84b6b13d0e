/**
 * Answers asked for before the code that reads them is here: the page begins
 * with a small chunk that knows what will be read first.
 */
const pedidos = new Map<string, { em: number; resposta: Promise<Response>; corte: AbortController }>();

/** An older answer is not what was asked for now, ms. */
const VALE_MS = 10_000;

export function adiantarPedido(url: string): void {
  const corte = new AbortController();
  const resposta = fetch(url, { credentials: 'same-origin', cache: 'no-store', headers: { Accept: 'application/json' }, signal: corte.signal });
  // Who takes it hears of a failure.
  resposta.catch(() => undefined);
  pedidos.set(url, { em: Date.now(), resposta, corte });
}

/** The answer to this address, for one reader, who may give it up by `sinal`. */
export function tomarAdiantado(url: string, sinal?: AbortSignal | null): Promise<Response> | undefined {
  const pedido = pedidos.get(url);
  pedidos.delete(url);
  if (pedido === undefined || Date.now() - pedido.em >= VALE_MS) return undefined;
  sinal?.addEventListener('abort', () => pedido.corte.abort());
  return pedido.resposta;
}
