import { draggable, dropTargetForElements, monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter';
import { useEffect, useRef, useState, type RefObject } from 'react';

/**
 * The two faces of drag and drop. Only this file knows the library.
 *
 * Dragging is for the mouse: on touch it is unreliable, and there is the menu.
 */
export type Carga = Record<string, unknown>;

const importarRolagem = () => import('@atlaskit/pragmatic-drag-and-drop-auto-scroll/element');

const soToque = () => window.matchMedia('(pointer: coarse)').matches;

/** Makes the element draggable with `carga`; returns whether it is being dragged. */
export function useArrastavel(elemento: RefObject<HTMLElement | null>, carga: Carga, pode: boolean): boolean {
  const [arrastando, setArrastando] = useState(false);
  const atual = useRef(carga);
  useEffect(() => {
    atual.current = carga;
  });

  useEffect(() => {
    const no = elemento.current;
    if (no === null || !pode || soToque()) return undefined;
    return draggable({
      element: no,
      getInitialData: () => atual.current,
      onDragStart: () => setArrastando(true),
      onDrop: () => setArrastando(false),
    });
  }, [elemento, pode]);

  return arrastando;
}

interface Alvo {
  aceita: (carga: Carga) => boolean;
  aoSoltar: (carga: Carga) => void;
}

/** Makes the element a place to drop; returns whether something acceptable is over it. */
export function useAlvo(elemento: RefObject<HTMLElement | null>, alvo: Alvo): boolean {
  const [sobre, setSobre] = useState(false);
  const atual = useRef(alvo);
  useEffect(() => {
    atual.current = alvo;
  });

  useEffect(() => {
    const no = elemento.current;
    if (no === null) return undefined;
    return dropTargetForElements({
      element: no,
      canDrop: ({ source }) => atual.current.aceita(source.data),
      onDragEnter: () => setSobre(true),
      onDragLeave: () => setSobre(false),
      onDrop: ({ source }) => {
        setSobre(false);
        atual.current.aoSoltar(source.data);
      },
    });
  }, [elemento]);

  return sobre;
}

/** What is being dragged now, anywhere on the screen. */
export function useArrasteAtual(): Carga | undefined {
  const [carga, setCarga] = useState<Carga>();
  useEffect(
    () =>
      monitorForElements({
        onDragStart: ({ source }) => setCarga(source.data),
        onDrop: () => setCarga(undefined),
      }),
    [],
  );
  return carga;
}

/** Scrolls the element while something is dragged near its edge. */
export function useRolagemAoArrastar(elemento: RefObject<HTMLElement | null>, ligada = true): void {
  useEffect(() => {
    const no = elemento.current;
    if (no === null || !ligada) return undefined;
    let desligar: (() => void) | undefined;
    let vivo = true;
    // Nothing is dragged before the board is drawn: it comes after it.
    void importarRolagem().then(({ autoScrollForElements }) => {
      if (vivo) desligar = autoScrollForElements({ element: no });
    });
    return () => {
      vivo = false;
      desligar?.();
    };
  }, [elemento, ligada]);
}
