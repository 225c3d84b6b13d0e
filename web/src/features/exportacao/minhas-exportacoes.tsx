import { mdiClose, mdiDownload, mdiFileDelimitedOutline, mdiFileDownloadOutline, mdiFileExcelOutline, mdiFilePdfBox, mdiRefresh, mdiTrashCanOutline } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState } from 'react';
import { Link as Rota } from 'wouter';

import { Carregando } from '../../components/carregando';
import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { Andamento } from '../../components/exportar/andamento';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Largo, SO_ICONE } from '../../components/largo';
import { Pagina } from '../../components/pagina';
import { PaginaVazia } from '../../components/pagina-vazia';
import { Paginacao } from '../../components/paginacao';
import { Tabela, type Coluna } from '../../components/tabela';
import { Vazio } from '../../components/vazio';
import { t } from '../../i18n/exportacao';
import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { pode, useUsuario } from '../../lib/eu';
import { emCurso, useBaixarExportacaoMutation, useCancelarExportacaoMutation, useExportacoesQuery, type Estado, type Exportacao, type Formato, type Origem } from '../../lib/exportacoes';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { bytes, dataHora, inteiro } from '../../lib/formatos';
import { useDespacho, useEstado } from '../../lib/store';
import { useFeitas } from './usar-feitas';

const POR_PAGINA = 20;
/** With a job under way, and no live connection, the list is read this often, ms. */
const SONDAGEM_MS = 3000;

const COR: Record<Estado, 'default' | 'primary' | 'success' | 'error'> = {
  na_fila: 'primary',
  executando: 'primary',
  pronta: 'success',
  falhou: 'error',
  cancelada: 'default',
  expirada: 'default',
};
const ICONES: Record<Formato, string> = { excel: mdiFileExcelOutline, pdf: mdiFilePdfBox, csv: mdiFileDelimitedOutline };

/** Where an export of each kind begins. */
const TELAS: Record<Origem, string> = { clientes: '/clientes', carteira: '/carteira', quadro: '/quadro', periodo: '/periodos', relatorio: '/relatorios', auditoria: '/auditoria' };

/** What this user exported: progress, download, how long it is kept. */
export function MinhasExportacoes() {
  const eu = useUsuario();
  const { lerNumero, mudar } = useFiltrosUrl();
  const page = lerNumero('page') ?? 1;
  const aoVivo = useEstado((e) => e.conexao.estado === 'aberta');
  const [anda, setAnda] = useState(false);
  const lista = useExportacoesQuery({ page, size: POR_PAGINA }, { refetchOnMountOrArgChange: true, pollingInterval: anda && !aoVivo ? SONDAGEM_MS : 0 });
  const dados = lista.currentData;
  const agora = dados?.items.some((e) => emCurso(e.estado)) === true;
  if (agora !== anda) setAnda(agora);
  const feitas = useFeitas(dados?.items);
  const [perguntando, setPerguntando] = useState<Exportacao>();
  const tirou = useRef(false);

  // The button that asked goes with what it took away.
  useEffect(() => {
    if (!tirou.current || perguntando !== undefined || document.activeElement !== document.body) return;
    tirou.current = false;
    document.querySelector<HTMLElement>('#conteudo h1')?.focus();
  }, [perguntando, dados]);

  return (
    <Pagina titulo={t('exportacao.minhas')}>
      {lista.error !== undefined && dados === undefined && <Falha erro={lista.error} tentar={() => void lista.refetch()} />}
      {lista.error === undefined && dados === undefined && <Carregando quantos={8} />}
      {dados?.total === 0 && (
        <Vazio
          icone={mdiFileDownloadOutline}
          titulo={t('exportacao.vazio')}
          texto={t('exportacao.vazioTexto')}
          acao={
            <Button component={Rota} href={pode(eu, 'exportar') ? '/clientes' : '/carteira'} variant="contained">
              {t(pode(eu, 'exportar') ? 'exportacao.verClientes' : 'exportacao.verCarteira')}
            </Button>
          }
        />
      )}
      {dados !== undefined && dados.total > 0 && dados.items.length === 0 && <PaginaVazia aoVoltar={() => mudar({ page: undefined })} />}
      {dados !== undefined && dados.items.length > 0 && (
        <>
          <Tabela legenda={t('exportacao.minhas')} colunas={colunas(feitas, setPerguntando)} linhas={dados.items} chave={(e) => e.id} />
          <Paginacao page={page} pages={dados.pages} aoMudar={(n) => mudar({ page: n })} />
        </>
      )}
      {perguntando !== undefined && (
        <Tirar
          exportacao={perguntando}
          aoTirar={() => {
            tirou.current = true;
          }}
          aoFechar={() => setPerguntando(undefined)}
        />
      )}
    </Pagina>
  );
}

function colunas(feitas: ReadonlyMap<number, number>, aoTirar: (e: Exportacao) => void): Coluna<Exportacao>[] {
  return [
    { id: 'arquivo', titulo: t('exportacao.arquivo'), principal: true, valor: (e) => <Arquivo exportacao={e} /> },
    { id: 'quando', titulo: t('exportacao.quando'), valor: (e) => <Junto>{dataHora(e.criada_em)}</Junto> },
    { id: 'estado', titulo: t('exportacao.estado'), valor: (e) => <Situacao exportacao={e} feitas={feitas.get(e.id) ?? 0} /> },
    { id: 'linhas', titulo: t('exportacao.quantas'), numero: true, valor: (e) => inteiro(e.estado === 'pronta' || e.estado === 'expirada' ? e.linhas : e.linhas_previstas) },
    { id: 'tamanho', titulo: t('exportacao.tamanho'), numero: true, valor: (e) => bytes(e.estado === 'pronta' ? e.bytes : null) },
    { id: 'validade', titulo: t('exportacao.validade'), valor: (e) => <Junto>{dataHora(e.estado === 'pronta' ? e.expira_em : null)}</Junto> },
    { id: 'acoes', titulo: t('exportacao.acoes'), acoes: true, valor: (e) => <Acoes exportacao={e} aoTirar={() => aoTirar(e)} /> },
  ];
}

