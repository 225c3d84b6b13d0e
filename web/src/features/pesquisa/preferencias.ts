import { useSyncExternalStore } from 'react';

import { COLUNAS, TAMANHO_PADRAO, TAMANHOS, type ColunaId, type Tamanho } from './estado';
import { lerSalvos, type Salvo } from './salvos';

/**
 * What this browser remembers of one user: columns, lines per page, saved
 * filters. No client is in it.
 */
export interface Preferencias {
  colunas?: ColunaId[];
  tamanho: Tamanho;
  salvos: Salvo[];
}

const ouvintes = new Set<() => void>();
const chaveDe = (usuario: number) => `pesquisa.${usuario}`;
let cache: { texto: string | null; usuario: number; valor: Preferencias } | undefined;

export function preferenciasDe(usuario: number): Preferencias {
  const texto = localStorage.getItem(chaveDe(usuario));
  if (cache?.texto !== texto || cache.usuario !== usuario) cache = { texto, usuario, valor: lerPreferencias(texto) };
  return cache.valor;
}

/** From the storage, where anybody may have written anything. */
export function lerPreferencias(texto: string | null): Preferencias {
  let bruto: Partial<Record<keyof Preferencias, unknown>> = {};
  try {
    const json: unknown = JSON.parse(texto ?? '{}');
    if (typeof json === 'object' && json !== null) bruto = json;
  } catch {
    // Unreadable is as good as empty.
  }
  const colunas = bruto.colunas;
  return {
    colunas: Array.isArray(colunas) ? COLUNAS.filter((c) => colunas.includes(c)) : undefined,
    tamanho: TAMANHOS.find((n) => n === bruto.tamanho) ?? TAMANHO_PADRAO,
    salvos: lerSalvos(JSON.stringify(bruto.salvos ?? [])),
  };
}

function gravar(usuario: number, valor: Preferencias): void {
  try {
    localStorage.setItem(chaveDe(usuario), JSON.stringify(valor));
  } catch {
    // A full or forbidden storage: the choice lasts as long as the screen.
    cache = { texto: localStorage.getItem(chaveDe(usuario)), usuario, valor };
  }
  for (const ouvinte of ouvintes) ouvinte();
}

function ouvir(ouvinte: () => void): () => void {
  ouvintes.add(ouvinte);
  // Another tab of the same browser.
  window.addEventListener('storage', ouvinte);
  return () => {
    ouvintes.delete(ouvinte);
    window.removeEventListener('storage', ouvinte);
  };
}

export function usePreferencias(usuario: number): [Preferencias, (novas: Partial<Preferencias>) => void] {
  const valor = useSyncExternalStore(ouvir, () => preferenciasDe(usuario));
  return [valor, (novas) => gravar(usuario, { ...preferenciasDe(usuario), ...novas })];
}
