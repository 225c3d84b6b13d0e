import { mdiAccountPlusOutline, mdiChevronLeft, mdiChevronRight, mdiFileUploadOutline, mdiTuneVariant } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ButtonBase from '@mui/material/ButtonBase';
import Drawer from '@mui/material/Drawer';
import IconButton from '@mui/material/IconButton';
import LinearProgress from '@mui/material/LinearProgress';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Link as Rota } from 'wouter';

import { BotaoExportar } from '../../components/botao-exportar';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Pagina } from '../../components/pagina';
import { Vazio } from '../../components/vazio';
import { api } from '../../lib/api';
import { mensagemDeErro } from '../../lib/erro-api';
import { pode, useUsuario, type Eu } from '../../lib/eu';
import { useEvento } from '../../lib/eventos';
import { inteiro } from '../../lib/formatos';
import { reconhecer } from '../../lib/reconhecer';
import { store, useDespacho } from '../../lib/store';
import { pesquisaApi, type ClienteAchado, type PesquisaPagina } from './api';
import { MenuColunas, MenuOrdemBusca } from './barra';
import { Caixa } from './caixa';
import { Categorias } from './categorias';
import { camposDasColunas, colunasDe, colunasPadrao } from './colunas';
import { argumentos, enderecoComPessoa, filtrosDe, ler, ordemEfetiva, quantosFiltros, SEM_FILTROS, TAMANHOS, type Busca, type Tamanho } from './estado';
import { Esqueleto, EsqueletoCategorias } from './esqueleto';
import { Filtros } from './filtros';
import { esquecerCursores, guardarAberta, guardarCursor, lembrarCursor, lembrarTexto, temAberta, tomarAberta } from './memoria';
import { MenuSalvos } from './menu-salvos';
import { preferenciasDe, usePreferencias } from './preferencias';
import { Previa } from './previa';
import { EmCartoes, EmTabela, linkDaLinha, type ResultadoProps } from './resultado';
import { resumoDaBusca } from './resumo';
import { t } from './textos';
import { useBusca } from './usar-busca';
import { usePesquisa, type Pesquisa as Estado } from './usar-pesquisa';

/** The answer to what the address asks. */
export async function adiantar(eu: Eu): Promise<void> {
  const params = new URLSearchParams(window.location.search);
  if (enderecoComPessoa(params)) return;
  const busca = ler(params, lembrarTexto);
  const filtros = argumentos(busca, busca.tamanho ?? preferenciasDe(eu.id).tamanho);
  await store.dispatch(pesquisaApi.endpoints.pesquisarClientes.initiate({ ...filtros, page: busca.pagina }, { subscribe: false }));
}

