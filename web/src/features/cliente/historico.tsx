import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import Paper from '@mui/material/Paper';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import { useSearchParams } from 'wouter';

import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { Paginacao } from '../../components/paginacao';
import { Tabela, type Coluna } from '../../components/tabela';
import { Vazio } from '../../components/vazio';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { data, dataHora, diaDoInstante, inteiro, moeda } from '../../lib/formatos';
import { useLinhaDoTempoQuery, usePedidosDoClienteQuery } from './api';
import { valorDaMudanca } from './mudancas';
import { t, tSeHouver } from './textos';
import type { Atribuicao, Mudanca, Pedido, Perfil } from './tipos';

const ABAS = ['pedidos', 'atribuicoes', 'contatos', 'tempo'] as const;
type Aba = (typeof ABAS)[number];

const PEDIDOS_PAGINA = 20;
const TEMPO_PAGINA = 50;

const COLUNAS_PEDIDOS: readonly Coluna<Pedido>[] = [
  { id: 'data', titulo: t('cliente.data'), principal: true, valor: (p) => data(p.data_pedido) },
  { id: 'produto', titulo: t('cliente.produto'), valor: (p) => p.produto ?? t('comum.semValor') },
  { id: 'numero', titulo: t('cliente.numero'), numero: true, valor: (p) => String(p.id) },
  { id: 'valor', titulo: t('cliente.valor'), numero: true, valor: (p) => moeda(p.valor) },
];

const COLUNAS_ATRIBUICOES: readonly Coluna<Atribuicao>[] = [
  { id: 'vendedor', titulo: t('lista.vendedor'), principal: true, valor: (a) => a.vendedor.nome },
  { id: 'de', titulo: t('cliente.de'), valor: (a) => diaDoInstante(a.data_atribuicao) },
  { id: 'ate', titulo: t('cliente.ate'), valor: (a) => (a.encerrada_em === null ? <Chip size="small" color="primary" variant="outlined" label={t('cliente.aberta')} /> : diaDoInstante(a.encerrada_em)) },
  { id: 'origem', titulo: t('cliente.origem'), valor: (a) => palavra('motivos', a.motivo) },
  { id: 'fim', titulo: t('cliente.fim'), valor: (a) => palavra('motivos', a.motivo_fim) },
  { id: 'resultado', titulo: t('cliente.resultado'), valor: (a) => palavra('resultados', a.resultado) },
];

/** The word of a code of the database, or the code itself. */
function palavra(grupo: 'motivos' | 'resultados' | 'acoes', codigo: string | null): string {
  if (codigo === null) return t('comum.semValor');
  return tSeHouver(`cliente.${grupo}.${codigo}`) ?? codigo;
}

/** Orders, assignments, contacts and changes, under tabs; the open one and its page are in the address. */
export function Historico({ perfil }: { perfil: Perfil }) {
  const [params, setParams] = useSearchParams();
  const aba = ABAS.find((a) => a === params.get('aba')) ?? 'pedidos';
  const contagens: Record<Aba, number | undefined> = {
    pedidos: perfil.pedidos.total,
    atribuicoes: perfil.atribuicoes.length,
    contatos: perfil.contatos.length,
    tempo: undefined,
  };

  function abrir(nova: Aba): void {
    setParams(
      (antes) => {
        const depois = new URLSearchParams(antes);
        depois.delete('page');
        if (nova === 'pedidos') depois.delete('aba');
        else depois.set('aba', nova);
        return depois;
      },
      { replace: true },
    );
  }

  return (
    <Paper variant="outlined" component="section" aria-label={t('cliente.secoes.historico')} sx={{ minWidth: 0 }}>
      <Tabs value={aba} onChange={(_, nova: Aba) => abrir(nova)} variant="scrollable" allowScrollButtonsMobile aria-label={t('cliente.secoes.historico')} sx={{ borderBottom: 1, borderColor: 'divider', px: { sm: 1 } }}>
        {ABAS.map((a) => (
          <Tab key={a} value={a} id={`aba-${a}`} aria-controls={a === aba ? `painel-${a}` : undefined} label={contagens[a] === undefined ? t(`cliente.abas.${a}`) : `${t(`cliente.abas.${a}`)} · ${inteiro(contagens[a])}`} />
        ))}
      </Tabs>
      <Box role="tabpanel" id={`painel-${aba}`} aria-labelledby={`aba-${aba}`} sx={{ p: { xs: 1.5, sm: 2 } }}>
        {aba === 'pedidos' && <Pedidos perfil={perfil} />}
        {aba === 'atribuicoes' && <Atribuicoes atribuicoes={perfil.atribuicoes} />}
        {aba === 'contatos' && <Contatos contatos={perfil.contatos} />}
        {aba === 'tempo' && <Tempo perfil={perfil} />}
      </Box>
    </Paper>
  );
}

