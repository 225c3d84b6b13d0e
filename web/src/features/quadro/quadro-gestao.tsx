import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import useMediaQuery from '@mui/material/useMediaQuery';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation } from 'wouter';

import { useArrasteAtual, useRolagemAoArrastar } from '../../components/arrastar';
import { BotaoExportar } from '../../components/botao-exportar';
import { ALTURA_QUADRO, EsqueletoQuadro } from '../../components/esqueleto-quadro';
import { Falha } from '../../components/falha';
import { usePedidoDeFoco, type PedidoFoco } from '../../components/lista-cartoes';
import { Pagina } from '../../components/pagina';
import { Vazio } from '../../components/vazio';
import { pode, useUsuario } from '../../lib/eu';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { useVendedoresQuery } from '../../lib/vendedores';
import { Bandeja, BarraSelecao } from './barra-selecao';
import type { AcoesCartao } from './cartao';
import { Coluna } from './coluna';
import { aoLado, destinoDa, escolhidos, faixa, LOTE_MAX, localizar, vizinha, type Quadro } from './quadro';
import { t } from './textos';
import type { Cartao, Por } from './tipos';
import { importarPergunta, useLotes } from './usar-lotes';
import { useQuadro } from './usar-quadro';

// What a board needs only once something is done with it, or on a phone.
const importarMenu = () => import('./menu-mover');
const MenuMover = lazy(async () => ({ default: (await importarMenu()).MenuMover }));
const Abas = lazy(async () => ({ default: (await import('./abas')).Abas }));
const Selecao = lazy(async () => ({ default: (await import('../../components/selecao')).Selecao }));

/** Least width of a column and the space between two, px. */
const LARGURA_COLUNA = 272;
const ESPACO = 12;

/** The manager's board: a column per seller or per period; cards are dragged, chosen, moved together. */
export function QuadroGestao() {
  const eu = useUsuario();
  const { ler, lerNumero, mudar } = useFiltrosUrl();
  const por: Por = ler('por') === 'periodo' ? 'periodo' : 'vendedor';
  const vendedor = por === 'periodo' ? lerNumero('vendedor') : undefined;
  const vendedores = useVendedoresQuery();
  const lista = vendedores.data?.vendedores ?? [];

  return (
    <Pagina
      titulo={t('quadro.titulo')}
      largura="toda"
      acoes={
        <>
          <BotaoExportar
            origem="quadro"
            filtros={{ por, vendedor_id: vendedor }}
            resumo={[t(por === 'vendedor' ? 'quadro.porVendedor' : 'quadro.porPeriodo'), ...lista.filter((v) => v.id === vendedor).map((v) => `${t('quadro.aVendedor')}: ${v.nome}`)]}
          />
          {por === 'periodo' && (
            <Suspense fallback={<Skeleton variant="rounded" width={180} height={40} />}>
              <Selecao
                rotulo={t('quadro.aVendedor')}
                todos={t('quadro.todos')}
                valor={vendedor?.toString()}
                opcoes={lista.map((v) => ({ valor: String(v.id), nome: v.nome }))}
                aoMudar={(valor) => mudar({ vendedor: valor })}
              />
            </Suspense>
          )}
          <ToggleButtonGroup exclusive size="small" value={por} aria-label={t('quadro.por')} onChange={(_, novo: Por | null) => novo && mudar({ por: novo === 'vendedor' ? undefined : novo, coluna: undefined })}>
            <ToggleButton value="vendedor" sx={{ px: 1.5 }}>
              {t('quadro.porVendedor')}
            </ToggleButton>
            <ToggleButton value="periodo" sx={{ px: 1.5 }}>
              {t('quadro.porPeriodo')}
            </ToggleButton>
          </ToggleButtonGroup>
        </>
      }
    >
      <QuadroDe key={`${por} ${vendedor}`} por={por} vendedor={vendedor} vendedores={lista} podeMover={pode(eu, 'cliente.realocar') && pode(eu, 'cliente.liberar')} aba={ler('coluna')} aoMudarAba={(coluna) => mudar({ coluna })} />
    </Pagina>
  );
}

