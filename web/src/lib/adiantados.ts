/**
 * Answers asked for before the code that reads them is here: the page begins
 * with a small chunk that knows what will be read first.
 */
const pedidos = new Map<string, { em: number; resposta: Promise<Response> }>();

/** An older answer is not what was asked for now, ms. */
const VALE_MS = 10_000;

export function adiantarPedido(url: string): void {
  const resposta = fetch(url, { credentials: 'same-origin', cache: 'no-store', headers: { Accept: 'application/json' } });
  // Who takes it hears of a failure.
  resposta.catch(() => undefined);
  pedidos.set(url, { em: Date.now(), resposta });
}

/** The answer to this address, for one reader. */
export function tomarAdiantado(url: string): Promise<Response> | undefined {
  const pedido = pedidos.get(url);
  pedidos.delete(url);
  return pedido !== undefined && Date.now() - pedido.em < VALE_MS ? pedido.resposta : undefined;
}