/** Finds any client: one box, filters as chips, categories with counts, preview. */
export function Pesquisa() {
  const eu = useUsuario();
  const despachar = useDespacho();
  const [preferencias, preferir] = usePreferencias(eu.id);
  const { busca, endereco, esquecida, mudar } = useBusca();
  const entrada = useRef<HTMLInputElement>(null);
  const digitando = useRef(false);
  const [aberta, setAberta] = useState<number>();
  const [focada, setFocada] = useState<number>();
  const [categorias, setCategorias] = useState(false);
  const [voltando] = useState(() => temAberta(endereco));

  const estreita = useMediaQuery('(max-width:899.95px)', { noSsr: true });
  const pequena = useMediaQuery('(max-width:599.95px)', { noSsr: true });
  const larga = useMediaQuery('(min-width:1200px)', { noSsr: true });
  const muitoLarga = useMediaQuery('(min-width:1800px)', { noSsr: true });

  const tamanho = busca.tamanho ?? preferencias.tamanho;
  const todas = useMemo(() => colunasDe(eu), [eu]);
  const padrao = useMemo(() => colunasPadrao(eu), [eu]);
  const escolhidas = busca.colunas ?? preferencias.colunas ?? padrao;
  const colunas = useMemo(() => todas.filter((c) => escolhidas.includes(c.id)), [todas, escolhidas]);
  const podeMover = pode(eu, 'cliente.realocar') && pode(eu, 'cliente.liberar');

  const ordem = ordemEfetiva(busca);
  const filtros = argumentos(busca, tamanho);
  const lista = JSON.stringify(filtros);
  const cursor = lembrarCursor(lista, busca.pagina);
  const pesquisa = usePesquisa(cursor === undefined ? { ...filtros, page: busca.pagina } : { ...filtros, cursor });
  const { pagina, velha, erro } = pesquisa;
  const clientes = pagina?.items ?? NENHUM;

  useEffect(() => {
    if (!velha && pagina?.proximo) guardarCursor(lista, busca.pagina + 1, pagina.proximo);
  }, [velha, pagina, lista, busca.pagina]);

  // The list changed under the cursor: the first page is always there.
  useEffect(() => {
    if (erro?.codigo === 'cursor_invalido') {
      esquecerCursores(lista);
      mudar({ pagina: 1 }, 'mesmo');
    }
  }, [erro, lista, mudar]);

  // A client on screen changed hands: read again. What is not on screen does not matter here.
  useEvento(['cliente_contatado', 'cliente_realocado', 'cliente_liberado', 'cliente_recuperado', 'redistribuicao_completa', 'recarregar'], (evento) => {
    const id = Number(evento.dados.cliente_id);
    if (evento.tipo === 'recarregar' || evento.tipo === 'redistribuicao_completa' || clientes.some((c) => c.id_cliente === id)) despachar(api.util.invalidateTags(['Pesquisa']));
  });

  useVoltarALinha(endereco, velha ? NENHUM : clientes);

  const indice = clientes.findIndex((c) => c.id_cliente === aberta);
  const mostrada = clientes[indice];
  const comPrevia = mostrada !== undefined;

  const aoAbrir = useCallback((id: number) => guardarAberta(endereco, id), [endereco]);
  const aoPrever = useCallback((id: number) => setAberta((antes) => (antes === id ? undefined : id)), []);
  const aoFocar = useCallback((id: number) => {
    setFocada(id);
    setAberta((antes) => (antes === undefined ? undefined : id));
  }, []);
  const aoOrdenar = useCallback((ordem: string | undefined) => mudar({ ordem }), [mudar]);

  const irParaLinha = (i: number) => {
    const alvo = clientes[i];
    if (alvo !== undefined) document.getElementById(linkDaLinha(alvo.id_cliente))?.focus();
  };
  const fecharPrevia = () => {
    setAberta(undefined);
    if (focada !== undefined) document.getElementById(linkDaLinha(focada))?.focus();
  };
  const paginar = (n: number) => {
    setAberta(undefined);
    setFocada(undefined);
    mudar({ pagina: n });
    window.scrollTo({ top: 0 });
  };

  // A failure has no categories to show, and none are on their way.
  const trilho = larga && (!comPrevia || muitoLarga) && (pagina !== undefined || pesquisa.erro === undefined);
  const emUso = quantosFiltros(busca);
  const resultado: ResultadoProps = {
    clientes,
    colunas,
    consulta: [reconhecer(busca.texto) === 'nome' ? busca.texto : '', busca.nome].join(' '),
    ordem,
    atual: clientes.some((c) => c.id_cliente === focada) ? focada : clientes[0]?.id_cliente,
    aberta: mostrada?.id_cliente,
    podeMover,
    velha,
    aoOrdenar,
    aoFocar,
    aoPrever,
    aoAbrir,
    aoSubir: () => entrada.current?.focus(),
    aoFecharPrevia: fecharPrevia,
  };
  const previa = mostrada !== undefined && (
    <Previa
      cliente={mostrada}
      posicao={indice + 1}
      total={clientes.length}
      podeMover={podeMover}
      aoAndar={(passo) => {
        const vizinha = clientes[indice + passo];
        if (vizinha === undefined) return;
        setAberta(vizinha.id_cliente);
        setFocada(vizinha.id_cliente);
        document.getElementById(linkDaLinha(vizinha.id_cliente))?.scrollIntoView({ block: 'nearest' });
      }}
      aoAbrir={aoAbrir}
      aoFechar={fecharPrevia}
    />
  );

  return (
    <Pagina
      titulo={t('pesquisa.titulo')}
      acoes={
        <>
          {pode(eu, 'cliente.importar') &&
            (pequena ? (
              <IconButton component={Rota} href="/importar" aria-label={t('pesquisa.importar')} color="primary">
                <Icone d={mdiFileUploadOutline} />
              </IconButton>
            ) : (
              <Button component={Rota} href="/importar" startIcon={<Icone d={mdiFileUploadOutline} />}>
                {t('pesquisa.importar')}
              </Button>
            ))}
          {pode(eu, 'cliente.criar') && (
            <Button component={Rota} href="/clientes/novo" variant="contained" startIcon={<Icone d={mdiAccountPlusOutline} />}>
              {t(pequena ? 'pesquisa.cadastrarCurto' : 'pesquisa.cadastrar')}
            </Button>
          )}
        </>
      }
      largura="toda"
    >
      <Caixa
        texto={busca.texto}
        lido={velha ? undefined : pagina?.interpretado.tipo}
        soCpfInteiro={!pode(eu, 'cliente.ver_sensivel')}
        entrada={entrada}
        aoBuscar={(texto) => {
          mudar({ texto }, digitando.current ? 'mesmo' : 'novo');
          digitando.current = true;
        }}
        aoParar={() => {
          digitando.current = false;
        }}
        aoDescer={() => irParaLinha(0)}
      />
      {esquecida && (
        <Alert severity="info" sx={{ mb: 1.5 }}>
          {t('pesquisa.esquecida')}
        </Alert>
      )}
      <Filtros busca={busca} facetas={pagina?.facetas} aoMudar={mudar} />

      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1, rowGap: 0.5, alignItems: 'center', minHeight: 40, mb: 1 }}>
        <Contagem pesquisa={pesquisa} />
        <Box sx={{ ml: 'auto', minHeight: { xs: 44, sm: 'auto' } }}>
          {clientes.length > 0 && (
            <BotaoExportar
              pequeno
              origem="clientes"
              filtros={filtrosDe(busca)}
              ordem={busca.ordem}
              total={pagina?.total_exato === true ? pagina.total : undefined}
              resumo={resumoDaBusca(busca)}
              campos={camposDasColunas(escolhidas)}
            />
          )}
        </Box>
        <Box sx={{ ml: { xs: -0.5, sm: 0 }, flexBasis: { xs: '100%', sm: 'auto' }, display: 'flex', flexWrap: 'wrap', columnGap: 0.5 }}>
          {!trilho && (
            <Button size="small" color="inherit" disabled={pagina === undefined} startIcon={<Icone d={mdiTuneVariant} />} aria-haspopup="dialog" onClick={() => setCategorias(true)}>
              {t('pesquisa.categorias')}
            </Button>
          )}
          <MenuOrdemBusca ordem={ordem} porCpf={pode(eu, 'cliente.ver_sensivel')} aoMudar={aoOrdenar} />
          {!estreita && (
            <MenuColunas
              todas={todas}
              escolhidas={escolhidas}
              padrao={padrao}
              aoMudar={(novas) => {
                preferir({ colunas: novas });
                mudar({ colunas: novas, pagina: busca.pagina }, 'mesmo');
              }}
            />
          )}
          <MenuSalvos curto={pequena} salvos={preferencias.salvos} busca={busca} aoMudar={(salvos) => preferir({ salvos })} aoUsar={(nova) => mudar({ ...nova, texto: '' })} />
        </Box>
      </Box>

      <Box sx={{ display: 'grid', gap: 2, alignItems: 'start', gridTemplateColumns: colunasDaGrade(trilho, comPrevia && larga) }}>
        {trilho && (
          <Box component="aside" aria-label={t('pesquisa.categorias')} sx={{ position: 'sticky', top: 'calc(var(--altura-topo) + 16px)', maxHeight: 'calc(100dvh - var(--altura-topo) - 32px)', overflowY: 'auto' }}>
            {pagina === undefined ? <EsqueletoCategorias /> : <Categorias facetas={pagina.facetas} busca={busca} velha={velha} aoMudar={mudar} />}
          </Box>
        )}
        <Box sx={{ minWidth: 0, position: 'relative' }} aria-busy={pesquisa.lendo || undefined}>
          {pesquisa.lendo && pagina !== undefined && <Andamento />}
          <Corpo
            pesquisa={pesquisa}
            estreita={estreita}
            vazio={
              <SemResultado
                busca={busca}
                soCarteira={!pode(eu, 'cliente.ver_todos')}
                aoMudar={mudar}
                acoes={
                  <>
                    {pode(eu, 'cliente.criar') && (
                      <Button component={Rota} href="/clientes/novo" startIcon={<Icone d={mdiAccountPlusOutline} />}>
                        {t('pesquisa.cadastrar')}
                      </Button>
                    )}
                    {pode(eu, 'cliente.importar') && (
                      <Button component={Rota} href="/importar" startIcon={<Icone d={mdiFileUploadOutline} />}>
                        {t('pesquisa.importar')}
                      </Button>
                    )}
                  </>
                }
              />
            }
            aoPrimeira={busca.pagina > 1 ? () => paginar(1) : undefined}
          >
            {estreita ? <EmCartoes {...resultado} inteiros={voltando} /> : <EmTabela {...resultado} />}
            {pagina !== undefined && (
              <Rodape
                pagina={pagina}
                numero={busca.pagina}
                tamanho={tamanho}
                aoPaginar={paginar}
                aoMudarTamanho={(n) => {
                  preferir({ tamanho: n });
                  mudar({ tamanho: n });
                }}
              />
            )}
          </Corpo>
        </Box>
        {comPrevia && larga && (
          <Paper
            variant="outlined"
            component="aside"
            aria-label={t('pesquisa.previa')}
            onKeyDown={(e) => {
              // A menu of the preview closes itself first.
              if (e.key === 'Escape' && e.currentTarget.contains(e.target as Node)) fecharPrevia();
            }}
            sx={{ position: 'sticky', top: 'calc(var(--altura-topo) + 16px)', maxHeight: 'calc(100dvh - var(--altura-topo) - 32px)', overflowY: 'auto', borderRadius: 'var(--raio)' }}
          >
            {previa}
          </Paper>
        )}
      </Box>

      {!larga && (
        <Drawer anchor={estreita ? 'bottom' : 'right'} open={comPrevia} onClose={fecharPrevia} slotProps={{ paper: { role: 'dialog', 'aria-label': t('pesquisa.previa'), sx: { width: { xs: '100%', md: 380 }, maxHeight: { xs: '85dvh', md: 'none' } } } }}>
          {previa}
        </Drawer>
      )}
      {!trilho && pagina !== undefined && (
        <Drawer anchor={estreita ? 'bottom' : 'left'} open={categorias} onClose={() => setCategorias(false)} slotProps={{ paper: { role: 'dialog', 'aria-label': t('pesquisa.categorias'), sx: { p: 2, width: { xs: '100%', md: 300 }, maxHeight: { xs: '80dvh', md: 'none' } } } }}>
          <Box sx={{ display: 'flex', justifyContent: 'space-between', alignItems: 'center', mb: 1 }}>
            <Typography variant="h2">{t('pesquisa.categorias')}</Typography>
            <Button onClick={() => setCategorias(false)}>{t('comum.fechar')}</Button>
          </Box>
          <Categorias facetas={pagina.facetas} busca={busca} velha={velha} aoMudar={mudar} />
          {emUso > 0 && (
            <Button onClick={() => mudar(SEM_FILTROS)} sx={{ mt: 2 }}>
              {t('pesquisa.limparFiltros')}
            </Button>
          )}
        </Drawer>
      )}
    </Pagina>
  );
}

