import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import { mdiCircle, mdiCircleOutline, mdiFormatListChecks, mdiMessageTextOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Skeleton from '@mui/material/Skeleton';
import useMediaQuery from '@mui/material/useMediaQuery';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';

import { avisoNaoMarcado, avisoRepetido } from '../../components/avisos-contato';
import { BotaoExportar } from '../../components/botao-exportar';
import { ALTURA_QUADRO, EsqueletoQuadro } from '../../components/esqueleto-quadro';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Largo, SO_ICONE } from '../../components/largo';
import { usePedidoDeFoco } from '../../components/lista-cartoes';
import { Pagina } from '../../components/pagina';
import { PaginaErro } from '../../components/pagina-erro';
import { preguicoso } from '../../components/preguicoso';
import { useCopia } from '../../components/usar-copia';
import { Vazio } from '../../components/vazio';
import { plural } from '../../i18n/textos';
import { avisar, avisoVisto } from '../../lib/aviso';
import { desfazivel, type Contato } from '../../lib/contato';
import { mensagemDeErro } from '../../lib/erro-api';
import { pode, useUsuario, type Eu } from '../../lib/eu';
import { semFoco } from '../../lib/foco';
import { data } from '../../lib/formatos';
import { idDoEndereco } from '../../lib/id-do-endereco';
import { quandoOcioso } from '../../lib/ocioso';
import { sobDemanda } from '../../lib/sob-demanda';
import { useDespacho, useEstado } from '../../lib/store';
import { useAba } from './aba';
import type { AcoesCartao } from './cartao';
import { Coluna } from './coluna';
import { clienteDoEndereco, useCartaoNoEndereco, vizinho } from './foco';
import type { AcaoDoCartao } from './menu-mover';
import { colunaPorDias, destino, podeMover, type Quem } from './movimento';
import { localizar, type Quadro } from './quadro';
import { t } from './textos';
import { COLUNAS, type ClienteCarteira, type NomeColuna } from './tipos';
import { adiantarQuadro, useQuadro } from './usar-quadro';

const importarMenu = () => import('./menu-mover');
const MenuMover = lazy(async () => ({ default: (await importarMenu()).MenuMover }));
const importarAbas = sobDemanda(async () => ({ Componente: (await import('./abas')).Abas }));
const Abas = preguicoso(importarAbas);
const importarDialogo = () => import('../../components/contato-dialogo');
const ContatoDialogo = lazy(async () => ({ default: (await importarDialogo()).ContatoDialogo }));
const PassoDialogo = lazy(async () => ({ default: (await import('../../components/passo-dialogo')).PassoDialogo }));
const PorQue = lazy(async () => ({ default: (await import('../../components/por-que')).PorQue }));
const WhatsappDialogo = lazy(async () => ({ default: (await import('../../components/whatsapp-dialogo')).WhatsappDialogo }));

/** Under this width one column shows at a time. */
const ESTREITA = '(max-width:899.95px)';

/** What the board of who is here shows first; a manager's look at another waits for the screen. */
export async function adiantar(eu: Eu): Promise<void> {
  if (!eu.vendedor || !/^\/carteira\/?$/.test(window.location.pathname)) return;
  await Promise.all([window.matchMedia(ESTREITA).matches && importarAbas(), adiantarQuadro(eu.id)]);
}

/** The seller's board; with an id in the address, that seller's. */
export function Carteira() {
  const eu = useUsuario();
  const { id } = useParams<{ id?: string }>();
  const vendedorId = id === undefined ? eu.id : idDoEndereco(id);
  if (vendedorId === undefined) return <PaginaErro tipo="404" />;
  return <QuadroDe key={vendedorId} vendedorId={vendedorId} eu={eu} />;
}

type Dialogo = { qual: 'contato' | 'passo' | 'porque'; cliente: ClienteCarteira } | { qual: 'whatsapp' };

