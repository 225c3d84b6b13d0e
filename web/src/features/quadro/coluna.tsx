import { mdiSelectMultiple } from '@mdi/js';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { memo, useCallback, useId, useRef } from 'react';

import { useAlvo } from '../../components/arrastar';
import { Icone } from '../../components/icone';
import { ListaCaixa, ListaJanela, type EstadoPagina, type Lugar, type PedidoFoco } from '../../components/lista-cartoes';
import { APARENCIA, type NomePeriodo } from '../../components/periodo';
import { foraDoExpediente, Presenca } from '../../components/presenca';
import { plural } from '../../i18n/textos';
import { inteiro, moeda } from '../../lib/formatos';
import { Cartao, type AcoesCartao } from './cartao';
import type { Coluna as Dados } from './quadro';
import { t } from './textos';
import { SEM_VENDEDOR, type Cartao as DadosCartao, type Por } from './tipos';

/** Height of a card before it is measured, px. */
const ALTURA_CARTAO = 92;

interface Props {
  nome: string;
  por: Por;
  dados: Dados;
  /** One column at a time, under tabs. */
  estreita: boolean;
  acoes: AcoesCartao;
  podeMover: boolean;
  selecao: ReadonlySet<number>;
  novos: ReadonlySet<number>;
  pagina: EstadoPagina;
  foco?: PedidoFoco;
  aoPrecisarMais: (nome: string) => void;
  aoSoltar: (nome: string, id: number) => void;
  aoSelecionarTudo: (nome: string) => void;
}

/** A column: who, true totals, cards; a place to drop when it is a seller or nobody. */
export const Coluna = memo(function Coluna({ nome, por, dados, estreita, acoes, podeMover, selecao, novos, pagina, foco, aoPrecisarMais, aoSoltar, aoSelecionarTudo }: Props) {
  const elemento = useRef<HTMLElement>(null);
  const id = useId();
  const recebe = podeMover && por === 'vendedor';
  const sobre = useAlvo(elemento, {
    aceita: (carga) => recebe && carga.tipo === 'cliente' && !dados.cartoes.some((c) => c.id === carga.id),
    aoSoltar: (carga) => aoSoltar(nome, carga.id as number),
  });
  const mais = useCallback(() => aoPrecisarMais(nome), [aoPrecisarMais, nome]);
  const escolhendo = selecao.size > 0;
  const desenhar = (cartao: DadosCartao, lugar: Lugar) => (
    <Cartao cartao={cartao} por={por} acoes={acoes} podeMover={podeMover} selecionado={selecao.has(cartao.id)} escolhendo={escolhendo} novo={novos.has(cartao.id)} {...lugar} />
  );
  const Lista = estreita ? ListaJanela : ListaCaixa;

  return (
    <Box
      component="section"
      ref={elemento}
      aria-labelledby={id}
      data-coluna={nome}
      sx={{
        display: 'flex',
        flexDirection: 'column',
        height: '100%',
        minWidth: 0,
        minHeight: 0,
        borderRadius: 'var(--raio)',
        bgcolor: estreita ? undefined : 'var(--cor-coluna)',
        borderTop: estreita ? 0 : 3,
        borderColor: `var(--cor-${corDa(nome, por)})`,
        outline: sobre ? '2px dashed var(--cor-foco)' : undefined,
        outlineOffset: -2,
      }}
    >
      <Box sx={{ px: estreita ? 0 : 1.5, pt: estreita ? 0 : 1, pb: 1, display: 'flex', alignItems: 'flex-start', gap: 0.5 }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h2" id={id} sx={{ fontSize: '0.9375rem', overflowWrap: 'anywhere' }} className={estreita ? 'so-leitor' : undefined}>
            {dados.titulo}
          </Typography>
          <Typography sx={{ fontSize: '0.875rem', fontWeight: 600 }}>
            <span aria-hidden="true" data-total={dados.total} data-valor={dados.valor}>
              {t('quadro.total', { n: inteiro(dados.total), valor: moeda(dados.valor) })}
            </span>
            <span className="so-leitor">{t('quadro.totalLeitor', { clientes: plural(dados.total, t('periodosTela.cliente'), t('periodosTela.clientes')), valor: moeda(dados.valor) })}</span>
          </Typography>
          <Detalhe nome={nome} dados={dados} por={por} sobre={sobre} />
        </Box>
        {podeMover && dados.cartoes.length > 0 && (
          <IconButton
            size="small"
            aria-label={t('quadro.selecionarColuna', { n: inteiro(dados.cartoes.length), nome: dados.titulo })}
            title={t('quadro.selecionarColuna', { n: inteiro(dados.cartoes.length), nome: dados.titulo })}
            onClick={() => aoSelecionarTudo(nome)}
            sx={{ mr: -0.75 }}
          >
            <Icone d={mdiSelectMultiple} fontSize="small" />
          </IconButton>
        )}
      </Box>
      {dados.total === 0 && dados.cartoes.length === 0 ? (
        <Box sx={{ px: 2, py: 4, textAlign: 'center', color: 'text.secondary', fontSize: '0.875rem' }}>
          <p>{textoVazio(nome, dados, por)}</p>
          {recebe && nome !== SEM_VENDEDOR && !estreita && <p>{t('quadro.vaziaDica')}</p>}
        </Box>
      ) : (
        <Lista rotulo={dados.titulo} cartoes={dados.cartoes} total={dados.total} altura={ALTURA_CARTAO} pagina={pagina} foco={foco} aoPrecisarMais={mais} desenhar={desenhar} />
      )}
    </Box>
  );
});

/** Under the totals: presence and load of the seller, or what a drop would do. */
function Detalhe({ nome, dados, por, sobre }: { nome: string; dados: Dados; por: Por; sobre: boolean }) {
  const v = dados.vendedor;
  const estilo = { fontSize: '0.8125rem', color: 'text.secondary', lineHeight: 1.45 };
  if (sobre) {
    return (
      <Typography color="primary" sx={{ fontSize: '0.8125rem', fontWeight: 600 }}>
        {nome === SEM_VENDEDOR ? t('quadro.soltarSem') : t('quadro.soltarPara', { nome: dados.titulo })}
      </Typography>
    );
  }
  if (por === 'periodo') return null;
  if (v === null) return <Box sx={estilo}>{t('quadro.esperando')}</Box>;
  const contas = { pendentes: inteiro(v.a_contatar), fixados: plural(v.fixados, t('quadro.umFixado'), t('quadro.fixados')), contatados: plural(v.contatados, t('quadro.umContatado'), t('quadro.contatados')) };
  return (
    <Box sx={estilo}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1 }}>
        <Presenca vendedor={v} />
        {foraDoExpediente(v) && <span>{foraDoExpediente(v)}</span>}
        {!v.participa_distribuicao && <span>{t('quadro.foraDaDistribuicao')}</span>}
        {v.capacidade !== null && <span>{t('quadro.capacidade', { n: inteiro(v.capacidade) })}</span>}
      </Box>
      <div>{t(v.fixados > 0 ? 'quadro.contasFixados' : 'quadro.contas', contas)}</div>
    </Box>
  );
}

function corDa(nome: string, por: Por): string {
  if (por === 'periodo') return APARENCIA[nome as NomePeriodo]?.cor ?? 'neutro';
  return nome === SEM_VENDEDOR ? 'alerta' : 'contatado';
}

function textoVazio(nome: string, dados: Dados, por: Por): string {
  if (por === 'periodo') return t('quadro.vaziaPeriodo');
  return nome === SEM_VENDEDOR ? t('quadro.vaziaSem') : t('quadro.vazia', { nome: dados.titulo });
}
