import Box from '@mui/material/Box';
import { useEffect, useRef, useState, type ReactNode } from 'react';

/** How near the window something must come to be drawn, px. */
const PERTO = '120px';

/** Draws its content once it comes near the window, and keeps its room until then. */
export function AVista({ altura, children }: { altura: number; children: ReactNode }) {
  const lugar = useRef<HTMLDivElement>(null);
  const [chegou, setChegou] = useState(false);

  useEffect(() => {
    if (chegou || lugar.current === null) return undefined;
    const chegar = () => setChegou(true);
    const olho = new IntersectionObserver((vistos) => vistos.some((v) => v.isIntersecting) && chegar(), { rootMargin: PERTO });
    olho.observe(lugar.current);
    window.addEventListener('beforeprint', chegar);
    return () => {
      olho.disconnect();
      window.removeEventListener('beforeprint', chegar);
    };
  }, [chegou]);

  return chegou ? children : <Box ref={lugar} sx={{ height: altura }} />;
}
