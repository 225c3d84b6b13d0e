import { useState } from 'react';

import type { Intervalo } from '../lib/intervalo';

const NENHUM: Intervalo = { de: '', ate: '' };

/**
 * Two days as they are typed, and whether their fields were asked for. What
 * counts stands in the address: when that changes, by these fields or by another
 * way (Back, "Limpar filtros"), they show it.
 */
export function useDias(intervalo: Intervalo | undefined): { dias: Intervalo; abertos: boolean; digitar: (dias: Intervalo) => void; abrir: (abertos: boolean) => void } {
  const [dias, setDias] = useState(intervalo ?? NENHUM);
  const [abertos, setAbertos] = useState(false);
  const chave = intervalo === undefined ? '' : `${intervalo.de}/${intervalo.ate}`;
  const [ultima, setUltima] = useState(chave);
  if (chave !== ultima) {
    setUltima(chave);
    setAbertos(false);
    setDias(intervalo ?? NENHUM);
  }
  return { dias, abertos, digitar: setDias, abrir: setAbertos };
}
