import { mdiChevronRight } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { Link } from 'wouter';

import { BotaoExportar } from '../../components/botao-exportar';
import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { ListaClientes } from '../../components/lista-clientes';
import type { Ordem } from '../../components/menu-ordem';
import { Pagina } from '../../components/pagina';
import { PaginaVazia } from '../../components/pagina-vazia';
import { Paginacao } from '../../components/paginacao';
import { Selecao } from '../../components/selecao';
import { Vazio } from '../../components/vazio';
import { plural } from '../../i18n/textos';
import { pode, useUsuario } from '../../lib/eu';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { useVendedoresQuery } from '../../lib/vendedores';
import { useTodosClientesQuery } from './api';
import { t } from './textos';

const POR_PAGINA = 50;
const ORDENS = ['nome', '-nome', 'data_ultima_compra', '-data_ultima_compra', 'valor_total', '-valor_total'] as const;
const STATUS = ['disponivel', 'atribuido', 'contatado'] as const;
const SITUACOES = ['ativo', 'elegivel', 'inativo', 'sem_compra'] as const;

/** Every client, by seller, status and situação, in any order of the columns. */
export function Clientes() {
  const { ler, lerNumero, mudar } = useFiltrosUrl();
  const sort = ORDENS.find((o) => o === ler('sort')) ?? 'nome';
  const cursor = ler('cursor');
  const vendedor = lerNumero('vendedor');
  const status = STATUS.find((s) => s === ler('status'));
  const situacao = SITUACOES.find((s) => s === ler('situacao'));
  const consulta = useTodosClientesQuery({
    page: cursor === undefined ? lerNumero('page') : undefined,
    cursor,
    size: POR_PAGINA,
    sort,
    vendedor_id: vendedor,
    status,
    situacao,
  });
  const vendedores = useVendedoresQuery();
  const dono = vendedores.data?.vendedores.find((v) => v.id === vendedor)?.nome;
  const filtrada = vendedor !== undefined || status !== undefined || situacao !== undefined;

  return (
    <Pagina
      titulo={t('clientes.titulo')}
      acoes={
        <BotaoExportar
          // With a seller the list is that seller's column of the board, else a search, which knows no deactivated clients.
          origem={vendedor === undefined ? 'clientes' : 'quadro'}
          filtros={vendedor === undefined ? { status, situacao } : { por: 'vendedor', coluna: vendedor, status, situacao }}
          ordem={vendedor === undefined ? sort : undefined}
          titulo={t('clientes.exportar')}
          resumo={[
            ...(vendedor === undefined ? [t('clientes.soAtivos')] : [`${t('lista.vendedor')}: ${dono ?? vendedor}`]),
            ...(status === undefined ? [] : [`${t('lista.status')}: ${t(`status.${status}`)}`]),
            ...(situacao === undefined ? [] : [`${t('lista.situacao')}: ${t(`situacoes.${situacao}`)}`]),
          ]}
        />
      }
      detalhe={
        consulta.data && (
          <Typography color="textSecondary" aria-live="polite">
            {plural(consulta.data.total, t('periodosTela.cliente'), t('periodosTela.clientes'))}
          </Typography>
        )
      }
    >
      <Box role="search" aria-label={t('clientes.filtros')} sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, mb: 2 }}>
        <Selecao
          rotulo={t('lista.vendedor')}
          todos={t('lista.todos')}
          valor={vendedor?.toString()}
          opcoes={(vendedores.data?.vendedores ?? []).map((v) => ({ valor: String(v.id), nome: v.nome }))}
          aoMudar={(valor) => mudar({ vendedor: valor })}
        />
        <Selecao
          rotulo={t('lista.status')}
          todos={t('lista.todos')}
          valor={status}
          opcoes={STATUS.map((s) => ({ valor: s, nome: t(`status.${s}`) }))}
          aoMudar={(valor) => mudar({ status: valor })}
        />
        <Selecao
          rotulo={t('lista.situacao')}
          todos={t('lista.todas')}
          valor={situacao}
          opcoes={SITUACOES.map((s) => ({ valor: s, nome: t(`situacoes.${s}`) }))}
          aoMudar={(valor) => mudar({ situacao: valor })}
        />
      </Box>
      <Resultado
        consulta={consulta}
        ordem={lerOrdem(sort)}
        filtrada={filtrada}
        aoOrdenar={(ordem) => mudar({ sort: escreverOrdem(ordem) })}
        aoPaginar={(page) => mudar({ page })}
        aoSeguir={(proximo) => mudar({ cursor: proximo })}
        aoLimpar={() => mudar({ vendedor: undefined, status: undefined, situacao: undefined })}
      />
    </Pagina>
  );
}

interface ResultadoProps {
  consulta: ReturnType<typeof useTodosClientesQuery>;
  ordem: Ordem;
  filtrada: boolean;
  aoOrdenar: (ordem: Ordem) => void;
  aoPaginar: (page: number) => void;
  aoSeguir: (proximo: string) => void;
  aoLimpar: () => void;
}

function Resultado({ consulta, ordem, filtrada, aoOrdenar, aoPaginar, aoSeguir, aoLimpar }: ResultadoProps) {
  const eu = useUsuario();
  const porCursor = consulta.originalArgs?.cursor !== undefined;
  if (consulta.error) {
    return (
      <Falha
        erro={consulta.error}
        tentar={() => void consulta.refetch()}
        saida={porCursor || (consulta.originalArgs?.page ?? 1) > 1 ? <Button onClick={() => aoPaginar(1)}>{t('comum.primeiraPagina')}</Button> : undefined}
      />
    );
  }
  const pagina = consulta.currentData;
  if (pagina === undefined) return <Carregando quantos={10} />;
  if (pagina.clientes.length === 0 && pagina.total > 0) return <PaginaVazia aoVoltar={() => aoPaginar(1)} />;
  if (pagina.clientes.length === 0) {
    return (
      <Vazio
        titulo={t('clientes.vazio')}
        texto={t(filtrada ? 'clientes.vazioFiltro' : 'clientes.vazioTexto')}
        acao={
          filtrada ? (
            <Button variant="contained" onClick={aoLimpar}>{t('comum.limparFiltros')}</Button>
          ) : (
            pode(eu, 'cliente.importar') && <Button component={Link} href="/importar" variant="contained">{t('clientes.importar')}</Button>
          )
        }
      />
    );
  }

  const { proximo } = pagina;
  return (
    <>
      <ListaClientes legenda={t('clientes.titulo')} clientes={pagina.clientes} ordem={ordem} aoOrdenar={aoOrdenar} />
      {porCursor ? (
        proximo !== null && (
          <Box sx={{ textAlign: 'right', mt: 2 }}>
            <Button endIcon={<Icone d={mdiChevronRight} />} onClick={() => aoSeguir(proximo)}>
              {t('comum.proxima')}
            </Button>
          </Box>
        )
      ) : (
        <Paginacao page={pagina.page} pages={pagina.pages} aoMudar={aoPaginar} />
      )}
    </>
  );
}

function lerOrdem(sort: string): Ordem {
  return sort.startsWith('-') ? { chave: sort.slice(1), desc: true } : { chave: sort, desc: false };
}

function escreverOrdem({ chave, desc }: Ordem): string {
  return desc ? `-${chave}` : chave;
}
