import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { useVirtualizer, useWindowVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

import { useRolagemAoArrastar } from '../../components/arrastar';
import type { Eu } from '../../lib/eu';
import { Cartao, type AcoesCartao } from './cartao';
import type { Quem } from './movimento';
import { t } from './textos';
import type { ClienteCarteira } from './tipos';
import type { EstadoPagina, Vista } from './usar-quadro';

/** Height of a card before it is measured, px. */
const ALTURA_CARTAO = 140;
const ESPACO = 8;
/** Cards kept outside of the visible part, each side. */
const SOBRA = 6;
/** The next page is asked when this many cards are left below. */
const ANTECEDENCIA = 12;

export interface PedidoFoco {
  id: number;
  /** Grows with each request, so that the same card can be asked again. */
  vez: number;
}

interface Props {
  rotulo: string;
  cartoes: readonly ClienteCarteira[];
  total: number;
  acoes: AcoesCartao;
  quem: Quem;
  eu: Eu;
  podeMarcar: boolean;
  novos: ReadonlySet<number>;
  pagina: EstadoPagina;
  aoPrecisarMais: () => void;
  aoVer: (vista: Vista) => void;
  foco?: PedidoFoco;
}

/** Cards in a box that scrolls by itself. */
export function ListaCaixa(props: Props) {
  const caixa = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: props.cartoes.length,
    getScrollElement: () => caixa.current,
    estimateSize: () => ALTURA_CARTAO,
    getItemKey: (i) => props.cartoes[i]?.atribuicao_id ?? i,
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

/** Cards that scroll with the page, for narrow screens. */
export function ListaJanela(props: Props) {
  const raiz = useRef<HTMLDivElement>(null);
  const [margem, setMargem] = useState(0);
  const virtual = useWindowVirtualizer({
    count: props.cartoes.length,
    estimateSize: () => ALTURA_CARTAO,
    getItemKey: (i) => props.cartoes[i]?.atribuicao_id ?? i,
    overscan: SOBRA,
    gap: ESPACO,
    scrollMargin: margem,
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

type Virtual = Pick<Virtualizer<HTMLDivElement | Window, Element>, 'getVirtualItems' | 'getTotalSize' | 'measureElement' | 'scrollToIndex'>;

function Linhas({ rotulo, cartoes, total, acoes, quem, eu, podeMarcar, novos, pagina, aoPrecisarMais, aoVer, foco, virtual, raiz, margem }: Props & { virtual: Virtual; raiz: RefObject<HTMLDivElement | null>; margem: number }) {
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
    if (ultimo >= 0) aoVer({ primeiro, ultimo });
  }, [aoVer, primeiro, ultimo]);

  useFoco(foco, cartoes, virtual, raiz);

  return (
    <>
      <Box component="ul" aria-label={rotulo} sx={{ listStyle: 'none', m: 0, p: 0, position: 'relative' }} style={{ height: virtual.getTotalSize() }}>
        {itens.map((item) => {
          const cliente = cartoes[item.index];
          if (cliente === undefined) return null;
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
              <Cartao
                cliente={cliente}
                acoes={acoes}
                quem={quem}
                eu={eu}
                podeMarcar={podeMarcar}
                novo={novos.has(cliente.id)}
                alcancavel={cliente.id === alcancavel}
                aoFocar={setAtivo}
              />
            </li>
          );
        })}
      </Box>
      {faltam && pagina !== 'falhou' && <Skeleton variant="rounded" height={ALTURA_CARTAO} sx={{ mt: 1 }} />}
      {pagina === 'falhou' && (
        <Button fullWidth onClick={aoPrecisarMais} sx={{ mt: 1 }}>
          {t('carteira.maisFalha')}
        </Button>
      )}
    </>
  );
}

/** Scrolls to the asked card and gives it the focus once it is drawn. */
function useFoco(foco: PedidoFoco | undefined, cartoes: readonly ClienteCarteira[], virtual: Virtual, raiz: RefObject<HTMLDivElement | null>): void {
  const feito = useRef(0);
  useEffect(() => {
    if (foco === undefined || foco.vez === feito.current) return undefined;
    const indice = cartoes.findIndex((c) => c.id === foco.id);
    if (indice < 0) return undefined;
    feito.current = foco.vez;
    virtual.scrollToIndex(indice, { align: 'auto' });
    let quadro = 0;
    let resta = 20;
    const tentar = () => {
      const no = raiz.current?.querySelector<HTMLElement>(`[data-cliente="${foco.id}"]`);
      if (no) no.focus({ preventScroll: true });
      else if (resta-- > 0) quadro = requestAnimationFrame(tentar);
    };
    quadro = requestAnimationFrame(tentar);
    return () => cancelAnimationFrame(quadro);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the virtualizer is a new object at each drawing
  }, [foco, cartoes]);
}
