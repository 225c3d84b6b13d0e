import { useEffect, useRef, useState } from 'react';

/** What is typed counts after this pause, ms. */
const PAUSA_MS = 350;

/**
 * The text of a filter that counts while it is typed, after a pause, once
 * `aceita` takes it. `valor` is the one that counts; when it changes by another
 * way (a link, Back, "Limpar filtros"), the text follows.
 */
export function useDigitado(valor: string, aoMudar: (valor: string | undefined) => void, aceita?: RegExp): { texto: string; digitar: (texto: string) => void; errado: boolean } {
  const [texto, setTexto] = useState(valor);
  const [ultimo, setUltimo] = useState(valor);
  if (valor !== ultimo) {
    setUltimo(valor);
    // Its own echo leaves the text as it is typed, with its blanks.
    if (valor !== texto.trim()) setTexto(valor);
  }
  const limpo = texto.trim();
  const errado = limpo !== '' && aceita?.test(limpo) === false;

  const atual = useRef(aoMudar);
  useEffect(() => {
    atual.current = aoMudar;
  });
  useEffect(() => {
    if (limpo === valor || errado) return undefined;
    const relogio = setTimeout(() => atual.current(limpo === '' ? undefined : limpo), PAUSA_MS);
    return () => clearTimeout(relogio);
  }, [limpo, valor, errado]);

  return { texto, digitar: setTexto, errado };
}
