import { useEffect } from 'react';

/**
 * True when the focus is nowhere: on the page itself, or on the title where it
 * was put for want of a better place.
 */
export function semFoco(): boolean {
  const ativo = document.activeElement;
  return ativo === null || ativo === document.body || ativo === titulo();
}

const titulo = () => document.querySelector<HTMLElement>('#conteudo h1');

/**
 * A dialog gives the focus back to what opened it. One that an address opened
 * has nothing to give it to, and what opened it may be gone: then the title of
 * the screen takes it, or the keyboard would begin again at the top of the page.
 */
export function useFocoDepoisDeDialogo(): void {
  useEffect(() => {
    const observador = new MutationObserver((mudancas) => {
      const fechou = mudancas.some((m) => [...m.removedNodes].some((no) => no instanceof Element && no.matches('[role=presentation], [role=dialog]')));
      if (fechou && document.activeElement === document.body && document.querySelector('[role=dialog], [role=menu]') === null) titulo()?.focus({ preventScroll: true });
    });
    // Dialogs and menus stand at the end of the body.
    observador.observe(document.body, { childList: true });
    return () => observador.disconnect();
  }, []);
}