interface Props {
  por: Por;
  vendedor: number | undefined;
  vendedores: readonly import('../../lib/vendedores').Vendedor[];
  podeMover: boolean;
  aba: string | undefined;
  aoMudarAba: (coluna: string) => void;
}

function QuadroDe({ por, vendedor, vendedores, podeMover, aba, aoMudarAba }: Props) {
  const [, ir] = useLocation();
  const { consulta, paginas, novos, atual, carregarMais, moverJa, reler } = useQuadro({ por, vendedor });
  const quadro = consulta.data;
  const estreita = useMediaQuery('(max-width:899.95px)', { noSsr: true });
  const [selecao, setSelecao] = useState<ReadonlySet<number>>(new Set());
  const ancoraFaixa = useRef<number>(undefined);
  const [menu, setMenu] = useState<{ cartoes: readonly Cartao[]; ancora: HTMLElement }>();
  const { foco, focar } = usePedidoDeFoco();
  const arraste = useArrasteAtual();

  // Menu and question come apart from the board, but before they are asked for.
  useEffect(() => {
    void importarMenu();
    void importarPergunta();
  }, []);

  const limpar = useCallback(() => {
    setSelecao(new Set());
    ancoraFaixa.current = undefined;
  }, []);

  const { mover, dialogo } = useLotes(
    moverJa,
    reler,
    useCallback(
      (cartoes: readonly Cartao[]) => {
        limpar();
        // With tabs the card leaves the screen: the next one gets the focus.
        const ultimo = cartoes.at(-1);
        const q = atual();
        if (ultimo === undefined || q === undefined) return;
        focar(estreita && q.por === 'vendedor' ? (aoLado(q, ultimo.id, 'baixo', true) ?? aoLado(q, ultimo.id, 'cima', true) ?? ultimo).id : ultimo.id);
      },
      [atual, estreita, focar, limpar],
    ),
  );

  /** The card, or all that are chosen when it is one of them. */
  const comSelecao = useCallback(
    (cartao: Cartao): readonly Cartao[] => {
      const q = atual();
      return q !== undefined && selecao.has(cartao.id) ? escolhidos(q, selecao) : [cartao];
    },
    [atual, selecao],
  );

  const acoes = useMemo<AcoesCartao>(
    () => ({
      menu: (cartao, ancora) => setMenu({ cartoes: comSelecao(cartao), ancora }),
      passar: (cartao, passo) => {
        const q = atual();
        const lugar = q && localizar(q, cartao.id);
        if (q === undefined || lugar === undefined || !podeMover) return;
        if (q.por === 'periodo') {
          const no = document.querySelector<HTMLElement>(`[data-cliente="${cartao.id}"]`);
          if (no) setMenu({ cartoes: comSelecao(cartao), ancora: no });
          return;
        }
        const para = vizinha(q, lugar.coluna, passo);
        const destino = para === undefined ? undefined : destinoDa(q, para);
        if (destino === undefined) announce(t(passo === 1 ? 'quadro.bordaDireita' : 'quadro.bordaEsquerda'));
        else mover(comSelecao(cartao), destino);
      },
      andar: (cartao, direcao, estende) => {
        const q = atual();
        const alvo = q && aoLado(q, cartao.id, direcao, estreita);
        if (q === undefined || alvo === undefined) return;
        if (estende && podeMover) {
          ancoraFaixa.current ??= cartao.id;
          setSelecao(new Set(faixa(q, ancoraFaixa.current, alvo.id)));
        }
        focar(alvo.id);
      },
      selecionar: (cartao, como) => {
        const q = atual();
        if (q === undefined || !podeMover) return;
        if (como === 'faixa') {
          const ids = faixa(q, ancoraFaixa.current, cartao.id);
          setSelecao((s) => new Set([...s, ...ids]));
          return;
        }
        ancoraFaixa.current = cartao.id;
        setSelecao((s) => {
          const novo = new Set(como === 'alterna' ? s : []);
          if (s.has(cartao.id) && (como === 'alterna' || s.size === 1)) novo.delete(cartao.id);
          else novo.add(cartao.id);
          return novo;
        });
        focar(cartao.id);
      },
      limpar,
    }),
    [atual, comSelecao, estreita, focar, limpar, mover, podeMover],
  );

  const soltar = useCallback(
    (nome: string, id: number) => {
      const q = atual();
      const lugar = q && localizar(q, id);
      const destino = q && destinoDa(q, nome);
      if (lugar === undefined || destino === undefined) return;
      mover(comSelecao(lugar.cartao), destino);
    },
    [atual, comSelecao, mover],
  );

  const selecionarTudo = useCallback(
    (nome: string) => {
      const ids = (atual()?.colunas[nome]?.cartoes ?? []).slice(0, LOTE_MAX).map((c) => c.id);
      setSelecao((s) => (ids.every((id) => s.has(id)) ? new Set([...s].filter((id) => !ids.includes(id))) : new Set([...s, ...ids])));
    },
    [atual],
  );
  const mais = useCallback((nome: string) => void carregarMais(nome), [carregarMais]);

  // Escape clears wherever the focus is on the board.
  useEffect(() => {
    if (selecao.size === 0) return undefined;
    const tecla = (e: KeyboardEvent) => {
      if (e.key === 'Escape' && !e.defaultPrevented && document.querySelector('[role=dialog], [role=menu]') === null) limpar();
    };
    document.addEventListener('keydown', tecla);
    return () => document.removeEventListener('keydown', tecla);
  }, [selecao.size, limpar]);

  if (quadro === undefined) {
    return consulta.error !== undefined ? <Falha erro={consulta.error} tentar={() => void consulta.refetch()} /> : <EsqueletoQuadro colunas={4} estreita={estreita} cartao={92} />;
  }
  if (por === 'vendedor' && quadro.ordem.length === 1 && quadro.colunas[quadro.ordem[0] ?? '']?.total === 0) {
    return <Vazio titulo={t('quadro.vazioTudo')} texto={t('quadro.vazioTudoTexto')} />;
  }

  const abertos = escolhidos(quadro, selecao);
  const coluna = (nome: string) => {
    const dados = quadro.colunas[nome];
    return (
      dados && (
        <Coluna
          key={nome}
          nome={nome}
          por={por}
          dados={dados}
          estreita={estreita}
          acoes={acoes}
          podeMover={podeMover}
          selecao={selecao}
          novos={novos}
          pagina={paginas[nome] ?? 'parada'}
          foco={foco}
          aoPrecisarMais={mais}
          aoSoltar={soltar}
          aoSelecionarTudo={selecionarTudo}
        />
      )
    );
  };
  const aberta = quadro.ordem.find((n) => n === aba) ?? quadro.ordem.find((n) => (quadro.colunas[n]?.total ?? 0) > 0) ?? quadro.ordem[0] ?? '';
  const origem = typeof arraste?.id === 'number' ? localizar(quadro, arraste.id) : undefined;

  return (
    <>
      <p id="quadro-instrucoes" className="so-leitor">
        {t('quadro.instrucoes')}
      </p>
      {estreita ? (
        <>
          <Suspense fallback={<Skeleton variant="rounded" height={52} />}>
            <Abas quadro={quadro} aba={aberta} aoMudar={aoMudarAba} />
          </Suspense>
          <Box id="quadro-colunas" role="tabpanel" aria-labelledby={`aba-${aberta}`} sx={{ mt: 1.5, pb: selecao.size > 0 ? 12 : 0 }}>
            {coluna(aberta)}
          </Box>
        </>
      ) : (
        <Colunas quadro={quadro} foco={foco} manter={origem?.coluna} desenhar={coluna} />
      )}
      {arraste !== undefined && por === 'periodo' && podeMover ? (
        <Bandeja vendedores={vendedores} aoSoltar={(id, v) => origem && mover(comSelecao(localizar(quadro, id)?.cartao ?? origem.cartao), v)} />
      ) : (
        abertos.length > 0 && <BarraSelecao cartoes={abertos} aoMover={(ancora) => setMenu({ cartoes: abertos, ancora })} aoLiberar={() => mover(abertos, null)} aoLimpar={limpar} />
      )}
      <Suspense fallback={null}>
        {menu !== undefined && (
          <MenuMover
            aberto={menu}
            vendedores={vendedores}
            podeMover={podeMover}
            aoFechar={() => setMenu(undefined)}
            aoEscolher={(cartoes, v) => {
              setMenu(undefined);
              mover(cartoes, v && { id: v.id, nome: v.nome });
            }}
            aoAbrirFicha={(c) => ir(`/clientes/${c.id}`)}
          />
        )}
        {dialogo}
      </Suspense>
    </>
  );
}

