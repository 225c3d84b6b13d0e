import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import { mdiCircle, mdiCircleOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import Skeleton from '@mui/material/Skeleton';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import useMediaQuery from '@mui/material/useMediaQuery';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useParams, useSearchParams } from 'wouter';

import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Pagina } from '../../components/pagina';
import { PaginaErro } from '../../components/pagina-erro';
import { Vazio } from '../../components/vazio';
import { plural } from '../../i18n/textos';
import { avisar } from '../../lib/aviso';
import type { ResultadoContato } from '../../lib/contato';
import { mensagemDeErro } from '../../lib/erro-api';
import { pode, useUsuario, type Eu } from '../../lib/eu';
import { inteiro } from '../../lib/formatos';
import { useDespacho } from '../../lib/store';
import type { AcoesCartao, Direcao } from './cartao';
import { Coluna } from './coluna';
import type { PedidoFoco } from './lista';
import { MenuMover } from './menu-mover';
import { destinoADireita, localizar, type Quadro } from './quadro';
import { t } from './textos';
import { COLUNAS, type ClienteCarteira, type NomeColuna } from './tipos';
import { useQuadro } from './usar-quadro';

const importarDialogo = () => import('../../components/contato-dialogo');
const ContatoDialogo = lazy(async () => ({ default: (await importarDialogo()).ContatoDialogo }));

/** How long a card may take to appear and receive the focus, ms. */
const FOCO_MS = 1500;

/** The seller's board; with an id in the address, that seller's. */
export function Carteira() {
  const eu = useUsuario();
  const { id } = useParams<{ id?: string }>();
  if (id !== undefined && !/^[1-9]\d{0,15}$/.test(id)) return <PaginaErro tipo="404" />;
  const vendedorId = id === undefined ? eu.id : Number(id);
  return <QuadroDe key={vendedorId} vendedorId={vendedorId} eu={eu} />;
}

