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
      if (atual.current === undefined || evento.key !== letra || evento.ctrlKey || evento.altKey || evento.metaKey || evento.repeat) return;
      if (evento.defaultPrevented || !atalhosLigados() || ocupado(evento.target)) return;
      evento.preventDefault();
      atual.current();
    };
    document.addEventListener('keydown', tecla);
    return () => document.removeEventListener('keydown', tecla);
  }, [letra]);
}