const NENHUM: readonly ClienteAchado[] = [];

function colunasDaGrade(trilho: boolean, previa: boolean): string {
  return [trilho && '208px', 'minmax(0, 1fr)', previa && '348px'].filter(Boolean).join(' ');
}

/** Back from a profile: the row that was opened has the focus again. */
function useVoltarALinha(endereco: string, clientes: readonly ClienteAchado[]): void {
  const pedido = useRef<number | null>(null);
  useEffect(() => {
    pedido.current ??= tomarAberta(endereco) ?? 0;
    if (pedido.current === 0 || clientes.length === 0) return;
    const link = document.getElementById(linkDaLinha(pedido.current));
    pedido.current = 0;
    link?.focus({ preventScroll: true });
    link?.scrollIntoView({ block: 'center' });
  }, [endereco, clientes]);
}

/** How many, and how long it took; read out when it changes. */
function Contagem({ pesquisa: { pagina, velha, lendo, erro, duracao } }: { pesquisa: Estado }) {
  if (pagina === undefined || erro !== undefined) {
    return (
      <>
        <span role="status" className="so-leitor">
          {lendo ? t('pesquisa.buscando') : ''}
        </span>
        {erro === undefined && <Skeleton variant="text" sx={{ flex: { xs: '1 1 0', sm: '0 1 300px' }, height: { xs: 44, sm: 'auto' } }} />}
      </>
    );
  }
  return (
    <Typography component="p" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1, alignItems: 'baseline', flex: { xs: '1 1 0', sm: '0 1 auto' }, minWidth: 0 }}>
      <Box component="strong" role="status" data-total={pagina.total} data-velha={velha || undefined}>
        {totalEmTexto(pagina)}
      </Box>
      <Typography component="span" variant="body2" color="textSecondary">
        {!pagina.total_exato && t('pesquisa.estimativa', { n: inteiro(pagina.total) })}
        {!pagina.total_exato && ' · '}
        {velha ? t('pesquisa.buscando') : duracao !== undefined && t('pesquisa.tempo', { ms: tempo(duracao) })}
      </Typography>
    </Typography>
  );
}

