import { mdiCheckDecagramOutline, mdiChevronLeft, mdiChevronRight, mdiRefresh } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Drawer from '@mui/material/Drawer';
import IconButton from '@mui/material/IconButton';
import Paper from '@mui/material/Paper';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useState } from 'react';

import { BotaoExportar } from '../../components/botao-exportar';
import { intervaloEmTexto, useIntervaloUrl } from '../../components/campo-intervalo';
import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Largo, SO_ICONE } from '../../components/largo';
import { Pagina } from '../../components/pagina';
import { Vazio } from '../../components/vazio';
import { useUsuario } from '../../lib/eu';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { useFocoNoTitulo } from '../../lib/foco';
import { diasEmVolta } from '../../lib/intervalo';
import { useAuditoriaQuery, useLazyVerificarAuditoriaQuery, type Filtros as Valores, type Registro } from './api';
import { Detalhe } from './detalhe';
import { Filtros } from './filtros';
import { idDaLinha, Lista } from './lista';
import { nomeDaAcao, nomeDaTabela } from './nomes';
import { chaveDe } from './resumo';
import { t } from './textos';
import { Verificacao } from './verificacao';

const POR_PAGINA = 50;
const SEM_FILTROS = { periodo: undefined, de: undefined, ate: undefined, usuario: undefined, acao: undefined, tabela: undefined, registro: undefined, chave: undefined, requisicao: undefined, entrada: undefined };

/** Everything anybody did: filters, newest first, before and after, and whether the trail is whole. */
export function Auditoria() {
  const eu = useUsuario();
  const { ler, lerNumero, mudar } = useFiltrosUrl();
  const intervalo = useIntervaloUrl(eu.hoje);
  const valores: Valores = {
    de: intervalo.intervalo?.de,
    ate: intervalo.intervalo?.ate,
    usuario_id: lerNumero('usuario'),
    acao: ler('acao'),
    tabela: ler('tabela'),
    registro_id: ler('tabela') === undefined ? undefined : lerNumero('registro'),
    chave: ler('tabela') === undefined ? undefined : ler('chave'),
    requisicao: ler('requisicao'),
  };
  const cursor = ler('cursor');
  const consulta = useAuditoriaQuery({ ...valores, cursor, size: POR_PAGINA }, { refetchOnMountOrArgChange: true });
  const [verificar, verificacao] = useLazyVerificarAuditoriaQuery();
  const [mostrar, setMostrar] = useState(false);
  const historico = registroDosFiltros(valores);
  useFocoNoTitulo(historico ?? '');
  const filtrada = Object.values(valores).some((v) => v !== undefined);

  function aoVerificar(selo?: string): void {
    setMostrar(true);
    void verificar(selo);
  }

  return (
    <Pagina
      titulo={historico === undefined ? t('auditoria.titulo') : t('auditoria.historico', { nome: historico })}
      acoes={
        <>
          <Tooltip title={t('auditoria.atualizar')}>
            <IconButton aria-label={t('auditoria.atualizar')} onClick={() => void consulta.refetch()} disabled={consulta.isFetching}>
              <Icone d={mdiRefresh} />
            </IconButton>
          </Tooltip>
          <BotaoExportar origem="auditoria" filtros={{ ...valores }} resumo={resumoDosFiltros(valores)} />
          <Button variant="outlined" startIcon={<Icone d={mdiCheckDecagramOutline} />} loading={verificacao.isFetching} loadingPosition="start" onClick={() => aoVerificar()} aria-label={t('auditoria.verificar')} data-verificar sx={SO_ICONE}>
            <Largo>{t(verificacao.isFetching ? 'auditoria.verificando' : 'auditoria.verificar')}</Largo>
          </Button>
        </>
      }
    >
      <Typography color="textSecondary" sx={{ mt: -1, mb: 2 }}>
        {t(historico === undefined ? 'auditoria.texto' : 'auditoria.historicoTexto')}{' '}
        {historico !== undefined && <Button size="small" onClick={() => mudar(SEM_FILTROS)}>{t('auditoria.historicoSair')}</Button>}
      </Typography>
      <Box role="status">
        {mostrar && !verificacao.isFetching && (
          <Verificacao resultado={verificacao.data} erro={verificacao.error} quando={new Date(verificacao.fulfilledTimeStamp ?? 0).toISOString()} aoTentar={() => aoVerificar()} aoConferir={aoVerificar} aoFechar={() => setMostrar(false)} />
        )}
      </Box>
      <Filtros valores={valores} intervalo={intervalo} hoje={eu.hoje} aoMudar={(novos) => mudar({ entrada: undefined, ...novos })} />
      {consulta.error !== undefined ? (
        <Falha erro={consulta.error} tentar={() => void consulta.refetch()} saida={cursor !== undefined && <Button onClick={() => mudar({ cursor: undefined })}>{t('auditoria.recentes')}</Button>} />
      ) : consulta.currentData === undefined ? (
        <Carregando quantos={10} />
      ) : consulta.currentData.items.length === 0 ? (
        <Vazio
          titulo={t(filtrada ? 'auditoria.vazioFiltro' : 'auditoria.vazio')}
          texto={t(filtrada ? 'auditoria.vazioFiltroTexto' : 'auditoria.vazioTexto')}
          acao={filtrada && <Button variant="contained" onClick={() => mudar(SEM_FILTROS)}>{t('comum.limparFiltros')}</Button>}
        />
      ) : (
        <Corpo items={consulta.currentData.items} hoje={eu.hoje} historico={historico !== undefined} />
      )}
      {consulta.currentData !== undefined && <Paginas proximo={consulta.currentData.proximo} cursor={cursor} aoIr={(novo) => mudar({ cursor: novo, entrada: undefined })} />}
    </Pagina>
  );
}

