import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { useVirtualizer, useWindowVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode, type RefObject } from 'react';

import { t } from '../i18n/clientes';
import { useRolagemAoArrastar } from './arrastar';

const ESPACO = 8;
/** Cards kept outside of the visible part, each side. */
const SOBRA = 6;
/** The next page is asked when this many cards are left below. */
const ANTECEDENCIA = 12;

export type EstadoPagina = 'parada' | 'lendo' | 'falhou';

/** First and last card of a list on screen. */
export interface Vista {
  primeiro: number;
  ultimo: number;
}

export interface PedidoFoco {
  id: number;
  /** Whether a list still has to answer it: none has, and the user did nothing else meanwhile. */
  espera: { current: boolean };
}

/** What a drawn card needs of its list. */
export interface Lugar {
  /** The one card of the list that Tab reaches. */
  alcancavel: boolean;
  aoFocar: (id: number) => void;
}

interface Props<C> {
  rotulo: string;
  cartoes: readonly C[];
  /** How many there are, loaded or not. */
  total: number;
  /** Height of a card before it is measured, px. */
  altura: number;
  pagina: EstadoPagina;
  aoPrecisarMais: () => void;
  aoVer?: (vista: Vista) => void;
  foco?: PedidoFoco;
  /** What tells cards apart where a client can have several; otherwise the id. */
  chave?: (cartao: C) => number;
  /** The card; its element carries `data-cliente`, the id. */
  desenhar: (cartao: C, lugar: Lugar) => ReactNode;
}

/** Cards of clients in a box that scrolls by itself; only those on screen are in the page. */
export function ListaCaixa<C extends { id: number }>(props: Props<C>) {
  const caixa = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: props.cartoes.length,
    getScrollElement: () => caixa.current,
    estimateSize: () => props.altura,
    getItemKey: (i) => chaveDe(props, i),
    overscan: SOBRA,
    gap: ESPACO,
  });
  useRolagemAoArrastar(caixa);

  return (
    <Box ref={caixa} sx={{ flex: 1, minHeight: 0, overflowY: 'auto', overscrollBehavior: 'contain', px: 1, pb: 1 }}>
      <Linhas {...props} virtual={virtual} raiz={caixa} margem={0} />
    </Box>
  );
}

/** The same, scrolling with the page, for narrow screens. */
export function ListaJanela<C extends { id: number }>(props: Props<C>) {
  const raiz = useRef<HTMLDivElement>(null);
  const [margem, setMargem] = useState(0);
  const virtual = useWindowVirtualizer({
    count: props.cartoes.length,
    estimateSize: () => props.altura,
    getItemKey: (i) => chaveDe(props, i),
    overscan: SOBRA,
    gap: ESPACO,
    scrollMargin: margem,
    // The window is measured only once the list stands: without this it would be drawn empty first.
    initialRect: { width: window.innerWidth, height: window.innerHeight },
  });
  useLayoutEffect(() => {
    if (raiz.current) setMargem(raiz.current.getBoundingClientRect().top + window.scrollY);
  }, []);

  return (
    <div ref={raiz}>
      <Linhas {...props} virtual={virtual} raiz={raiz} margem={margem} />
    </div>
  );
}

function chaveDe<C extends { id: number }>({ cartoes, chave }: Props<C>, i: number): number {
  const cartao = cartoes[i];
  return cartao === undefined ? i : (chave?.(cartao) ?? cartao.id);
}

type Virtual = Pick<Virtualizer<HTMLDivElement | Window, Element>, 'getVirtualItems' | 'getTotalSize' | 'measureElement' | 'scrollToIndex'>;

function Linhas<C extends { id: number }>({ rotulo, cartoes, total, altura, desenhar, pagina, aoPrecisarMais, aoVer, foco, virtual, raiz, margem }: Props<C> & { virtual: Virtual; raiz: RefObject<HTMLDivElement | null>; margem: number }) {
  const [ativo, setAtivo] = useState<number>();
  const itens = virtual.getVirtualItems();
  const ultimo = itens.at(-1)?.index ?? -1;
  const visiveis = itens.map((i) => cartoes[i.index]?.id);
  const alcancavel = ativo !== undefined && visiveis.includes(ativo) ? ativo : visiveis[0];
  const faltam = cartoes.length < total;

  useEffect(() => {
    if (faltam && pagina === 'parada' && ultimo >= cartoes.length - ANTECEDENCIA) aoPrecisarMais();
  }, [faltam, pagina, ultimo, cartoes.length, aoPrecisarMais]);

  const primeiro = itens[0]?.index ?? 0;
  useEffect(() => {
    if (ultimo >= 0) aoVer?.({ primeiro, ultimo });
  }, [aoVer, primeiro, ultimo]);

  useFoco(foco, cartoes, virtual, raiz);

  return (
    <>
      <Box component="ul" aria-label={rotulo} sx={{ listStyle: 'none', m: 0, p: 0, position: 'relative' }} style={{ height: virtual.getTotalSize() }}>
        {itens.map((item) => {
          const cartao = cartoes[item.index];
          if (cartao === undefined) return null;
          return (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              aria-setsize={total}
              aria-posinset={item.index + 1}
              className="linha-virtual"
              style={{ transform: `translateY(${item.start - margem}px)` }}
            >
              {desenhar(cartao, { alcancavel: cartao.id === alcancavel, aoFocar: setAtivo })}
            </li>
          );
        })}
      </Box>
      {faltam && pagina !== 'falhou' && <Skeleton variant="rounded" height={altura} sx={{ mt: 1 }} />}
      {pagina === 'falhou' && (
        <Button fullWidth onClick={aoPrecisarMais} sx={{ mt: 1 }}>
          {t('lista.maisFalha')}
        </Button>
      )}
    </>
  );
}

/** Scrolls to the asked card and gives it the focus once it is drawn. */
function useFoco(foco: PedidoFoco | undefined, cartoes: readonly { id: number }[], virtual: Virtual, raiz: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    if (foco?.espera.current !== true) return undefined;
    const indice = cartoes.findIndex((c) => c.id === foco.id);
    if (indice < 0) return undefined;
    virtual.scrollToIndex(indice, { align: 'auto' });
    let quadro = 0;
    let resta = 60;
    const tentar = () => {
      if (!foco.espera.current) return;
      const no = raiz.current?.querySelector<HTMLElement>(`[data-cliente="${foco.id}"]`);
      if (no) {
        foco.espera.current = false;
        no.focus({ preventScroll: true });
      } else if (resta-- > 0) quadro = requestAnimationFrame(tentar);
    };
    quadro = requestAnimationFrame(tentar);
    return () => cancelAnimationFrame(quadro);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the virtualizer is a new object at each drawing
  }, [foco, cartoes]);
}

/** Asks a card to take the focus, in whatever list it is or comes to. */
export function usePedidoDeFoco() {
  const [foco, setFoco] = useState<PedidoFoco>();
  const focar = useCallback((id: number) => setFoco({ id, espera: { current: true } }), []);

  // Who clicks or types meanwhile is elsewhere: the card must not take the focus from there.
  useEffect(() => {
    if (foco === undefined) return undefined;
    const desistir = () => {
      foco.espera.current = false;
    };
    document.addEventListener('pointerdown', desistir, true);
    document.addEventListener('keydown', desistir, true);
    return () => {
      document.removeEventListener('pointerdown', desistir, true);
      document.removeEventListener('keydown', desistir, true);
    };
  }, [foco]);
  return { foco, focar };
}
