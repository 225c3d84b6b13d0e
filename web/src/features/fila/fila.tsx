import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import { mdiCalendarAlert, mdiCalendarToday, mdiPhoneOutline, mdiPrinterOutline, mdiViewColumnOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Link, useLocation, useParams, useSearchParams } from 'wouter';

import { Carregando } from '../../components/carregando';
import { Cifra, Cifras } from '../../components/cifras';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Largo, SO_ICONE } from '../../components/largo';
import { Pagina } from '../../components/pagina';
import { PaginaErro } from '../../components/pagina-erro';
import { Paginacao } from '../../components/paginacao';
import { useContato } from '../../components/usar-contato';
import { Vazio } from '../../components/vazio';
import { avisar } from '../../lib/aviso';
import { useProximoPassoMutation, type Contato } from '../../lib/contato';
import { mensagemDeErro } from '../../lib/erro-api';
import { pode, useUsuario, type Eu } from '../../lib/eu';
import { data, inteiro } from '../../lib/formatos';
import { idDoEndereco } from '../../lib/id-do-endereco';
import { diaDaSemana, somarDias } from '../../lib/retorno';
import { useDespacho } from '../../lib/store';
import { filaApi, grupoDe, tirar, useFilaQuery, type ClienteFila, type Grupo } from './api';
import './impressao.css';
import { LinhaFila, type AcaoFila } from './linha';
import { t, tSeHouver } from './textos';
import { usePapel } from './usar-papel';

const ContatoDialogo = lazy(async () => ({ default: (await import('../../components/contato-dialogo')).ContatoDialogo }));
const PassoDialogo = lazy(async () => ({ default: (await import('../../components/passo-dialogo')).PassoDialogo }));
const PorQue = lazy(async () => ({ default: (await import('../../components/por-que')).PorQue }));

const GRUPOS: readonly { nome: Grupo; titulo: string; icone: string; cor: string }[] = [
  { nome: 'atrasados', titulo: t('fila.atrasados'), icone: mdiCalendarAlert, cor: 'risco' },
  { nome: 'hoje', titulo: t('fila.retornosHoje'), icone: mdiCalendarToday, cor: 'alerta' },
  { nome: 'a_contatar', titulo: t('fila.aContatar'), icone: mdiPhoneOutline, cor: 'contatado' },
];

/** Whom to call today, overdue first; with an id in the address, that seller's. */
export function Fila() {
  const eu = useUsuario();
  const { id } = useParams<{ id?: string }>();
  const vendedorId = id === undefined ? eu.id : idDoEndereco(id);
  if (vendedorId === undefined) return <PaginaErro tipo="404" />;
  return <FilaDe key={vendedorId} vendedorId={vendedorId} eu={eu} />;
}

