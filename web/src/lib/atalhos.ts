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

function soltaEValida(evento: KeyboardEvent): boolean {
  return !(evento.ctrlKey || evento.altKey || evento.metaKey || evento.repeat || evento.defaultPrevented) && atalhosLigados() && !ocupado(evento.target);
}

/**
 * Calls `fn` with the letter that follows `primeira`, as in `g c`. There is no
 * hurry (WCAG 2.2.1): the next key or click ends the wait, not a clock.
 */
export function useSequencia(primeira: string, fn: (letra: string) => void): void {
  const atual = useRef(fn);
  useEffect(() => {
    atual.current = fn;
  });
  useEffect(() => {
    let esperando = false;
    // In the capture phase: the second letter is no shortcut of its own.
    const tecla = (evento: KeyboardEvent) => {
      if (evento.key === 'Shift') return;
      const segunda = esperando;
      esperando = false;
      if (!soltaEValida(evento) || evento.key.length !== 1) return;
      if (segunda) {
        evento.preventDefault();
        evento.stopPropagation();
        atual.current(evento.key.toLowerCase());
      } else if (evento.key === primeira) {
        esperando = true;
        evento.preventDefault();
      }
    };
    const clique = () => {
      esperando = false;
    };
    document.addEventListener('keydown', tecla, true);
    document.addEventListener('pointerdown', clique, true);
    return () => {
      document.removeEventListener('keydown', tecla, true);
      document.removeEventListener('pointerdown', clique, true);
    };
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
