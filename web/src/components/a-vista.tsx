import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { startTransition, useEffect, useRef, useState, type ReactNode } from 'react';

import { quandoOcioso } from '../lib/ocioso';

/** How near the window something must come to be drawn, px. */
const PERTO = '120px';

interface Props {
  altura: number;
  /** Fetches what draws. */
  preparar: () => Promise<unknown>;
  /** Draws at this width, px. */
  children: (largura: number) => ReactNode;
}

/** Draws its content once it comes near the window and nothing else is to be done; it keeps its room until then. */
export function AVista({ altura, preparar, children }: Props) {
  const lugar = useRef<HTMLDivElement>(null);
  const [largura, setLargura] = useState<number>();
  const desenhado = largura !== undefined;

  useEffect(() => {
    const no = lugar.current;
    if (desenhado || no === null) return undefined;
    const medir = () => setLargura(Math.floor(no.clientWidth));
    let desistir: (() => void) | undefined;
    const olho = new IntersectionObserver(
      (vistos) => {
        if (!vistos.some((v) => v.isIntersecting)) return;
        olho.disconnect();
        // A part that does not come is told where it is drawn.
        const desenhar = () => (desistir = quandoOcioso(() => startTransition(medir)));
        preparar().then(desenhar, desenhar);
      },
      { rootMargin: PERTO },
    );
    olho.observe(no);
    window.addEventListener('beforeprint', medir);
    return () => {
      olho.disconnect();
      desistir?.();
      window.removeEventListener('beforeprint', medir);
    };
  }, [desenhado, preparar]);

  useEffect(() => {
    const no = lugar.current;
    if (!desenhado || no === null) return undefined;
    let quadro = 0;
    const regua = new ResizeObserver(() => {
      cancelAnimationFrame(quadro);
      // Measured when the frame comes: a layout without any width is gone by then, or is none to draw in.
      quadro = requestAnimationFrame(() => no.clientWidth > 0 && setLargura(Math.floor(no.clientWidth)));
    });
    regua.observe(no);
    return () => {
      regua.disconnect();
      cancelAnimationFrame(quadro);
    };
  }, [desenhado]);

  return (
    <Box ref={lugar} sx={{ minHeight: altura, overflow: 'hidden', '& svg': { maxWidth: '100%' } }}>
      {desenhado ? children(largura) : <Skeleton variant="rounded" animation={false} height={altura} />}
    </Box>
  );
}
