import type { Contagens } from './api';

/**
 * Is a category shown? What is chosen stays in sight even when nothing is left of
 * it. An estimate comes from a sample, which may miss what is rare: nothing in it
 * does not mean that there is nothing.
 */
export function emVista<T extends string>(valor: T, contagens: Contagens, marcados: readonly T[], exatas: boolean): boolean {
  return !exatas || (contagens[valor] ?? 0) > 0 || marcados.includes(valor);
}
