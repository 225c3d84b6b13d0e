import { mdiAlertOutline, mdiCartCheck, mdiCheckCircleOutline, mdiClockAlertOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useCallback, useId, useRef } from 'react';

import { useAlvo } from '../../components/arrastar';
import { Icone } from '../../components/icone';
import { ListaCaixa, ListaJanela, type EstadoPagina, type Lugar, type PedidoFoco, type Vista } from '../../components/lista-cartoes';
import { plural } from '../../i18n/textos';
import { inteiro, moeda } from '../../lib/formatos';
import type { Eu } from '../../lib/eu';
import { Cartao, type AcoesCartao } from './cartao';
import { podeMover, type Quem } from './movimento';
import type { Coluna as Dados } from './quadro';
import { t } from './textos';
import type { ClienteCarteira, NomeColuna } from './tipos';

/** Height of a card before it is measured, px. */
const ALTURA_CARTAO = 140;

const chave = (cliente: ClienteCarteira) => cliente.atribuicao_id;

const ICONE: Record<NomeColuna, string> = {
  a_contatar_30_45: mdiClockAlertOutline,
  a_contatar_46_60: mdiAlertOutline,
  contatado: mdiCheckCircleOutline,
  recuperado: mdiCartCheck,
};

const COR: Record<NomeColuna, string> = {
  a_contatar_30_45: 'atencao',
  a_contatar_46_60: 'alerta',
  contatado: 'contatado',
  recuperado: 'recuperado',
};

interface Props {
  nome: NomeColuna;
  titulo: string;
  dados: Dados;
  /** One column at a time, under tabs that carry title and totals. */
  estreita: boolean;
  acoes: AcoesCartao;
  quem: Quem;
  eu: Eu;
  podeMarcar: boolean;
  novos: ReadonlySet<number>;
  pagina: EstadoPagina;
  foco?: PedidoFoco;
  aoPrecisarMais: (nome: NomeColuna) => void;
  aoVer: (nome: NomeColuna, vista: Vista) => void;
  aoSoltar: (cliente: ClienteCarteira) => void;
}

/** A column of the board: title, true totals, cards; a place to drop. */
export function Coluna({ nome, titulo, dados, estreita, aoSoltar, aoPrecisarMais, aoVer, acoes, quem, eu, podeMarcar, novos, pagina, foco }: Props) {
  const pedirMais = useCallback(() => aoPrecisarMais(nome), [aoPrecisarMais, nome]);
  const ver = useCallback((vista: Vista) => aoVer(nome, vista), [aoVer, nome]);
  const elemento = useRef<HTMLElement>(null);
  const id = useId();
  const sobre = useAlvo(elemento, {
    aceita: (carga) => podeMarcar && carga.tipo === 'cliente' && podeMover(carga.cliente as ClienteCarteira, nome, quem),
    aoSoltar: (carga) => aoSoltar(carga.cliente as ClienteCarteira),
  });
  const desenhar = (cliente: ClienteCarteira, lugar: Lugar) => (
    <Cartao cliente={cliente} acoes={acoes} quem={quem} eu={eu} podeMarcar={podeMarcar} novo={novos.has(cliente.id)} {...lugar} />
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
        minWidth: 0,
        minHeight: 0,
        borderRadius: 'var(--raio)',
        bgcolor: estreita ? undefined : 'var(--cor-coluna)',
        borderTop: estreita ? 0 : 3,
        borderColor: `var(--cor-${COR[nome]})`,
        outline: sobre ? '2px dashed var(--cor-foco)' : undefined,
        outlineOffset: -2,
      }}
    >
      <Box sx={{ px: estreita ? 0 : 1.5, pt: estreita ? 0 : 1.25, pb: 1 }}>
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.75, minWidth: 0 }} className={estreita ? 'so-leitor' : undefined}>
          <Icone d={ICONE[nome]} sx={{ fontSize: 18, color: `var(--cor-${COR[nome]})`, flexShrink: 0 }} />
          <Typography variant="h2" id={id} sx={{ fontSize: '0.9375rem', minWidth: 0 }}>
            {titulo}
          </Typography>
          <Box
            component="span"
            aria-hidden="true"
            data-marca=""
            sx={{ ml: 'auto', px: 0.875, borderRadius: 4, fontSize: '0.8125rem', fontWeight: 700, lineHeight: 1.6, color: `var(--cor-${COR[nome]})`, bgcolor: `var(--cor-${COR[nome]}-fundo)` }}
          >
            {inteiro(dados.total)}
          </Box>
        </Box>
        <Typography color="textSecondary" sx={{ fontSize: '0.875rem', fontWeight: 600 }}>
          <span aria-hidden="true" data-total={dados.total} data-valor={dados.valor}>
            {estreita ? t('carteira.total', { n: inteiro(dados.total), valor: moeda(dados.valor) }) : moeda(dados.valor)}
          </span>
          <span className="so-leitor">{t('carteira.totalLeitor', { clientes: plural(dados.total, t('periodosTela.cliente'), t('periodosTela.clientes')), valor: moeda(dados.valor) })}</span>
        </Typography>
        {sobre && (
          <Typography color="primary" sx={{ fontSize: '0.875rem', fontWeight: 600 }}>
            {t(nome === 'contatado' ? 'carteira.soltar' : 'carteira.soltarVolta')}
          </Typography>
        )}
      </Box>
      {dados.cartoes.length === 0 && dados.total === 0 ? (
        <Typography color="textSecondary" sx={{ px: 2, py: 4, textAlign: 'center', fontSize: '0.875rem' }}>
          {textoVazio(nome)}
        </Typography>
      ) : (
        <Lista
          rotulo={titulo}
          cartoes={dados.cartoes}
          total={dados.total}
          altura={ALTURA_CARTAO}
          chave={chave}
          pagina={pagina}
          foco={foco}
          aoPrecisarMais={pedirMais}
          aoVer={ver}
          desenhar={desenhar}
        />
      )}
    </Box>
  );
}

function textoVazio(nome: NomeColuna): string {
  if (nome === 'contatado') return t('carteira.vaziaContatado');
  if (nome === 'recuperado') return t('carteira.vaziaRecuperado');
  return t('carteira.vaziaAContatar');
}