function QuadroDe({ vendedorId, eu }: { vendedorId: number; eu: Eu }) {
  const despachar = useDespacho();
  const meu = vendedorId === eu.id;
  const titulos = useMemo(() => titulosDasColunas(eu.janela), [eu.janela]);
  const podeMarcar = pode(eu, meu ? 'contato.marcar' : 'contato.marcar_por_outro');
  const { consulta, novos, paginas, carregarMais, marcar } = useQuadro(vendedorId, (n) => announce(plural(n, 'cliente novo na carteira.', 'clientes novos na carteira.')));
  const quadro = consulta.data;

  const estreita = useMediaQuery('(max-width:899.95px)', { noSsr: true });
  const [aba, setAba] = useAba();
  const [menu, setMenu] = useState<{ cliente: ClienteCarteira; ancora: HTMLElement }>();
  const [contato, setContato] = useState<ClienteCarteira>();
  const { foco, focar } = useFocoDoQuadro();

  // The dialog comes apart from the board, but before it is asked for.
  useEffect(() => void importarDialogo(), []);

  const atual = useRef<Quadro>(undefined);
  useEffect(() => {
    atual.current = quadro;
  });

  const mover = useCallback(
    (cliente: ClienteCarteira, para: NomeColuna | undefined) => {
      setMenu(undefined);
      if (para === 'contatado' && podeMarcar) setContato(cliente);
      else announce(t('carteira.anuncioNaoPode', { nome: cliente.nome, coluna: titulos[para ?? proxima(cliente.coluna)] }));
    },
    [podeMarcar, titulos],
  );

  const acoes = useMemo<AcoesCartao>(
    () => ({
      avancar: (cliente) => mover(cliente, destinoADireita(cliente.coluna)),
      menu: (cliente, ancora) => setMenu({ cliente, ancora }),
      andar: (cliente, direcao) => {
        const alvo = atual.current && vizinho(atual.current, cliente, direcao, estreita);
        if (alvo !== undefined) focar(alvo);
      },
    }),
    [mover, focar, estreita],
  );

  async function confirmar(cliente: ClienteCarteira, dados: { observacoes: string; resultado: ResultadoContato }) {
    setContato(undefined);
    // With tabs the card leaves the screen: the next one gets the focus.
    const seguinte = quadro && estreita ? (vizinho(quadro, cliente, 'baixo', true) ?? vizinho(quadro, cliente, 'cima', true)) : cliente.id;
    const envio = marcar(cliente, dados);
    if (seguinte !== undefined) focar(seguinte);
    const resposta = await envio;
    if (resposta.error !== undefined) {
      const motivo = mensagemDeErro(resposta.error);
      announce(t('carteira.anuncioDesfeito', { nome: cliente.nome, coluna: titulos[cliente.coluna], motivo }));
      despachar(avisar(motivo, 'erro'));
      focar(cliente.id);
      return;
    }
    if (resposta.data.repetido) despachar(avisar(t('carteira.repetido', { nome: cliente.nome }), 'info'));
    else announce(t('carteira.anuncioMovido', { nome: cliente.nome, coluna: titulos.contatado }));
  }

  function cancelar(cliente: ClienteCarteira) {
    setContato(undefined);
    focar(cliente.id);
  }

  const titulo = meu ? t('carteira.titulo') : quadro ? t('carteira.tituloDe', { nome: quadro.vendedor.nome }) : t('carteira.titulo');
  const visiveis = estreita ? COLUNAS.filter((c) => c === aba) : COLUNAS;

  return (
    <Pagina titulo={titulo} largura="toda" detalhe={quadro && <Situacao online={quadro.vendedor.online} />}>
      <p id="carteira-instrucoes" className="so-leitor">
        {t('carteira.instrucoes')}
      </p>
      {quadro === undefined && consulta.error !== undefined && <Falha erro={consulta.error} tentar={() => void consulta.refetch()} />}
      {quadro === undefined && consulta.error === undefined && <Esqueleto estreita={estreita} />}
      {quadro !== undefined && COLUNAS.every((c) => quadro.colunas[c].total === 0) && (
        <Vazio titulo={t(meu ? 'carteira.vaziaTudo' : 'carteira.vaziaDe')} texto={t(meu ? 'carteira.vaziaTudoTexto' : 'carteira.vaziaDeTexto')} />
      )}
      {quadro !== undefined && COLUNAS.some((c) => quadro.colunas[c].total > 0) && (
        <>
          {estreita && <Abas aba={aba} aoMudar={setAba} quadro={quadro} eu={eu} />}
          <Box
            id="carteira-quadro"
            role={estreita ? 'tabpanel' : undefined}
            aria-labelledby={estreita ? `aba-${aba}` : undefined}
            sx={
              estreita
                ? { mt: 1.5 }
                : {
                    display: 'grid',
                    gridTemplateColumns: 'repeat(4, minmax(0, 1fr))',
                    gap: 1.5,
                    height: 'calc(100dvh - var(--altura-topo) - 142px)',
                    minHeight: 420,
                  }
            }
          >
            {visiveis.map((nome) => (
              <Coluna
                key={nome}
                nome={nome}
                titulo={titulos[nome]}
                dados={quadro.colunas[nome]}
                estreita={estreita}
                acoes={acoes}
                podeMarcar={podeMarcar}
                novos={novos}
                pagina={paginas[nome] ?? 'parada'}
                foco={foco}
                aoPrecisarMais={() => void carregarMais(nome)}
                aoSoltar={(cliente) => mover(cliente, nome)}
              />
            ))}
          </Box>
        </>
      )}
      <MenuMover
        aberto={menu}
        titulos={titulos}
        podeMarcar={podeMarcar}
        aoFechar={() => setMenu(undefined)}
        aoEscolher={mover}
      />
      {contato !== undefined && (
        <Suspense fallback={null}>
          <ContatoDialogo focoProprio key={contato.id} cliente={contato} aoFechar={() => cancelar(contato)} aoMarcar={(dados) => void confirmar(contato, dados)} />
        </Suspense>
      )}
    </Pagina>
  );
}

function Situacao({ online }: { online: boolean }) {
  return (
    <Chip
      size="small"
      variant="outlined"
      color={online ? 'success' : 'default'}
      icon={<Icone d={online ? mdiCircle : mdiCircleOutline} sx={{ '&&': { fontSize: 10, ml: 1 } }} />}
      label={t(online ? 'carteira.online' : 'carteira.offline')}
    />
  );
}

