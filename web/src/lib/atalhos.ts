import { useEffect, useRef } from 'react';

/** Shortcuts of a single letter can be switched off (WCAG 2.1.4); kept in this browser. */
const CHAVE = 'atalhos';

export function atalhosLigados(): boolean {
  return localStorage.getItem(CHAVE) !== 'desligados';
}

export function ligarAtalhos(ligados: boolean): void {
  if (ligados) localStorage.removeItem(CHAVE);
  else localStorage.setItem(CHAVE, 'desligados');
}

/** Whoever types, or has a dialog or menu open, does not mean a shortcut. */
function ocupado(alvo: EventTarget | null): boolean {
  return (
    (alvo instanceof HTMLElement && (alvo.isContentEditable || alvo.closest('input, textarea, select, [role=combobox], [role=textbox]') !== null)) ||
    document.querySelector('[role=dialog], [role=menu]') !== null
  );
}

/** Until when the next letter belongs to a sequence, ms of performance.now(). */
let sequenciaAte = 0;
/** The second letter of a sequence comes within this, ms. */
const SEQUENCIA_MS = 1500;

function soltaEValida(evento: KeyboardEvent): boolean {
  return !(evento.ctrlKey || evento.altKey || evento.metaKey || evento.repeat || evento.defaultPrevented) && atalhosLigados() && !ocupado(evento.target);
}

/** Calls `fn` with the letter that follows `primeira`, as in `g c`. */
export function useSequencia(primeira: string, fn: (letra: string) => void): void {
  const atual = useRef(fn);
  useEffect(() => {
    atual.current = fn;
  });
  useEffect(() => {
    // In the capture phase: the second letter is no shortcut of its own.
    const tecla = (evento: KeyboardEvent) => {
      if (!soltaEValida(evento) || evento.key.length !== 1) return;
      if (performance.now() < sequenciaAte) {
        sequenciaAte = 0;
        evento.preventDefault();
        evento.stopPropagation();
        atual.current(evento.key.toLowerCase());
      } else if (evento.key === primeira) {
        sequenciaAte = performance.now() + SEQUENCIA_MS;
        evento.preventDefault();
      }
    };
    document.addEventListener('keydown', tecla, true);
    return () => document.removeEventListener('keydown', tecla, true);
  }, [primeira]);
}

/** Calls `fn` for Ctrl (or Cmd) and the letter, wherever the focus is. */
export function useComando(letra: string, fn: (() => void) | undefined): void {
  const atual = useRef(fn);
  useEffect(() => {
    atual.current = fn;
  });
  useEffect(() => {
    const tecla = (evento: KeyboardEvent) => {
      if (atual.current === undefined || evento.key.toLowerCase() !== letra || !(evento.ctrlKey || evento.metaKey) || evento.altKey || evento.shiftKey) return;
      evento.preventDefault();
      if (!evento.repeat) atual.current();
    };
    document.addEventListener('keydown', tecla);
    return () => document.removeEventListener('keydown', tecla);
  }, [letra]);
}

/**
 * Calls `fn` when the letter is pressed alone, outside of fields and dialogs.
 * A component that gives undefined has no shortcut now.
 */
export function useAtalho(letra: string, fn: (() => void) | undefined): void {
  const atual = useRef(fn);
  useEffect(() => {
    atual.current = fn;
  });
  useEffect(() => {
    const tecla = (evento: KeyboardEvent) => {
      if (atual.current === undefined || evento.key !== letra || !soltaEValida(evento)) return;
      evento.preventDefault();
      atual.current();
    };
    document.addEventListener('keydown', tecla);
    return () => document.removeEventListener('keydown', tecla);
  }, [letra]);
}
