/** Latest moment for what waits until nothing else is to be done, ms. */
const LIMITE_MS = 4000;

/** Runs once the browser has nothing to do; returns what takes it back. */
export function quandoOcioso(fazer: () => void): () => void {
  if (typeof window.requestIdleCallback !== 'function') {
    const relogio = setTimeout(fazer, 500);
    return () => clearTimeout(relogio);
  }
  const pedido = window.requestIdleCallback(fazer, { timeout: LIMITE_MS });
  return () => window.cancelIdleCallback(pedido);
}