function Abas({ aba, aoMudar, quadro, eu }: { aba: NomeColuna; aoMudar: (aba: NomeColuna) => void; quadro: Quadro; eu: Eu }) {
  const rotulos = rotulosDasAbas(eu.janela);
  return (
    <Tabs
      value={aba}
      onChange={(_, nova: NomeColuna) => aoMudar(nova)}
      variant="fullWidth"
      aria-label={t('carteira.colunas')}
      sx={{ borderBottom: 1, borderColor: 'divider', mx: { xs: -1.5, sm: 0 }, minHeight: 52 }}
    >
      {COLUNAS.map((nome) => (
        <Tab
          key={nome}
          value={nome}
          id={`aba-${nome}`}
          aria-controls="carteira-quadro"
          sx={{ minWidth: 0, px: 0.5, minHeight: 52, fontSize: { xs: '0.78rem', sm: '0.875rem' }, whiteSpace: 'nowrap' }}
          label={
            <span>
              {rotulos[nome]}
              <Box component="span" sx={{ display: 'block', fontSize: '0.8125rem', fontWeight: 700 }}>
                {inteiro(quadro.colunas[nome].total)}
              </Box>
            </span>
          }
        />
      ))}
    </Tabs>
  );
}

function Esqueleto({ estreita }: { estreita: boolean }) {
  return (
    <Box role="status" aria-busy="true" sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: estreita ? '1fr' : 'repeat(4, minmax(0, 1fr))' }}>
      <span className="so-leitor">{t('comum.carregando')}</span>
      {(estreita ? COLUNAS.slice(0, 1) : COLUNAS).map((nome) => (
        <Box key={nome} sx={{ display: 'grid', gap: 1 }}>
          <Skeleton variant="rounded" height={52} />
          <Skeleton variant="rounded" height={124} />
          <Skeleton variant="rounded" height={124} />
          <Skeleton variant="rounded" height={124} />
        </Box>
      ))}
    </Box>
  );
}

/** The open tab lives in the address, so Back and links work. */
function useAba(): [NomeColuna, (aba: NomeColuna) => void] {
  const [busca, setBusca] = useSearchParams();
  const escrita = busca.get('coluna');
  const aba = COLUNAS.find((c) => c === escrita) ?? 'a_contatar_30_45';
  return [aba, (nova) => setBusca({ coluna: nova }, { replace: true })];
}

function useFocoDoQuadro() {
  const [foco, setFoco] = useState<PedidoFoco>();
  const vezes = useRef(0);
  const focar = useCallback((id: number) => setFoco({ id, vez: ++vezes.current }), []);

  // A request that no list answered must not catch the focus much later.
  useEffect(() => {
    if (foco === undefined) return undefined;
    const relogio = setTimeout(() => setFoco(undefined), FOCO_MS);
    return () => clearTimeout(relogio);
  }, [foco]);
  return { foco, focar };
}

/** The card an arrow leads to: in the column, or at the same height beside. */
function vizinho(quadro: Quadro, cliente: ClienteCarteira, direcao: Direcao, estreita: boolean): number | undefined {
  const lugar = localizar(quadro, cliente.id);
  if (lugar === undefined) return undefined;
  const cartoes = quadro.colunas[lugar.coluna].cartoes;
  switch (direcao) {
    case 'cima':
      return cartoes[lugar.indice - 1]?.id;
    case 'baixo':
      return cartoes[lugar.indice + 1]?.id;
    case 'inicio':
      return cartoes[0]?.id;
    case 'fim':
      return cartoes.at(-1)?.id;
    default: {
      if (estreita) return undefined;
      const passo = direcao === 'direita' ? 1 : -1;
      for (let i = COLUNAS.indexOf(lugar.coluna) + passo; i >= 0 && i < COLUNAS.length; i += passo) {
        const outra = quadro.colunas[COLUNAS[i] as NomeColuna].cartoes;
        if (outra.length > 0) return outra[Math.min(lugar.indice, outra.length - 1)]?.id;
      }
      return undefined;
    }
  }
}

function proxima(nome: NomeColuna): NomeColuna {
  return COLUNAS[Math.min(COLUNAS.indexOf(nome) + 1, COLUNAS.length - 1)] as NomeColuna;
}

function titulosDasColunas({ inicio, meio, fim }: Eu['janela']): Record<NomeColuna, string> {
  return {
    a_contatar_30_45: t('carteira.a_contatar_30_45', { inicio, fim: meio }),
    a_contatar_46_60: t('carteira.a_contatar_46_60', { inicio: meio + 1, fim }),
    contatado: t('carteira.contatado'),
    recuperado: t('carteira.recuperado'),
  };
}

function rotulosDasAbas({ inicio, meio, fim }: Eu['janela']): Record<NomeColuna, string> {
  return {
    a_contatar_30_45: t('carteira.abaAContatar1', { inicio, fim: meio }),
    a_contatar_46_60: t('carteira.abaAContatar2', { inicio: meio + 1, fim }),
    contatado: t('carteira.contatado'),
    recuperado: t('carteira.recuperado'),
  };
}
