import { useCallback, useEffect, useSyncExternalStore } from 'react';

/**
 * Text typed and not saved yet. It lives in the memory of the tab only: a draft
 * holds personal data, and a lost session or the Back button must not lose it.
 */
const rascunhos = new Map<string, unknown>();

export function lerRascunho<T>(chave: string): T | undefined {
  return rascunhos.get(chave) as T | undefined;
}

export function guardarRascunho(chave: string, valor: unknown): void {
  rascunhos.set(chave, valor);
}

export function largarRascunho(chave: string): void {
  rascunhos.delete(chave);
}

/** A navigation that waits for the user's word. */
interface Espera {
  seguir: () => void;
}

let sujo = 0;
let semPergunta = false;
let espera: Espera | undefined;
const ouvintes = new Set<() => void>();

function mudar(nova: Espera | undefined): void {
  espera = nova;
  for (const ouvinte of ouvintes) ouvinte();
}

/** `aroundNav` of the router: asks before leaving a form with unsaved text. */
export function aoNavegar<O>(navegar: (para: string, opcoes?: O) => void, para: string, opcoes?: O): void {
  if (sujo === 0 || semPergunta) navegar(para, opcoes);
  else mudar({ seguir: () => navegar(para, opcoes) });
}

/** Navigates after saving, when nothing can be lost any more. */
export function irSemPergunta(ir: () => void): void {
  semPergunta = true;
  try {
    ir();
  } finally {
    semPergunta = false;
  }
}

/**
 * Guards a form while `temTexto`: links ask first, closing the tab asks too.
 * Returns the navigation that waits, to be answered by `seguir` or `ficar`.
 */
export function useGuarda(temTexto: boolean): { esperando: boolean; seguir: () => void; ficar: () => void } {
  useEffect(() => {
    if (!temTexto) return undefined;
    sujo += 1;
    const fechar = (evento: BeforeUnloadEvent) => evento.preventDefault();
    window.addEventListener('beforeunload', fechar);
    return () => {
      sujo -= 1;
      window.removeEventListener('beforeunload', fechar);
      mudar(undefined);
    };
  }, [temTexto]);

  const atual = useSyncExternalStore(
    useCallback((ouvinte) => {
      ouvintes.add(ouvinte);
      return () => ouvintes.delete(ouvinte);
    }, []),
    () => espera,
  );
  return {
    esperando: atual !== undefined,
    seguir: () => {
      mudar(undefined);
      atual?.seguir();
    },
    ficar: () => mudar(undefined),
  };
}