function QuadroDe({ vendedorId, eu }: { vendedorId: number; eu: Eu }) {
  const despachar = useDespacho();
  const copiar = useCopia();
  const [, ir] = useLocation();
  const meu = vendedorId === eu.id;
  const titulos = useMemo(() => titulosDasColunas(eu.janela), [eu.janela]);
  const quem = useMemo<Quem>(() => ({ id: eu.id, hoje: eu.hoje, meio: eu.janela.meio }), [eu.id, eu.hoje, eu.janela.meio]);
  const podeMarcar = pode(eu, meu ? 'contato.marcar' : 'contato.marcar_por_outro');
  const { consulta, novos, paginas, carregarMais, procurar, aoVer, marcar, desfazer, mudarCartao } = useQuadro(vendedorId, eu.id, (n) =>
    announce(plural(n, 'cliente novo na carteira.', 'clientes novos na carteira.')),
  );
  const quadro = consulta.data;

  const estreita = useMediaQuery(ESTREITA, { noSsr: true });
  const [aba, setAba] = useAba();
  const [menu, setMenu] = useState<{ cliente: ClienteCarteira; ancora: HTMLElement }>();
  const [dialogo, setDialogo] = useState<Dialogo>();
  const { foco, focar } = usePedidoDeFoco();
  const anotar = useCartaoNoEndereco();

  // Menu and dialog come apart from the board, but before they are asked for.
  useEffect(
    () =>
      quandoOcioso(() => {
        void importarMenu();
        void importarDialogo();
      }),
    [],
  );

  const atual = useRef<Quadro>(undefined);
  /** Marks made here that Ctrl+Z takes back, the last one last. */
  const marcados = useRef<number[]>([]);
  /** The message that offers to take back the mark of a client. */
  const ofertas = useRef(new Map<number, string>());
  useEffect(() => {
    atual.current = quadro;
  });

  // A link to a card: its column in front, the focus on it.
  const pedido = useRef(clienteDoEndereco());
  useEffect(() => {
    if (quadro === undefined || pedido.current === undefined) return;
    const id = pedido.current;
    pedido.current = undefined;
    const mostrar = (q: Quadro) => {
      const lugar = localizar(q, id);
      if (lugar === undefined) return false;
      if (estreita && lugar.coluna !== aba) setAba(lugar.coluna);
      focar(id);
      return true;
    };
    // Deeper than the first cards; who went on meanwhile is left alone.
    if (mostrar(quadro)) return;
    void procurar(id).then((q) => {
      if (q === undefined) despachar(avisar(t('carteira.naoAchado'), 'info', { rotulo: t('carteira.abrirCliente'), fazer: () => ir(`/clientes/${id}`) }));
      else if (semFoco()) mostrar(q);
    });
  }, [quadro, estreita, aba, setAba, focar, procurar, despachar, ir]);

  /** With tabs a card that moves leaves the screen: then the next one gets the focus. */
  const focarDepois = useCallback(
    (cliente: ClienteCarteira) => {
      const q = atual.current;
      const alvo = q && estreita ? (vizinho(q, cliente, 'baixo', true) ?? vizinho(q, cliente, 'cima', true)) : cliente.id;
      return () => {
        if (alvo !== undefined) focar(alvo);
      };
    },
    [estreita, focar],
  );

  const tirarMarca = useCallback(
    async (cliente: ClienteCarteira) => {
      const para = colunaPorDias(cliente, quem.meio);
      const seguir = focarDepois(cliente);
      const envio = desfazer(cliente, para);
      seguir();
      marcados.current = marcados.current.filter((id) => id !== cliente.id);
      const resposta = await envio;
      if (resposta.error === undefined) {
        // The end of a drag takes the focus away again.
        if (semFoco()) seguir();
        announce(t('carteira.anuncioMovido', { nome: cliente.nome, coluna: titulos[para] }));
        // Taken back by another way: nothing more to offer.
        despachar(avisoVisto(ofertas.current.get(cliente.id) ?? ''));
        ofertas.current.delete(cliente.id);
        despachar(avisar(t('contato.desfeito', { nome: cliente.nome }), 'info'));
        return;
      }
      const motivo = mensagemDeErro(resposta.error);
      announce(t('carteira.anuncioDesfeito', { nome: cliente.nome, coluna: titulos.contatado, motivo }));
      despachar(avisar(motivo, 'erro'));
      focar(cliente.id);
    },
    [desfazer, despachar, focar, focarDepois, quem.meio, titulos],
  );

  const desfazerUltima = useCallback(
    (id = marcados.current.at(-1)) => {
      const lugar = id !== undefined && atual.current ? localizar(atual.current, id) : undefined;
      if (lugar !== undefined && desfazivel(lugar.cliente, quem)) void tirarMarca(lugar.cliente);
      else announce(t('carteira.nadaADesfazer'));
    },
    [quem, tirarMarca],
  );

  const mover = useCallback(
    (cliente: ClienteCarteira, para: NomeColuna | undefined) => {
      setMenu(undefined);
      if (para === undefined || !podeMarcar || !podeMover(cliente, para, quem)) announce(t('carteira.anuncioNaoPode', { nome: cliente.nome, coluna: titulos[para ?? cliente.coluna] }));
      else if (para === 'contatado') setDialogo({ qual: 'contato', cliente });
      else void tirarMarca(cliente);
    },
    [podeMarcar, quem, tirarMarca, titulos],
  );

  const abrirCadastro = useCallback((cliente: ClienteCarteira) => ir(`/clientes/${cliente.id}`), [ir]);

  const acoes = useMemo<AcoesCartao>(
    () => ({
      mover: (cliente, lado) => mover(cliente, destino(cliente, lado, quem) ?? COLUNAS[COLUNAS.indexOf(cliente.coluna) + (lado === 'direita' ? 1 : -1)]),
      menu: (cliente, ancora) => setMenu({ cliente, ancora }),
      abrir: abrirCadastro,
      focado: (cliente) => anotar(cliente.id),
      andar: (cliente, direcao) => {
        const alvo = atual.current && vizinho(atual.current, cliente, direcao, estreita);
        if (alvo !== undefined) focar(alvo);
      },
    }),
    [mover, quem, abrirCadastro, anotar, focar, estreita],
  );

  useEffect(() => {
    const tecla = (evento: KeyboardEvent) => {
      if (!evento.ctrlKey || evento.shiftKey || evento.altKey || evento.key.toLowerCase() !== 'z' || evento.defaultPrevented) return;
      if ((evento.target as HTMLElement | null)?.closest('input, textarea, [role=dialog]')) return;
      evento.preventDefault();
      desfazerUltima();
    };
    document.addEventListener('keydown', tecla);
    return () => document.removeEventListener('keydown', tecla);
  }, [desfazerUltima]);

  async function confirmar(cliente: ClienteCarteira, dados: Contato) {
    setDialogo(undefined);
    const seguir = focarDepois(cliente);
    const envio = marcar(cliente, dados);
    seguir();
    const resposta = await envio;
    if (resposta.error !== undefined) {
      const motivo = mensagemDeErro(resposta.error);
      announce(t('carteira.anuncioDesfeito', { nome: cliente.nome, coluna: titulos[cliente.coluna], motivo }));
      despachar(avisoNaoMarcado(cliente.nome, resposta.error, () => setDialogo({ qual: 'contato', cliente })));
      focar(cliente.id);
      return;
    }
    void importarDialogo().then((m) => m.contatoSalvo(eu.id, cliente.id));
    if (resposta.data.repetido) {
      despachar(avisoRepetido(cliente.nome, dados.observacoes, copiar));
      return;
    }
    marcados.current = [...marcados.current, cliente.id];
    announce(t('carteira.anuncioMovidoDesfaz', { nome: cliente.nome, coluna: titulos.contatado }));
    const texto =
      dados.retornar_em === null ? t('contato.marcado', { nome: cliente.nome }) : t('contato.marcadoRetorno', { nome: cliente.nome, data: data(dados.retornar_em) });
    const oferta = avisar(texto, 'ok', { rotulo: t('contato.desfazer'), desfaz: true, fazer: () => desfazerUltima(cliente.id), mudo: true });
    ofertas.current.set(cliente.id, oferta.payload.id);
    despachar(oferta);
  }

  function fecharDialogo() {
    if (dialogo !== undefined && 'cliente' in dialogo) focar(dialogo.cliente.id);
    setDialogo(undefined);
  }

  function agir(cliente: ClienteCarteira, acao: AcaoDoCartao) {
    setMenu(undefined);
    if (acao === 'abrir') abrirCadastro(cliente);
    else setDialogo({ qual: acao, cliente });
  }

  const titulo = meu ? t('carteira.titulo') : quadro ? t('carteira.tituloDe', { nome: quadro.vendedor.nome }) : t('carteira.tituloOutra');
  const visiveis = estreita ? COLUNAS.filter((c) => c === aba) : COLUNAS;
  // What an empty board leads to: the team's board for who sees it, else the search.
  const proximo = pode(eu, 'painel.ver') ? { rota: '/quadro', nome: t('carteira.verEquipe') } : meu ? { rota: '/clientes', nome: t('carteira.verClientes') } : undefined;
  const vazio = quadro !== undefined && COLUNAS.every((c) => quadro.colunas[c].total === 0);

  return (
    <Pagina
      titulo={titulo}
      largura="toda"
      aoLado
      detalhe={quadro ? <Situacao online={quadro.vendedor.online} eu={meu} /> : consulta.error !== undefined ? undefined : <Skeleton variant="rounded" width={76} height={24} sx={{ borderRadius: 3 }} />}
      acoes={
        <>
          <BotaoExportar
            origem="carteira"
            filtros={{ vendedor_id: vendedorId }}
            total={quadro?.total}
            resumo={quadro && [t('carteira.tituloDe', { nome: quadro.vendedor.nome })]}
          />
          {podeMarcar && meu && (
            <Button color="inherit" startIcon={<Icone d={mdiMessageTextOutline} />} onClick={() => setDialogo({ qual: 'whatsapp' })} data-acao="whatsapp" aria-label={t('whatsapp.acao')} sx={SO_ICONE}>
              <Largo>{t('whatsapp.acao')}</Largo>
            </Button>
          )}
          <Button component={Link} href={meu ? '/fila' : `/fila/${vendedorId}`} variant="outlined" startIcon={<Icone d={mdiFormatListChecks} />} aria-label={t('carteira.fila')} sx={SO_ICONE}>
            <Largo>{t('carteira.fila')}</Largo>
          </Button>
        </>
      }
    >
      <p id="carteira-instrucoes" className="so-leitor">
        {t('carteira.instrucoes')}
      </p>
      {quadro === undefined && consulta.error !== undefined && <Falha erro={consulta.error} tentar={() => void consulta.refetch()} />}
      {quadro === undefined && consulta.error === undefined && <EsqueletoQuadro colunas={COLUNAS.length} estreita={estreita} cartao={140} />}
      {vazio && <Vazio titulo={t(meu ? 'carteira.vaziaTudo' : 'carteira.vaziaDe')} texto={t(meu ? 'carteira.vaziaTudoTexto' : 'carteira.vaziaDeTexto')} acao={proximo && <Button component={Link} href={proximo.rota} variant="contained">{proximo.nome}</Button>} />}
      {quadro !== undefined && !vazio && (
        <>
          {estreita && (
            <Suspense fallback={<Skeleton variant="rounded" height={52} />}>
              <Abas aba={aba} aoMudar={setAba} quadro={quadro} eu={eu} />
            </Suspense>
          )}
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
                    height: ALTURA_QUADRO,
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
                quem={quem}
                eu={eu}
                podeMarcar={podeMarcar}
                novos={novos}
                pagina={paginas[nome] ?? 'parada'}
                foco={foco}
                aoPrecisarMais={carregarMais}
                aoVer={aoVer}
                aoSoltar={(cliente) => mover(cliente, nome)}
              />
            ))}
          </Box>
        </>
      )}
      {menu !== undefined && (
        <Suspense fallback={null}>
          <MenuMover aberto={menu} titulos={titulos} quem={quem} podeMarcar={podeMarcar} aoFechar={() => setMenu(undefined)} aoEscolher={mover} aoAgir={agir} />
        </Suspense>
      )}
      {dialogo !== undefined && (
        <Suspense fallback={null}>
          {dialogo.qual === 'contato' && (
            <ContatoDialogo focoProprio key={dialogo.cliente.id} cliente={dialogo.cliente} aoFechar={fecharDialogo} aoMarcar={(dados) => void confirmar(dialogo.cliente, dados)} />
          )}
          {dialogo.qual === 'passo' && (
            <PassoDialogo
              focoProprio
              vendedorId={vendedorId}
              cliente={dialogo.cliente}
              aoFechar={fecharDialogo}
              // A next step makes the mark final.
              aoSalvar={(passo) => mudarCartao(dialogo.cliente.id, { ...passo, marcado_por: null })}
            />
          )}
          {dialogo.qual === 'porque' && <PorQue vendedorId={vendedorId} cliente={dialogo.cliente} aoFechar={fecharDialogo} />}
          {dialogo.qual === 'whatsapp' && <WhatsappDialogo aoFechar={fecharDialogo} />}
        </Suspense>
      )}
    </Pagina>
  );
}

function Situacao({ online: sabido, eu }: { online: boolean; eu: boolean }) {
  // Who lost the connection is not online, whatever was last read.
  const semLigacao = useEstado((e) => e.conexao.estado === 'perdida');
  const online = sabido && !(eu && semLigacao);
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

function titulosDasColunas({ inicio, meio, fim }: Eu['janela']): Record<NomeColuna, string> {
  return {
    a_contatar_30_45: t('carteira.a_contatar_30_45', { inicio, fim: meio }),
    a_contatar_46_60: t('carteira.a_contatar_46_60', { inicio: meio + 1, fim }),
    contatado: t('carteira.contatado'),
    recuperado: t('carteira.recuperado'),
  };
}