function Pedidos({ perfil }: { perfil: Perfil }) {
  const { lerNumero, mudar } = useFiltrosUrl();
  const pages = Math.max(1, Math.ceil(perfil.pedidos.total / PEDIDOS_PAGINA));
  const page = Math.min(lerNumero('page') ?? 1, pages);
  const outra = usePedidosDoClienteQuery({ id: perfil.id_cliente, page, size: PEDIDOS_PAGINA }, { skip: page === 1 });
  const items = page === 1 ? perfil.pedidos.items.slice(0, PEDIDOS_PAGINA) : outra.currentData?.items;

  if (perfil.pedidos.total === 0) return <Vazio titulo={t('cliente.pedidosVazio')} texto={t('cliente.pedidosVazioTexto')} />;
  return (
    <>
      {page > 1 && outra.error !== undefined && <Falha erro={outra.error} tentar={() => void outra.refetch()} />}
      {items === undefined ? outra.error === undefined && <Carregando /> : <Tabela legenda={t('cliente.abas.pedidos')} colunas={COLUNAS_PEDIDOS} linhas={items} chave={(p) => p.id} />}
      <Paginacao page={page} pages={pages} aoMudar={(nova) => mudar({ page: nova })} />
    </>
  );
}

function Atribuicoes({ atribuicoes }: { atribuicoes: readonly Atribuicao[] }) {
  if (atribuicoes.length === 0) return <Vazio titulo={t('cliente.atribuicoesVazio')} texto={t('cliente.atribuicoesVazioTexto')} />;
  return <Tabela legenda={t('cliente.abas.atribuicoes')} colunas={COLUNAS_ATRIBUICOES} linhas={atribuicoes} chave={(a) => a.id} />;
}

function Contatos({ contatos }: { contatos: readonly Atribuicao[] }) {
  if (contatos.length === 0) return <Vazio titulo={t('cliente.contatosVazio')} texto={t('cliente.contatosVazioTexto')} />;
  return (
    <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1.5 }}>
      {contatos.map((c) => (
        <Box component="li" key={c.id} sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 1.5 }}>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1.5, rowGap: 0.5, alignItems: 'center', mb: 0.5 }}>
            <Typography component="h3" variant="h3">
              {palavra('resultados', c.resultado)}
            </Typography>
            <Typography variant="body2" color="textSecondary">
              {dataHora(c.data_contato)} · {c.vendedor.nome}
            </Typography>
            {c.valor_recuperado !== null && c.valor_recuperado > 0 && <Chip size="small" color="success" variant="outlined" label={moeda(c.valor_recuperado)} />}
          </Box>
          <Typography variant="body2" color={c.observacoes ? 'textPrimary' : 'textSecondary'} sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {c.observacoes || t('cliente.semObservacoes')}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}

function Tempo({ perfil }: { perfil: Perfil }) {
  const { lerNumero, mudar } = useFiltrosUrl();
  const page = lerNumero('page') ?? 1;
  // The profile has the first entries; how many there are is known here.
  const pagina = useLinhaDoTempoQuery({ id: perfil.id_cliente, page, size: TEMPO_PAGINA });
  const items = pagina.currentData?.items ?? (page === 1 ? perfil.linha_do_tempo : undefined);

  if (items === undefined) return pagina.error === undefined ? <Carregando /> : <Falha erro={pagina.error} tentar={() => void pagina.refetch()} />;
  if (items.length === 0 && page === 1) return <Vazio titulo={t('cliente.tempoVazio')} />;
  return (
    <>
      <Box component="ol" aria-label={t('cliente.abas.tempo')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
        {items.map((m, i) => (
          <Marco key={`${m.quando}-${i}`} mudanca={m} ultimo={i === items.length - 1} />
        ))}
      </Box>
      <Paginacao page={page} pages={pagina.currentData?.pages ?? 1} aoMudar={(nova) => mudar({ page: nova })} />
    </>
  );
}

function Marco({ mudanca, ultimo }: { mudanca: Mudanca; ultimo: boolean }) {
  return (
    <Box component="li" sx={{ display: 'grid', gridTemplateColumns: '20px minmax(0, 1fr)', columnGap: 1.5 }}>
      <Box aria-hidden sx={{ display: 'flex', flexDirection: 'column', alignItems: 'center' }}>
        <Box sx={{ width: 10, height: 10, mt: 0.75, borderRadius: '50%', flexShrink: 0, bgcolor: 'primary.main' }} />
        {!ultimo && <Box sx={{ width: '2px', flex: 1, bgcolor: 'divider' }} />}
      </Box>
      <Box sx={{ pb: 2, minWidth: 0 }}>
        <Typography sx={{ fontWeight: 600 }}>{palavra('acoes', mudanca.acao)}</Typography>
        <Typography variant="body2" color="textSecondary">
          {dataHora(mudanca.quando)} · {mudanca.quem === null ? t('cliente.peloSistema') : t('cliente.por', { quem: mudanca.quem })}
        </Typography>
        {mudanca.campos.length > 0 && (
          <Box component="ul" sx={{ m: 0, mt: 0.5, p: 0, listStyle: 'none', typography: 'body2' }}>
            {mudanca.campos.map((c) => (
              <Box component="li" key={c.campo} sx={{ overflowWrap: 'anywhere' }}>
                <Box component="span" sx={{ color: 'text.secondary' }}>
                  {tSeHouver(`campos.${c.campo}`) ?? c.campo}:{' '}
                </Box>
                {c.antes !== null && c.antes !== undefined && (
                  <>
                    <del>{valorDaMudanca(c.campo, c.antes)}</del> <span aria-hidden>→ </span>
                  </>
                )}
                <ins>{valorDaMudanca(c.campo, c.depois)}</ins>
              </Box>
            ))}
          </Box>
        )}
      </Box>
    </Box>
  );
}