function FilaDe({ vendedorId, eu }: { vendedorId: number; eu: Eu }) {
  const meu = vendedorId === eu.id;
  const [busca, setBusca] = useSearchParams();
  const page = Math.max(1, Math.trunc(Number(busca.get('pagina'))) || 1);
  const consulta = useFilaQuery({ vendedorId, page }, { refetchOnMountOrArgChange: true });
  const fila = consulta.currentData;
  const { papel, lendo, imprimir } = usePapel(vendedorId, fila);
  const mostrada = papel ?? fila;
  const [dialogo, setDialogo] = useState<{ qual: 'contato' | 'passo' | 'porque'; cliente: ClienteFila }>();
  const despachar = useDespacho();
  const [, ir] = useLocation();
  const contato = useContato(vendedorId);
  const [mudarPasso] = useProximoPassoMutation();
  const raiz = useRef<HTMLDivElement>(null);
  const seguinte = useRef<number>(undefined);
  const podeMarcar = pode(eu, meu ? 'contato.marcar' : 'contato.marcar_por_outro');

  const focar = (id: number | undefined) => {
    const no = id === undefined ? undefined : raiz.current?.querySelector<HTMLElement>(`[data-cliente="${id}"]`);
    (no ?? document.querySelector<HTMLElement>('#conteudo h1'))?.focus();
  };

  // Who left the queue hands the focus on to the next one.
  useEffect(() => {
    if (seguinte.current === undefined) return;
    const id = seguinte.current;
    seguinte.current = undefined;
    focar(id === 0 ? undefined : id);
  }, [fila]);

  // Past the last page, after the queue became shorter.
  useEffect(() => {
    if (fila !== undefined && fila.clientes.length === 0 && page > 1) setBusca({ pagina: String(Math.max(1, fila.pages)) }, { replace: true });
  }, [fila, page, setBusca]);

  function vizinho(id: number, passo: 1 | -1): number | undefined {
    const i = fila?.clientes.findIndex((c) => c.id === id) ?? -1;
    return i < 0 ? undefined : fila?.clientes[i + passo]?.id;
  }

  /** The row leaves at once and comes back if refused. */
  async function sair(cliente: ClienteFila, enviar: () => Promise<boolean>) {
    seguinte.current = vizinho(cliente.id, 1) ?? vizinho(cliente.id, -1) ?? 0;
    const mudanca = despachar(filaApi.util.updateQueryData('fila', { vendedorId, page }, (f) => tirar(f, cliente.id)));
    if (!(await enviar())) {
      seguinte.current = cliente.id;
      mudanca.undo();
    }
  }

  function marcar(cliente: ClienteFila, dados: Contato) {
    setDialogo(undefined);
    announce(t('contato.marcado', { nome: cliente.nome }));
    void sair(cliente, () => contato.marcar(cliente, dados, () => setDialogo({ qual: 'contato', cliente })));
  }

  function agir(cliente: ClienteFila, acao: AcaoFila) {
    switch (acao) {
      case 'principal':
        if (!podeMarcar) return;
        if (cliente.contatado) void sair(cliente, () => contato.concluir(cliente, fila?.hoje ?? eu.hoje));
        else setDialogo({ qual: 'contato', cliente });
        return;
      case 'amanha':
        void sair(cliente, async () => {
          const { error } = await mudarPasso({ vendedorId, clienteId: cliente.id, retornar_em: somarDias(fila?.hoje ?? eu.hoje, 1), nota: cliente.proximo_passo ?? '' });
          despachar(error === undefined ? avisar(t('fila.adiado', { nome: cliente.nome })) : avisar(mensagemDeErro(error), 'erro'));
          return error === undefined;
        });
        return;
      case 'abrir':
        ir(`/clientes/${cliente.id}`);
        return;
      case 'cima':
      case 'baixo': {
        const id = vizinho(cliente.id, acao === 'cima' ? -1 : 1);
        if (id !== undefined) focar(id);
        return;
      }
      default:
        setDialogo({ qual: acao, cliente });
    }
  }

  function fechar() {
    const id = dialogo?.cliente.id;
    setDialogo(undefined);
    // After the dialog gave the focus back.
    requestAnimationFrame(() => focar(id));
  }

  const titulo = meu || fila === undefined ? t('fila.titulo') : t('fila.tituloDe', { nome: fila.vendedor.nome });
  const hoje = fila?.hoje ?? eu.hoje;

  return (
    <Pagina
      titulo={titulo}
      largura="media"
      aoLado
      detalhe={
        <>
          <Typography color="textSecondary">{t('fila.hoje', { dia: tSeHouver(`fila.dias.d${diaDaSemana(hoje)}`) ?? '', data: data(hoje) })}</Typography>
          {/* A sheet of paper says whose it is. */}
          {meu && <Typography className="so-papel">{eu.nome}</Typography>}
        </>
      }
      acoes={
        <Box className="sem-papel" sx={{ display: 'flex', gap: 1 }}>
          <Button color="inherit" aria-label={t('fila.imprimir')} sx={SO_ICONE} startIcon={<Icone d={mdiPrinterOutline} />} disabled={fila === undefined || fila.total === 0 || lendo} onClick={imprimir}>
            <Largo>{t('fila.imprimir')}</Largo>
          </Button>
          <Button component={Link} href={meu ? '/carteira' : `/carteira/${vendedorId}`} variant="outlined" aria-label={t('fila.quadro')} sx={SO_ICONE} startIcon={<Icone d={mdiViewColumnOutline} />}>
            <Largo>{t('fila.quadro')}</Largo>
          </Button>
        </Box>
      }
    >
      {fila === undefined && consulta.error !== undefined && <Falha erro={consulta.error} tentar={() => void consulta.refetch()} />}
      {fila === undefined && consulta.error === undefined && <Carregando forma="tela" quantos={8} />}
      {fila !== undefined && mostrada !== undefined && (
        <div ref={raiz}>
          <p id="fila-instrucoes" className="so-leitor">
            {t('fila.instrucoes')}
          </p>
          <div className="sem-papel">
            <Cifras legenda={t('fila.resumo')}>
              <Cifra nome={t('fila.atrasados')} valor={<Numero n={fila.totais.atrasados} cor={fila.totais.atrasados > 0 ? 'risco' : undefined} nome="atrasados" />} />
              <Cifra nome={t('fila.retornosHoje')} valor={<Numero n={fila.totais.hoje} nome="hoje" />} />
              <Cifra nome={t('fila.aContatar')} valor={<Numero n={fila.totais.a_contatar} nome="a_contatar" />} />
              <Cifra nome={t('fila.agendados')} valor={<Numero n={fila.totais.agendados} nome="agendados" />} detalhe={t('fila.agendadosDetalhe')} />
            </Cifras>
          </div>
          {fila.total === 0 && (
            <Vazio titulo={t('fila.vazia')} texto={meu ? t('fila.vaziaTexto') : t('fila.vaziaTextoDe', { nome: fila.vendedor.nome })} acao={<Button component={Link} href={meu ? '/carteira' : `/carteira/${vendedorId}`} variant="contained">{t('fila.verQuadro')}</Button>} />
          )}
          {GRUPOS.map((grupo) => {
            const clientes = mostrada.clientes.filter((c) => grupoDe(c, hoje) === grupo.nome);
            if (clientes.length === 0) return null;
            return (
              <Box key={grupo.nome} component="section" aria-labelledby={`fila-${grupo.nome}`} data-grupo={grupo.nome} sx={{ mb: 3 }}>
                <Typography variant="h2" id={`fila-${grupo.nome}`} sx={{ display: 'flex', alignItems: 'center', gap: 0.75, mb: 1, color: `var(--cor-${grupo.cor})` }}>
                  <Icone d={grupo.icone} sx={{ fontSize: 20 }} />
                  {grupo.titulo}
                  <Box component="span" sx={{ color: 'text.secondary', fontWeight: 500, fontSize: '0.9375rem' }}>
                    {inteiro(mostrada.totais[grupo.nome])}
                  </Box>
                </Typography>
                <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1 }}>
                  {clientes.map((c) => (
                    <LinhaFila key={c.atribuicao_id} cliente={c} eu={eu} hoje={hoje} podeMarcar={podeMarcar} aoAgir={agir} />
                  ))}
                </Box>
              </Box>
            );
          })}
          {mostrada.total > mostrada.clientes.length && (
            <Typography className="so-papel">
              {papel === undefined ? t('comum.pagina', { pagina: inteiro(fila.page), paginas: inteiro(fila.pages) }) : t('fila.parte', { n: inteiro(papel.clientes.length), total: inteiro(papel.total) })}
            </Typography>
          )}
          <div className="sem-papel">
            <Paginacao page={fila.page} pages={fila.pages} aoMudar={(p) => setBusca({ pagina: String(p) })} />
          </div>
        </div>
      )}
      {dialogo !== undefined && (
        <Suspense fallback={null}>
          {dialogo.qual === 'contato' && <ContatoDialogo focoProprio cliente={dialogo.cliente} aoFechar={fechar} aoMarcar={(dados) => marcar(dialogo.cliente, dados)} />}
          {dialogo.qual === 'passo' && <PassoDialogo focoProprio vendedorId={vendedorId} cliente={dialogo.cliente} aoFechar={fechar} />}
          {dialogo.qual === 'porque' && <PorQue vendedorId={vendedorId} cliente={dialogo.cliente} aoFechar={fechar} />}
        </Suspense>
      )}
    </Pagina>
  );
}

function Numero({ n, nome, cor }: { n: number; nome: string; cor?: string }) {
  return (
    <Box component="span" data-fila={nome} data-n={n} sx={{ color: cor === undefined ? undefined : `var(--cor-${cor})` }}>
      {inteiro(n)}
    </Box>
  );
}