/** The columns side by side; those out of sight are not drawn. */
function Colunas({ quadro, foco, manter, desenhar }: { quadro: Quadro; foco: PedidoFoco | undefined; manter: string | undefined; desenhar: (nome: string) => React.ReactNode }) {
  const caixa = useRef<HTMLDivElement>(null);
  const [largura, setLargura] = useState(0);
  useEffect(() => {
    const no = caixa.current;
    if (no === null) return undefined;
    const observador = new ResizeObserver(() => setLargura(no.clientWidth));
    observador.observe(no);
    return () => observador.disconnect();
  }, []);
  useRolagemAoArrastar(caixa);

  const n = quadro.ordem.length;
  const passo = Math.max(LARGURA_COLUNA + ESPACO, Math.floor((largura + ESPACO) / Math.max(n, 1)));
  const mantida = manter === undefined ? -1 : quadro.ordem.indexOf(manter);
  const virtual = useVirtualizer({
    horizontal: true,
    count: largura === 0 ? 0 : n,
    getScrollElement: () => caixa.current,
    estimateSize: () => passo,
    getItemKey: (i) => quadro.ordem[i] ?? i,
    overscan: 1,
    // The source of a drag must not leave the page before its end.
    rangeExtractor: (faixaVisivel) => [...new Set([...(mantida >= 0 ? [mantida] : []), ...defaultRangeExtractor(faixaVisivel)])].sort((a, b) => a - b),
  });
  useEffect(() => virtual.measure(), [virtual, passo]);

  const colunaDoFoco = foco === undefined ? -1 : quadro.ordem.indexOf(localizar(quadro, foco.id)?.coluna ?? '');
  useEffect(() => {
    // A card that has had its focus may be moved by others, and the board stays where it is.
    if (colunaDoFoco >= 0 && foco?.espera.current === true) virtual.scrollToIndex(colunaDoFoco, { align: 'auto' });
  }, [virtual, colunaDoFoco, foco]);

  return (
    <Box
      ref={caixa}
      role="group"
      aria-label={t('quadro.colunas')}
      data-quadro=""
      // Arrows scroll it, also when no column has a card.
      tabIndex={0}
      sx={{ overflowX: 'auto', overflowY: 'hidden', height: ALTURA_QUADRO, minHeight: 420 }}
    >
      <Box sx={{ position: 'relative', height: '100%' }} style={{ width: Math.max(0, n * passo - ESPACO) }}>
        {virtual.getVirtualItems().map((item) => (
          <Box key={item.key} sx={{ position: 'absolute', top: 0, left: 0, height: '100%' }} style={{ width: passo - ESPACO, transform: `translateX(${item.start}px)` }}>
            {desenhar(quadro.ordem[item.index] ?? '')}
          </Box>
        ))}
      </Box>
    </Box>
  );
}