/** Bound of the exact total: beyond it the server estimates. */
const TOTAL_EXATO = 1000;

function totalEmTexto({ total, total_exato }: PesquisaPagina): string {
  if (!total_exato) return t('pesquisa.maisDe', { n: inteiro(TOTAL_EXATO) });
  if (total === 0) return t('pesquisa.nenhum');
  return total === 1 ? t('pesquisa.umCliente') : t('pesquisa.variosClientes', { n: inteiro(total) });
}

function tempo(ms: number): string {
  return ms < 1000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1000).toLocaleString('pt-BR', { maximumFractionDigits: 1 })} s`;
}

/** A line over the old answer, only when the new one takes its time. */
function Andamento() {
  return (
    <LinearProgress
      aria-label={t('pesquisa.buscando')}
      sx={{ position: 'absolute', top: -4, left: 0, right: 0, height: 3, borderRadius: 2, animation: 'aparecer 0s 300ms both' }}
    />
  );
}

function Corpo({ pesquisa, estreita, vazio, aoPrimeira, children }: { pesquisa: Estado; estreita: boolean; vazio: ReactNode; aoPrimeira?: () => void; children: ReactNode }) {
  const { pagina, erro, velha, repetir } = pesquisa;
  if (erro !== undefined && pagina === undefined) {
    return <Falha erro={erro} tentar={repetir} saida={aoPrimeira && <Button onClick={aoPrimeira}>{t('comum.primeiraPagina')}</Button>} />;
  }
  if (pagina === undefined) return <Esqueleto emCartoes={estreita} />;
  return (
    <>
      {erro !== undefined && (
        <Alert
          severity="error"
          sx={{ mb: 1.5 }}
          action={
            <Button color="inherit" size="small" onClick={repetir}>
              {t('comum.tentarDeNovo')}
            </Button>
          }
        >
          {mensagemDeErro(erro)} {t('pesquisa.desatualizada')}
        </Alert>
      )}
      {pagina.items.length === 0 && !velha ? vazio : children}
    </>
  );
}

/** Nothing found: says why and what to do. */
function SemResultado({ busca, soCarteira, acoes, aoMudar }: { busca: Busca; soCarteira: boolean; acoes: ReactNode; aoMudar: (novos: Partial<Busca>) => void }) {
  const tipo = reconhecer(busca.texto);
  const filtrada = quantosFiltros(busca) > 0;
  if (tipo === 'vazio' && !filtrada) {
    return soCarteira ? (
      <Vazio titulo={t('pesquisa.vazioCarteira')} texto={t('pesquisa.vazioCarteiraTexto')} />
    ) : (
      <Vazio titulo={t('pesquisa.vazioTudo')} texto={t('pesquisa.vazioTudoTexto')} acao={<Lado>{acoes}</Lado>} />
    );
  }
  return (
    <Vazio
      titulo={t('pesquisa.vazio')}
      texto={filtrada ? t('pesquisa.vazioFiltros') : soCarteira ? t('pesquisa.vazioNaCarteira') : t(tipo === 'cpf' ? 'pesquisa.vazioCpf' : tipo === 'nome' ? 'pesquisa.vazioNome' : 'pesquisa.vazioContato')}
      acao={
        <Lado>
          {filtrada && (
            <Button variant="contained" onClick={() => aoMudar(SEM_FILTROS)}>
              {t('pesquisa.limparFiltros')}
            </Button>
          )}
          <Button variant={filtrada ? 'text' : 'contained'} onClick={() => aoMudar({ ativo: !busca.ativo })}>
            {t(busca.ativo ? 'pesquisa.buscaDesativados' : 'pesquisa.buscaAtivos')}
          </Button>
          {acoes}
        </Lado>
      }
    />
  );
}

function Lado({ children }: { children: ReactNode }) {
  return <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, justifyContent: 'center' }}>{children}</Box>;
}

/** Where one is, lines per page, previous and next. */
function Rodape({ pagina, numero, tamanho, aoPaginar, aoMudarTamanho }: { pagina: PesquisaPagina; numero: number; tamanho: Tamanho; aoPaginar: (n: number) => void; aoMudarTamanho: (n: Tamanho) => void }) {
  const { items, pages, total, total_exato, proximo } = pagina;
  const de = (numero - 1) * tamanho + 1;
  const haMais = pages === null ? proximo !== null : numero < pages;
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', justifyContent: 'space-between', mt: 1.5 }}>
      <Box role="group" aria-label={t('pesquisa.porPagina')} sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}>
        <Typography component="span" variant="body2" color="textSecondary" aria-hidden sx={{ mr: 0.5 }}>
          {t('pesquisa.porPagina')}
        </Typography>
        {TAMANHOS.map((n) => (
          <ButtonBase
            key={n}
            aria-pressed={n === tamanho}
            onClick={() => aoMudarTamanho(n)}
            sx={{ minWidth: 36, height: 30, borderRadius: 1, fontSize: '0.875rem', fontWeight: 600, color: n === tamanho ? 'var(--cor-contatado)' : 'text.secondary', bgcolor: n === tamanho ? 'var(--cor-contatado-fundo)' : undefined }}
          >
            {n}
          </ButtonBase>
        ))}
      </Box>
      <Box component="nav" aria-label={t('comum.paginacao')} sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
        <Typography variant="body2" color="textSecondary">
          {items.length > 0 && `${t('pesquisa.linhas', { de: inteiro(de), ate: inteiro(de + items.length - 1), total: total_exato ? inteiro(total) : `${t('pesquisa.cercaDe')} ${inteiro(total)}` })} · `}
          {pages === null ? t('pesquisa.pagina', { n: inteiro(numero) }) : t('pesquisa.paginaDe', { n: inteiro(numero), total: inteiro(Math.max(1, pages)) })}
        </Typography>
        <Button startIcon={<Icone d={mdiChevronLeft} />} disabled={numero <= 1} onClick={() => aoPaginar(numero - 1)}>
          {t('comum.anterior')}
        </Button>
        <Button endIcon={<Icone d={mdiChevronRight} />} disabled={!haMais} onClick={() => aoPaginar(numero + 1)}>
          {t('comum.proxima')}
        </Button>
      </Box>
    </Box>
  );
}
