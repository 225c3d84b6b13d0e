import { mdiAccountOutline, mdiChevronDown, mdiChevronUp, mdiClose, mdiContentCopy, mdiEmailOutline, mdiPhoneOutline, mdiWhatsapp } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useId, type ReactNode } from 'react';
import { Link as Rota } from 'wouter';

import { AcoesCliente } from '../../components/acoes-cliente';
import { Etiqueta } from '../../components/etiqueta';
import { Icone } from '../../components/icone';
import { Periodo } from '../../components/periodo';
import { useCopia } from '../../components/usar-copia';
import { useUsuario } from '../../lib/eu';
import { cidadeUf, cpf, data, digitos, linkTelefone, moeda, telefone } from '../../lib/formatos';
import { linkConversa } from '../../lib/whatsapp';
import type { ClienteAchado } from './api';
import { movel } from './resultado';
import { t } from './textos';

interface Props {
  cliente: ClienteAchado;
  /** Place on the page, from 1. */
  posicao: number;
  total: number;
  podeMover: boolean;
  aoAndar: (passo: 1 | -1) => void;
  aoAbrir: (id: number) => void;
  aoFechar: () => void;
}

/** A row of the result in full, without leaving the list; nothing is read again. */
export function Previa({ cliente: c, posicao, total, podeMover, aoAndar, aoAbrir, aoFechar }: Props) {
  const titulo = useId();
  const eu = useUsuario();
  const ligar = c.nao_contatar ? undefined : linkTelefone(c.celular);
  const whatsapp = c.nao_contatar ? undefined : linkConversa(c.celular, eu);
  return (
    <Box component="section" aria-labelledby={titulo} data-previa={c.id_cliente} sx={{ display: 'grid', gap: 2, p: 2, alignContent: 'start' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5, m: -0.5, mb: -1 }}>
        <Typography variant="body2" color="textSecondary" sx={{ flex: 1, pl: 0.5 }}>
          {t('pesquisa.previaPosicao', { n: posicao, total })}
        </Typography>
        <IconButton size="small" aria-label={t('pesquisa.previaAnterior')} disabled={posicao <= 1} onClick={() => aoAndar(-1)}>
          <Icone d={mdiChevronUp} />
        </IconButton>
        <IconButton size="small" aria-label={t('pesquisa.previaProximo')} disabled={posicao >= total} onClick={() => aoAndar(1)}>
          <Icone d={mdiChevronDown} />
        </IconButton>
        <IconButton size="small" aria-label={t('pesquisa.previaFechar')} onClick={aoFechar}>
          <Icone d={mdiClose} />
        </IconButton>
      </Box>
      <Box>
        <Typography id={titulo} variant="h2" sx={{ mb: 0.75 }}>
          <span className="so-leitor">{t('pesquisa.previa')}: </span>
          {c.nome_completo}
        </Typography>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5 }}>
          <Periodo periodo={c.periodo} dias={c.dias_sem_comprar} />
          <Etiqueta>{t(`status.${c.status}`)}</Etiqueta>
          {!c.ativo && <Etiqueta cor="perdido">{t('pesquisa.desativado')}</Etiqueta>}
          {c.nao_contatar && <Etiqueta cor="risco">{t('pesquisa.naoContatar')}</Etiqueta>}
        </Box>
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.25, alignItems: 'center' }}>
        <Button component={Rota} href={`/clientes/${c.id_cliente}`} onClick={() => aoAbrir(c.id_cliente)} variant="contained" startIcon={<Icone d={mdiAccountOutline} />} sx={{ flex: '1 1 auto', mr: 0.75 }}>
          {t('pesquisa.abrirPerfil')}
        </Button>
        {ligar !== undefined && (
          <IconButton size="small" component="a" href={ligar} aria-label={t('contato.ligarPara', { nome: c.nome_completo, telefone: telefone(c.celular) })}>
            <Icone d={mdiPhoneOutline} />
          </IconButton>
        )}
        {whatsapp !== undefined && (
          <IconButton size="small" component="a" href={whatsapp} target="_blank" rel="noopener" aria-label={t('contato.whatsappPara', { nome: c.nome_completo })}>
            <Icone d={mdiWhatsapp} />
          </IconButton>
        )}
        {c.email && !c.nao_contatar && (
          <IconButton size="small" component="a" href={`mailto:${c.email}`} aria-label={`${t('pesquisa.enviarEmail')}, ${c.nome_completo}`}>
            <Icone d={mdiEmailOutline} />
          </IconButton>
        )}
        {podeMover && <AcoesCliente cliente={movel(c)} tamanho="small" />}
      </Box>
      <Dados titulo={t('pesquisa.contato')}>
        <Dado nome={t('pesquisa.coluna.celular')} valor={telefone(c.celular)} copiar={c.celular} />
        <Dado nome={t('pesquisa.coluna.email')} valor={c.email ?? '—'} copiar={c.email} />
        <Dado nome={t('lista.cidade')} valor={cidadeUf(c.cidade, c.uf)} />
        <Dado nome={t('pesquisa.coluna.vendedor')} valor={c.vendedor?.nome ?? t('lista.ninguem')} />
      </Dados>
      <Dados titulo={t('pesquisa.compras')}>
        <Dado nome={t('pesquisa.coluna.ultima')} valor={data(c.data_ultima_compra)} />
        <Dado nome={t('pesquisa.coluna.valor')} valor={moeda(c.valor_total)} />
        <Dado nome={t('pesquisa.situacao')} valor={t(`situacoes.${c.situacao}`)} />
      </Dados>
      <Dados titulo={t('pesquisa.dados')}>
        {/* A masked CPF is no use to copy, and must not look whole. */}
        <Dado nome={t('pesquisa.coluna.cpf')} valor={cpf(c.cpf)} copiar={c.cpf.includes('*') ? null : digitos(c.cpf)} />
        <Dado nome={t('pesquisa.idade')} valor={c.idade === null ? '—' : c.idade === 1 ? t('pesquisa.ano') : t('pesquisa.anos', { n: c.idade })} />
        {c.data_nascimento !== null && <Dado nome={t('pesquisa.nascimento')} valor={data(c.data_nascimento)} />}
        <Dado nome={t('pesquisa.sexo')} valor={c.sexo === null ? '—' : t(`pesquisa.sexos.${c.sexo}`)} />
        <Dado nome={t('pesquisa.coluna.codigo')} valor={String(c.id_cliente)} />
      </Dados>
      <Typography variant="caption" color="textSecondary">
        {t('pesquisa.perfilAuditado')}
      </Typography>
    </Box>
  );
}

