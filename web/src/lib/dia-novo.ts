import { useEffect, useRef } from 'react';

import { diaDoInstante } from './formatos';

/** The day is looked at this often, ms; a tab that slept looks when it is seen again. */
const OLHAR_MS = 60_000;
/** This clock may be before the server's, which also has to deal for the new day, ms. */
const FOLGA_MS = 120_000;

const dia = () => diaDoInstante(new Date(Date.now() - FOLGA_MS).toISOString());

/**
 * Calls `fn` when the business day changed: who is due, days without buying, what
 * can be undone are those of yesterday then, and nothing tells. Only that this
 * clock moves on counts, not which day it shows.
 */
export function useDiaNovo(fn: () => void): void {
  const atual = useRef(fn);
  useEffect(() => {
    atual.current = fn;
  });
  useEffect(() => {
    let visto = dia();
    const olhar = () => {
      const agora = dia();
      if (agora === visto) return;
      visto = agora;
      atual.current();
    };
    const relogio = setInterval(olhar, OLHAR_MS);
    document.addEventListener('visibilitychange', olhar);
    return () => {
      clearInterval(relogio);
      document.removeEventListener('visibilitychange', olhar);
    };
  }, []);
}