/** The list, and beside it (or over it) the row that is open. */
function Corpo({ items, hoje, historico }: { items: readonly Registro[]; hoje: string; historico: boolean }) {
  const { lerNumero, ler, mudar } = useFiltrosUrl();
  const larga = useMediaQuery('(min-width:1200px)', { noSsr: true });
  const estreita = useMediaQuery('(max-width:899.95px)', { noSsr: true });
  const posicao = items.findIndex((r) => r.id === lerNumero('entrada'));
  const aberto = items[posicao];
  const manter = { cursor: ler('cursor') };

  function fechar(): void {
    mudar({ ...manter, entrada: undefined });
    if (aberto !== undefined) document.getElementById(idDaLinha(aberto.id))?.focus();
  }

  const detalhe = aberto !== undefined && (
    <Detalhe
      registro={aberto}
      primeiro={posicao === 0}
      ultimo={posicao === items.length - 1}
      noHistorico={historico}
      aoAndar={(passo) => {
        const vizinho = items[posicao + passo];
        if (vizinho === undefined) return;
        mudar({ ...manter, entrada: vizinho.id });
        document.getElementById(idDaLinha(vizinho.id))?.scrollIntoView({ block: 'nearest' });
      }}
      aoFechar={fechar}
      aoVerHistorico={() => mudar({ ...SEM_FILTROS, tabela: aberto.tabela ?? undefined, registro: aberto.registro_id ?? undefined, chave: chaveDe(aberto) })}
      // With its days, so that one month is looked through, not all of them.
      aoVerRequisicao={() => mudar({ ...SEM_FILTROS, requisicao: aberto.requisicao ?? undefined, ...diasEmVolta(aberto.quando, hoje) })}
    />
  );

  return (
    <Box sx={{ display: 'grid', gap: 2, alignItems: 'start', gridTemplateColumns: larga && aberto !== undefined ? 'minmax(0, 1fr) minmax(380px, 460px)' : 'minmax(0, 1fr)' }}>
      <Lista registros={items} hoje={hoje} aberto={aberto?.id} abertos={historico} aoAbrir={(id) => mudar({ ...manter, entrada: id === aberto?.id ? undefined : id })} />
      {larga && aberto !== undefined && (
        <Paper variant="outlined" component="aside" aria-label={t('auditoria.detalhe')} sx={{ position: 'sticky', top: 'calc(var(--altura-topo) + 16px)', maxHeight: 'calc(100dvh - var(--altura-topo) - 32px)', overflowY: 'auto' }}>
          {detalhe}
        </Paper>
      )}
      {!larga && (
        <Drawer anchor={estreita ? 'bottom' : 'right'} open={aberto !== undefined} onClose={fechar} slotProps={{ paper: { role: 'dialog', 'aria-label': t('auditoria.detalhe'), sx: { width: { xs: '100%', md: 440 }, maxHeight: { xs: '88dvh', md: 'none' } } } }}>
          {detalhe}
        </Drawer>
      )}
    </Box>
  );
}

function Paginas({ proximo, cursor, aoIr }: { proximo: string | null; cursor: string | undefined; aoIr: (cursor: string | undefined) => void }) {
  if (proximo === null && cursor === undefined) return null;
  return (
    <Box component="nav" aria-label={t('auditoria.paginas')} sx={{ display: 'flex', justifyContent: 'space-between', mt: 1 }}>
      <Button startIcon={<Icone d={mdiChevronLeft} />} disabled={cursor === undefined} onClick={() => aoIr(undefined)}>
        {t('auditoria.recentes')}
      </Button>
      <Button endIcon={<Icone d={mdiChevronRight} />} disabled={proximo === null} onClick={() => aoIr(proximo ?? undefined)} data-antigas>
        {t('auditoria.antigas')}
      </Button>
    </Box>
  );
}

/** The one record that the filters ask for. */
function registroDosFiltros({ tabela, registro_id: id, chave }: Valores): string | undefined {
  if (tabela === undefined) return undefined;
  if (id !== undefined) return t('auditoria.numero', { tabela: nomeDaTabela(tabela), id });
  return chave === undefined ? undefined : `${nomeDaTabela(tabela)} “${chave}”`;
}

/** The filters in words, for the dialog of the export. */
function resumoDosFiltros(v: Valores): string[] {
  return [
    v.de !== undefined && v.ate !== undefined ? intervaloEmTexto({ de: v.de, ate: v.ate }) : undefined,
    v.usuario_id === undefined ? undefined : t('auditoria.usuarioN', { id: v.usuario_id }),
    v.acao === undefined ? undefined : nomeDaAcao(v.acao),
    v.tabela === undefined ? undefined : (registroDosFiltros(v) ?? nomeDaTabela(v.tabela)),
    v.requisicao === undefined ? undefined : `${t('auditoria.codigo')} ${v.requisicao}`,
  ].filter((x) => x !== undefined);
}
