import { mdiChevronDown, mdiChevronUp, mdiClose, mdiContentCopy, mdiHistory, mdiLinkVariant, mdiOpenInNew } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useId, type ReactNode } from 'react';
import { Link as Rota } from 'wouter';

import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { useCopia } from '../../components/usar-copia';
import { inteiro } from '../../lib/formatos';
import { useLinhaDaAuditoriaQuery, type Registro } from './api';
import { DiferencaTabela } from './diferenca-tabela';
import { aparenciaDaAcao, linkDoRegistro } from './nomes';
import { chaveDe, quemDe, tituloDe } from './resumo';
import { t, tSeHouver } from './textos';
import { dataHoraComSegundos } from './valores';

interface Props {
  registro: Registro;
  primeiro: boolean;
  ultimo: boolean;
  /** The list shows this record's history already. */
  noHistorico: boolean;
  aoAndar: (passo: 1 | -1) => void;
  aoFechar: () => void;
  aoVerHistorico: () => void;
  aoVerRequisicao: () => void;
}

/** One row of the audit in full. */
export function Detalhe({ registro: r, primeiro, ultimo, noHistorico, aoAndar, aoFechar, aoVerHistorico, aoVerRequisicao }: Props) {
  const titulo = useId();
  const { icone, cor } = aparenciaDaAcao(r.acao);
  const nomes = tituloDe(r);
  const link = linkDoRegistro(r.tabela, r.registro_id);
  return (
    <Box component="section" aria-labelledby={titulo} data-detalhe={r.id} sx={{ display: 'grid', gap: 2, p: 2, alignContent: 'start' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5, m: -0.5, mb: -1 }}>
        <Typography variant="body2" color="textSecondary" sx={{ flex: 1, pl: 0.5 }}>
          {dataHoraComSegundos(r.quando)}
        </Typography>
        <IconButton size="small" aria-label={t('auditoria.anterior')} disabled={primeiro} onClick={() => aoAndar(-1)}>
          <Icone d={mdiChevronUp} />
        </IconButton>
        <IconButton size="small" aria-label={t('auditoria.proximo')} disabled={ultimo} onClick={() => aoAndar(1)}>
          <Icone d={mdiChevronDown} />
        </IconButton>
        <IconButton size="small" aria-label={t('auditoria.fechar')} onClick={aoFechar}>
          <Icone d={mdiClose} />
        </IconButton>
      </Box>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'flex-start' }}>
        <Box aria-hidden sx={{ width: 40, height: 40, flexShrink: 0, borderRadius: '50%', display: 'grid', placeItems: 'center', color: `var(--cor-${cor})`, bgcolor: `var(--cor-${cor}-fundo)` }}>
          <Icone d={icone} />
        </Box>
        <Box sx={{ minWidth: 0 }}>
          <Typography id={titulo} variant="h2" sx={{ overflowWrap: 'anywhere' }}>
            {nomes.acao}
          </Typography>
          <Typography color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
            {[nomes.registro, quemDe(r)].filter(Boolean).join(' · ')}
          </Typography>
        </Box>
      </Box>
      {(r.antes !== null || r.depois !== null || r.omitido) && (
        <Box component="section" aria-label={t('auditoria.mudancas')} sx={{ borderTop: 1, borderColor: 'divider', pt: 1.5 }}>
          <Typography variant="h3" component="h3" sx={{ mb: 1 }}>
            {t(r.antes === null && r.acao !== 'inserir' ? 'auditoria.dados' : 'auditoria.mudancas')}
          </Typography>
          {r.omitido ? <Inteira id={r.id} /> : <DiferencaTabela registro={r} />}
        </Box>
      )}
      <Origem registro={r} />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        {(r.registro_id !== null || chaveDe(r) !== undefined) && !noHistorico && (
          <Button size="small" variant="outlined" startIcon={<Icone d={mdiHistory} />} onClick={aoVerHistorico} data-historico>
            {t('auditoria.historicoDe')}
          </Button>
        )}
        {r.requisicao !== null && (
          <Button size="small" variant="outlined" startIcon={<Icone d={mdiLinkVariant} />} onClick={aoVerRequisicao}>
            {t('auditoria.requisicaoDe')}
          </Button>
        )}
        {link !== undefined && (
          <Button size="small" component={Rota} href={link} startIcon={<Icone d={mdiOpenInNew} />}>
            {t('auditoria.abrir')}
          </Button>
        )}
      </Box>
    </Box>
  );
}

/** Values that the list left out: asked for when the row is opened. */
function Inteira({ id }: { id: number }) {
  const { currentData, error, refetch } = useLinhaDaAuditoriaQuery(id);
  if (error !== undefined) return <Falha erro={error} tentar={() => void refetch()} />;
  if (currentData === undefined) return <Carregando quantos={3} />;
  if (currentData.omitido) return <Typography color="textSecondary">{t('auditoria.omitido')}</Typography>;
  return <DiferencaTabela registro={currentData} />;
}

/** Who and from where, as it was recorded. */
function Origem({ registro: r }: { registro: Registro }) {
  const papel = r.papel === null ? undefined : (tSeHouver(`papeis.${r.papel}`) ?? r.papel);
  const linhas: [nome: string, valor: ReactNode][] = [
    [t('auditoria.quem'), papel === undefined ? quemDe(r) : `${quemDe(r)} (${papel})`],
    [t('auditoria.role'), r.role_banco],
    ...(r.endereco === null ? [] : [[t('auditoria.endereco'), r.endereco] as [string, ReactNode]]),
    ...(r.linhas === 1 ? [] : [[t('auditoria.linhas'), inteiro(r.linhas)] as [string, ReactNode]]),
    ...(r.requisicao === null ? [] : [[t('auditoria.codigo'), <Copiavel key="c" texto={r.requisicao} />] as [string, ReactNode]]),
    [t('auditoria.numeroDaLinha'), `${r.id} · ${t(r.selada ? 'auditoria.selada' : 'auditoria.semSelo')}`],
  ];
  return (
    <Box component="dl" sx={{ m: 0, borderTop: 1, borderColor: 'divider', pt: 1.5, display: 'grid', gridTemplateColumns: 'minmax(96px, auto) minmax(0, 1fr)', columnGap: 2, rowGap: 0.5, typography: 'body2' }}>
      {linhas.map(([nome, valor]) => (
        <Box key={nome} sx={{ display: 'contents' }}>
          <Box component="dt" sx={{ color: 'text.secondary' }}>
            {nome}
          </Box>
          <Box component="dd" sx={{ m: 0, minWidth: 0, overflowWrap: 'anywhere' }}>
            {valor}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

function Copiavel({ texto }: { texto: string }) {
  const copiar = useCopia();
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.5, minWidth: 0, maxWidth: '100%' }}>
      <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
        {texto}
      </Box>
      <IconButton size="small" aria-label={t('auditoria.copiar')} onClick={() => copiar(texto)} sx={{ my: -0.75 }}>
        <Icone d={mdiContentCopy} sx={{ fontSize: 16 }} />
      </IconButton>
    </Box>
  );
}