function Junto({ children }: { children: string }) {
  return (
    <Box component="span" sx={{ whiteSpace: 'nowrap' }}>
      {children}
    </Box>
  );
}

function Arquivo({ exportacao: e }: { exportacao: Exportacao }) {
  return (
    <Box sx={{ display: 'flex', gap: 1.25, alignItems: 'flex-start', minWidth: 0 }}>
      <Icone d={ICONES[e.formato]} titulo={t(`exportacao.formatos.${e.formato}`)} sx={{ color: 'text.secondary' }} />
      <Box sx={{ minWidth: 0 }}>
        <Box sx={{ overflowWrap: 'anywhere', fontWeight: 600 }}>{e.nome_arquivo}</Box>
        <Typography variant="body2" color="textSecondary">
          {t(`exportacao.origens.${e.origem}`)}
        </Typography>
      </Box>
    </Box>
  );
}

function Situacao({ exportacao: e, feitas }: { exportacao: Exportacao; feitas: number }) {
  return (
    <Box data-exportacao={e.id} data-estado={e.estado} sx={{ minWidth: { md: 180 }, maxWidth: { md: 260 } }}>
      {emCurso(e.estado) ? (
        <Andamento exportacao={e} feitas={Math.max(e.linhas ?? 0, feitas)} nome={e.nome_arquivo} />
      ) : (
        <>
          <Chip size="small" variant="outlined" color={COR[e.estado]} label={t(`exportacao.estados.${e.estado}`)} />
          {(e.erro !== null || e.estado === 'expirada') && (
            <Typography variant="body2" color="textSecondary" sx={{ mt: 0.5 }}>
              {e.erro ?? t('exportacao.expiradaTexto')}
            </Typography>
          )}
        </>
      )}
    </Box>
  );
}

function Acoes({ exportacao: e, aoTirar }: { exportacao: Exportacao; aoTirar: () => void }) {
  const eu = useUsuario();
  const despachar = useDespacho();
  const [baixar, { isLoading }] = useBaixarExportacaoMutation();
  const anda = emCurso(e.estado);

  async function pegar(): Promise<void> {
    const feito = await baixar(e.id);
    despachar(feito.error === undefined ? avisar(t('exportacao.baixado', { nome: feito.data })) : avisar(`${t('exportacao.naoBaixado', { nome: e.nome_arquivo })} ${mensagemDeErro(feito.error)}`, 'erro'));
  }

  return (
    <Box sx={{ display: 'flex', gap: 0.5, justifyContent: 'flex-end' }}>
      {e.estado === 'pronta' && (
        <Button size="small" startIcon={<Icone d={mdiDownload} />} loading={isLoading} loadingPosition="start" aria-label={t('exportacao.baixarDe', { nome: e.nome_arquivo })} onClick={() => void pegar()} sx={SO_ICONE}>
          <Largo>{t('exportacao.baixar')}</Largo>
        </Button>
      )}
      {!anda && e.estado !== 'pronta' && (
        // A portfolio that is not one's own was exported from the board of the team.
        <Button size="small" component={Rota} href={e.origem === 'carteira' && !eu.vendedor ? TELAS.quadro : TELAS[e.origem]} startIcon={<Icone d={mdiRefresh} />} aria-label={t('exportacao.refazerDe', { nome: e.nome_arquivo })} sx={SO_ICONE}>
          <Largo>{t('exportacao.refazer')}</Largo>
        </Button>
      )}
      {(anda || e.estado === 'pronta') && (
        <IconButton size="small" aria-label={t(anda ? 'exportacao.cancelarDe' : 'exportacao.apagarDe', { nome: e.nome_arquivo })} onClick={aoTirar}>
          <Icone d={anda ? mdiClose : mdiTrashCanOutline} fontSize="small" />
        </IconButton>
      )}
    </Box>
  );
}

/** Asks before a job is cancelled or a file deleted; both cannot be taken back. */
function Tirar({ exportacao: e, aoTirar, aoFechar }: { exportacao: Exportacao; aoTirar: () => void; aoFechar: () => void }) {
  const [tirar, { isLoading, error }] = useCancelarExportacaoMutation();
  const [anda] = useState(emCurso(e.estado));

  async function confirmar(): Promise<void> {
    const feito = await tirar(e.id);
    if (feito.error !== undefined) return;
    aoTirar();
    aoFechar();
  }

  return (
    <ConfirmaDialogo
      aberto
      titulo={anda ? t('exportacao.cancelarTitulo') : t('exportacao.apagarTitulo', { nome: e.nome_arquivo })}
      texto={anda ? t('exportacao.cancelarTexto', { nome: e.nome_arquivo }) : t('exportacao.apagarTexto')}
      confirmar={t(anda ? 'exportacao.cancelar' : 'exportacao.apagar')}
      cancelar={t('comum.voltar')}
      perigo
      ocupado={isLoading}
      aoConfirmar={() => void confirmar()}
      aoFechar={aoFechar}
    >
      {error !== undefined && (
        <Alert severity="error" sx={{ mt: 2 }}>
          {mensagemDeErro(error)}
        </Alert>
      )}
    </ConfirmaDialogo>
  );
}
