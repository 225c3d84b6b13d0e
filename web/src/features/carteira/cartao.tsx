import { mdiCalendarCheckOutline, mdiCartOutline, mdiDotsVertical, mdiMapMarkerOutline, mdiPhoneOutline, mdiPinOutline, mdiWhatsapp } from '@mdi/js';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { memo, useRef, type KeyboardEvent } from 'react';

import { useArrastavel } from '../../components/arrastar';
import { Icone } from '../../components/icone';
import { APARENCIA, Periodo, type NomePeriodo } from '../../components/periodo';
import { Recicla } from '../../components/recicla';
import { Retorno } from '../../components/retorno';
import type { Eu } from '../../lib/eu';
import { cidadeUf, data, diaDoInstante, linkTelefone, moeda, telefone } from '../../lib/formatos';
import { linkConversa } from '../../lib/whatsapp';
import { destino, type Quem } from './movimento';
import { t, tSeHouver } from './textos';
import type { ClienteCarteira } from './tipos';

export type Direcao = 'cima' | 'baixo' | 'esquerda' | 'direita' | 'inicio' | 'fim';

export interface AcoesCartao {
  /** Ctrl+→ and Ctrl+←: to the next column at that side. */
  mover: (cliente: ClienteCarteira, lado: 'esquerda' | 'direita') => void;
  menu: (cliente: ClienteCarteira, ancora: HTMLElement) => void;
  andar: (cliente: ClienteCarteira, direcao: Direcao) => void;
  abrir: (cliente: ClienteCarteira) => void;
  focado: (cliente: ClienteCarteira) => void;
}

interface Props {
  cliente: ClienteCarteira;
  acoes: AcoesCartao;
  quem: Quem;
  eu: Eu;
  podeMarcar: boolean;
  novo: boolean;
  /** The one card of the column that Tab reaches. */
  alcancavel: boolean;
  aoFocar: (id: number) => void;
}

const TECLAS: Record<string, Direcao> = {
  ArrowUp: 'cima',
  ArrowDown: 'baixo',
  ArrowLeft: 'esquerda',
  ArrowRight: 'direita',
  Home: 'inicio',
  End: 'fim',
};

