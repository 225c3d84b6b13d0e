import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as Rota } from 'wouter';

import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { Paginacao } from '../../components/paginacao';
import { Tabela, type Coluna } from '../../components/tabela';
import { Vazio } from '../../components/vazio';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { dataHora, inteiro } from '../../lib/formatos';
import { useImportacoesQuery } from './api';
import { t } from './textos';
import type { Estado, ImportacaoDados } from './tipos';

const POR_PAGINA = 10;
const COR: Record<Estado, 'default' | 'primary' | 'success' | 'warning' | 'error'> = {
  enviada: 'warning',
  na_fila: 'primary',
  executando: 'primary',
  concluida: 'success',
  desfeita: 'default',
  cancelada: 'default',
  falhou: 'error',
};

const COLUNAS: readonly Coluna<ImportacaoDados>[] = [
  {
    id: 'nome',
    titulo: t('importacao.arquivo'),
    principal: true,
    valor: (i) => (
      <Link component={Rota} href={`/importar/${i.id}`} sx={{ overflowWrap: 'anywhere' }}>
        {i.nome}
      </Link>
    ),
  },
  { id: 'quando', titulo: t('importacao.quando'), valor: (i) => dataHora(i.criada_em) },
  { id: 'estado', titulo: t('importacao.estado'), valor: (i) => <Chip size="small" variant="outlined" color={COR[i.estado]} label={t(`importacao.estados.${i.estado}`)} /> },
  { id: 'novos', titulo: t('importacao.novos'), numero: true, valor: (i) => inteiro(i.incluidos) },
  { id: 'atualizados', titulo: t('importacao.atualizados'), numero: true, valor: (i) => inteiro(i.atualizados) },
  { id: 'recusadas', titulo: t('importacao.recusadas'), numero: true, valor: (i) => inteiro(i.recusadas) },
  {
    id: 'acoes',
    titulo: t('lista.acoes'),
    acoes: true,
    valor: (i) => (
      <Button component={Rota} href={`/importar/${i.id}`} size="small" sx={{ minWidth: 0 }} aria-label={`${t(i.estado === 'enviada' ? 'importacao.continuar' : 'importacao.ver')}: ${i.nome}`}>
        {t(i.estado === 'enviada' ? 'importacao.continuar' : 'importacao.ver')}
      </Button>
    ),
  },
];

/** The imports of this user; the page is in the address. */
export function Anteriores() {
  const { lerNumero, mudar } = useFiltrosUrl();
  const page = lerNumero('page') ?? 1;
  const lista = useImportacoesQuery({ page, size: POR_PAGINA }, { refetchOnMountOrArgChange: true });
  return (
    <Box component="section" sx={{ mt: 5 }}>
      <Typography variant="h2" sx={{ mb: 1.5 }}>
        {t('importacao.anteriores')}
      </Typography>
      {lista.error !== undefined && <Falha erro={lista.error} tentar={() => void lista.refetch()} />}
      {lista.error === undefined && lista.currentData === undefined && <Carregando quantos={3} />}
      {lista.currentData?.total === 0 && <Vazio titulo={t('importacao.anterioresVazio')} texto={t('importacao.anterioresVazioTexto')} />}
      {lista.currentData !== undefined && lista.currentData.total > 0 && (
        <>
          <Tabela legenda={t('importacao.anteriores')} colunas={COLUNAS} linhas={lista.currentData.items} chave={(i) => i.id} />
          <Paginacao page={page} pages={lista.currentData.pages} aoMudar={(nova) => mudar({ page: nova })} />
        </>
      )}
    </Box>
  );
}