function Dados({ titulo, children }: { titulo: string; children: ReactNode }) {
  return (
    <Box>
      <Typography variant="body2" component="h3" color="textSecondary" sx={{ fontWeight: 600, mb: 0.5 }}>
        {titulo}
      </Typography>
      <Box component="dl" sx={{ m: 0, display: 'grid', gridTemplateColumns: '104px minmax(0, 1fr)', columnGap: 1, '& > div': { display: 'contents' } }}>
        {children}
      </Box>
    </Box>
  );
}

function Dado({ nome, valor, copiar }: { nome: string; valor: string; copiar?: string | null }) {
  const copia = useCopia();
  return (
    <div>
      <Typography component="dt" variant="body2" color="textSecondary" sx={{ py: 0.5 }}>
        {nome}
      </Typography>
      <Typography component="dd" variant="body2" sx={{ m: 0, display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 0.5, minHeight: 30, minWidth: 0 }}>
        <Box component="span" sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
          {valor}
        </Box>
        {copiar && (
          <IconButton size="small" aria-label={t('pesquisa.copiar', { campo: nome })} onClick={() => copia(copiar, t('pesquisa.copiado', { campo: nome }))} sx={{ color: 'text.secondary', my: -0.5 }}>
            <Icone d={mdiContentCopy} sx={{ fontSize: 16 }} />
          </IconButton>
        )}
      </Typography>
    </div>
  );
}