/** A client on the board. */
export const Cartao = memo(function Cartao({ cliente, acoes, quem, eu, podeMarcar, novo, alcancavel, aoFocar }: Props) {
  const elemento = useRef<HTMLDivElement>(null);
  const direita = podeMarcar && destino(cliente, 'direita', quem) !== undefined;
  const esquerda = podeMarcar && destino(cliente, 'esquerda', quem) !== undefined;
  const arrastando = useArrastavel(elemento, { tipo: 'cliente', cliente }, direita || esquerda);
  const tel = linkTelefone(cliente.celular);
  const zap = linkConversa(cliente.celular, eu);
  const tab = alcancavel ? 0 : -1;
  const { cor } = APARENCIA[cliente.periodo as NomePeriodo] ?? APARENCIA.sem_compra;

  function tecla(evento: KeyboardEvent<HTMLDivElement>) {
    if (evento.target !== evento.currentTarget) return;
    if (evento.ctrlKey && (evento.key === 'ArrowRight' || evento.key === 'ArrowLeft')) acoes.mover(cliente, evento.key === 'ArrowRight' ? 'direita' : 'esquerda');
    else if (evento.key === 'Enter' || evento.key === ' ') acoes.menu(cliente, evento.currentTarget);
    else if (evento.key === 'o' && !evento.ctrlKey && !evento.altKey && !evento.metaKey) acoes.abrir(cliente);
    else if (!evento.ctrlKey && !evento.altKey && !evento.metaKey && evento.key in TECLAS) acoes.andar(cliente, TECLAS[evento.key] as Direcao);
    else return;
    evento.preventDefault();
  }

  return (
    <Box
      ref={elemento}
      role="group"
      aria-labelledby={`cliente-${cliente.atribuicao_id}`}
      aria-describedby="carteira-instrucoes"
      aria-keyshortcuts={[direita && 'Control+ArrowRight', esquerda && 'Control+ArrowLeft', 'Enter'].filter(Boolean).join(' ')}
      data-cliente={cliente.id}
      className={novo ? 'cartao-novo' : undefined}
      tabIndex={tab}
      onKeyDown={tecla}
      onFocus={(e) => {
        aoFocar(cliente.id);
        if (e.target === e.currentTarget) acoes.focado(cliente);
      }}
      sx={{
        p: 1.25,
        pl: 1.5,
        borderRadius: 'var(--raio)',
        border: 1,
        borderColor: 'divider',
        // The ageing at a glance; the label says it in words.
        boxShadow: `inset 4px 0 0 var(--cor-${cor}), var(--sombra-cartao)`,
        bgcolor: 'background.paper',
        opacity: arrastando ? 0.45 : 1,
        cursor: direita || esquerda ? { xs: 'default', md: 'grab' } : 'default',
        '&:hover': { borderColor: 'text.secondary' },
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 0.5 }}>
        <Typography component="h3" id={`cliente-${cliente.atribuicao_id}`} sx={{ flex: 1, minWidth: 0, fontWeight: 650, fontSize: '0.9375rem', lineHeight: 1.3, py: 0.25 }}>
          {cliente.nome}
        </Typography>
        {cliente.fixado && <Icone d={mdiPinOutline} titulo={t('carteira.fixado')} sx={{ fontSize: 18, color: 'text.secondary', mt: 0.375 }} />}
        <IconButton
          size="small"
          tabIndex={tab}
          aria-label={t('carteira.mais', { nome: cliente.nome })}
          aria-haspopup="menu"
          onClick={(e) => acoes.menu(cliente, e.currentTarget)}
          sx={{ mt: -0.5, mr: -0.75, '@media (pointer: coarse)': { my: -1, minWidth: 44 } }}
        >
          <Icone d={mdiDotsVertical} fontSize="small" />
        </IconButton>
      </Box>

      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1, rowGap: 0.5, alignItems: 'center', justifyContent: 'space-between', mt: 0.5 }}>
        <Periodo periodo={cliente.periodo} dias={cliente.dias_sem_comprar} />
        <Typography component="span" sx={{ fontWeight: 700, fontSize: '0.9375rem', whiteSpace: 'nowrap' }}>
          {moeda(cliente.coluna === 'recuperado' ? (cliente.valor_recuperado ?? cliente.valor_total) : cliente.valor_total)}
        </Typography>
      </Box>

      {(cliente.retornar_em !== null || cliente.proximo_passo !== null) && cliente.coluna !== 'recuperado' && (
        <Box sx={{ mt: 0.75 }}>
          <Retorno retornarEm={cliente.retornar_em} nota={cliente.proximo_passo} hoje={quem.hoje} />
        </Box>
      )}

      {cliente.esfriando && cliente.reciclagem_em !== null && (
        <Box sx={{ mt: 0.75 }}>
          <Recicla em={cliente.reciclagem_em} hoje={quem.hoje} />
        </Box>
      )}

      {/* In a narrow column the links go below the text. */}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', justifyContent: 'flex-end', columnGap: 0.5, mt: 0.75 }}>
        <Box sx={{ flex: '1 1 150px', minWidth: 0, color: 'text.secondary', fontSize: '0.8125rem', lineHeight: 1.5 }}>
          <Linha icone={mdiMapMarkerOutline}>{cidadeUf(cliente.cidade, cliente.uf)}</Linha>
          <UltimaCompra cliente={cliente} />
          {cliente.coluna === 'contatado' && cliente.data_contato !== null && <Linha icone={mdiCalendarCheckOutline}>{contato(cliente)}</Linha>}
        </Box>
        <Box sx={{ display: 'flex', gap: 0.5, mb: -0.5, mr: -0.5 }}>
          {tel && (
            <IconButton size="small" component="a" href={tel} tabIndex={tab} draggable={false} aria-label={t('contato.ligarPara', { nome: cliente.nome, telefone: telefone(cliente.celular) })} title={telefone(cliente.celular)} sx={TOQUE}>
              <Icone d={mdiPhoneOutline} fontSize="small" />
            </IconButton>
          )}
          {zap && (
            <IconButton size="small" component="a" href={zap} target="_blank" rel="noopener noreferrer" tabIndex={tab} draggable={false} aria-label={t('contato.whatsappPara', { nome: cliente.nome })} title={t('carteira.whatsapp')} sx={TOQUE}>
              <Icone d={mdiWhatsapp} fontSize="small" />
            </IconButton>
          )}
        </Box>
      </Box>
    </Box>
  );
});

const SO_LIDA = { '@media (max-width: 599.95px)': { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' } };

const TOQUE = { '@media (pointer: coarse)': { minWidth: 44 } };

/** A fact about the client; on a phone the icon stands for `palavra`, which is read out all the same. */
function Linha({ icone, palavra, children }: { icone: string; palavra?: string; children: string }) {
  return (
    <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 0.5, minWidth: 0 }}>
      <Icone d={icone} sx={{ fontSize: 15, flexShrink: 0, opacity: 0.8, mt: '0.15em' }} />
      <Box component="span" sx={{ minWidth: 0 }}>
        {palavra && (
          <Box component="span" sx={SO_LIDA}>
            {palavra}{' '}
          </Box>
        )}
        {children}
      </Box>
    </Box>
  );
}

function UltimaCompra({ cliente: { ultimo_pedido, data_ultima_compra } }: { cliente: ClienteCarteira }) {
  if (ultimo_pedido !== null) {
    return (
      <Linha icone={mdiCartOutline} palavra={t('carteira.pedido')}>
        {t('carteira.ultimoPedido', { data: data(ultimo_pedido.data), valor: moeda(ultimo_pedido.valor) })}
      </Linha>
    );
  }
  return <Linha icone={mdiCartOutline}>{data_ultima_compra === null ? t('carteira.nuncaComprou') : t('carteira.ultimaCompra', { data: data(data_ultima_compra) })}</Linha>;
}

function contato(cliente: ClienteCarteira): string {
  const quando = t('carteira.contatadoEm', { data: diaDoInstante(cliente.data_contato).slice(0, 5) });
  const resultado = tSeHouver(`contato.resultados.${cliente.resultado}`);
  return resultado === undefined ? quando : `${quando} · ${resultado}`;
}
