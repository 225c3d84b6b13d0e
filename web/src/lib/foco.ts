import { useEffect, useRef } from 'react';

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

/** What a screen shows changed without another address: its title takes a focus that went with the old content. */
export function useFocoNoTitulo(mostra: string | undefined): void {
  const antes = useRef(mostra);
  useEffect(() => {
    const mudou = antes.current !== undefined && mostra !== antes.current;
    antes.current = mostra;
    if (mudou && document.activeElement === document.body) titulo()?.focus({ preventScroll: true });
  }, [mostra]);
}

/** A button that waits for the server is disabled meanwhile, and loses the focus: it has it back when it can be pressed again. */
export function useFocoDepoisDeEspera(): void {
  useEffect(() => {
    let espera: HTMLButtonElement | undefined;
    const observador = new MutationObserver((mudancas) => {
      for (const { target } of mudancas) {
        if (!(target instanceof HTMLButtonElement)) continue;
        // This runs before the browser takes the focus away.
        if (target.disabled && document.activeElement === target) espera = target;
        if (target.disabled || target !== espera) continue;
        espera = undefined;
        // Of a dialog the focus goes to its frame.
        if (semFoco() || document.activeElement?.contains(target) === true) target.focus({ preventScroll: true });
      }
    });
    observador.observe(document.body, { subtree: true, attributes: true, attributeFilter: ['disabled'] });
    return () => observador.disconnect();
  }, []);
}
