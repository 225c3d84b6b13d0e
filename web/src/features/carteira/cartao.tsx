import { mdiDotsVertical, mdiPhoneOutline, mdiPinOutline, mdiWhatsapp } from '@mdi/js';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { memo, useRef, type KeyboardEvent } from 'react';

import { useArrastavel } from '../../components/arrastar';
import { Icone } from '../../components/icone';
import { Periodo } from '../../components/periodo';
import { cidadeUf, data, diaDoInstante, linkTelefone, linkWhatsapp, moeda, telefone } from '../../lib/formatos';
import { destinoADireita } from './quadro';
import { t } from './textos';
import type { ClienteCarteira } from './tipos';

export type Direcao = 'cima' | 'baixo' | 'esquerda' | 'direita' | 'inicio' | 'fim';

export interface AcoesCartao {
  /** Ctrl+→: to the next column at the right. */
  avancar: (cliente: ClienteCarteira) => void;
  menu: (cliente: ClienteCarteira, ancora: HTMLElement) => void;
  andar: (cliente: ClienteCarteira, direcao: Direcao) => void;
}

interface Props {
  cliente: ClienteCarteira;
  acoes: AcoesCartao;
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
export const Cartao = memo(function Cartao({ cliente, acoes, podeMarcar, novo, alcancavel, aoFocar }: Props) {
  const elemento = useRef<HTMLDivElement>(null);
  const arrastavel = podeMarcar && destinoADireita(cliente.coluna) !== undefined;
  const arrastando = useArrastavel(elemento, { tipo: 'cliente', cliente }, arrastavel);
  const tel = linkTelefone(cliente.celular);
  const zap = linkWhatsapp(cliente.celular, t('contato.whatsappTexto'));
  const tab = alcancavel ? 0 : -1;

  function tecla(evento: KeyboardEvent<HTMLDivElement>) {
    if (evento.target !== evento.currentTarget) return;
    if (evento.ctrlKey && evento.key === 'ArrowRight') acoes.avancar(cliente);
    else if (evento.key === 'Enter' || evento.key === ' ') acoes.menu(cliente, evento.currentTarget);
    else if (!evento.ctrlKey && !evento.altKey && !evento.metaKey && evento.key in TECLAS) acoes.andar(cliente, TECLAS[evento.key] as Direcao);
    else return;
    evento.preventDefault();
  }

  return (
    <Box
      ref={elemento}
      role="group"
      aria-labelledby={`cliente-${cliente.id}`}
      aria-describedby="carteira-instrucoes"
      aria-keyshortcuts={arrastavel ? 'Control+ArrowRight Enter' : 'Enter'}
      data-cliente={cliente.id}
      className={novo ? 'cartao-novo' : undefined}
      tabIndex={tab}
      onKeyDown={tecla}
      onFocus={() => aoFocar(cliente.id)}
      sx={{
        p: 1.25,
        borderRadius: 'var(--raio)',
        border: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
        boxShadow: 'var(--sombra-cartao)',
        opacity: arrastando ? 0.45 : 1,
        cursor: arrastavel ? { xs: 'default', md: 'grab' } : 'default',
        '&:hover': { borderColor: 'text.secondary' },
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 0.5 }}>
        <Typography component="h3" id={`cliente-${cliente.id}`} sx={{ flex: 1, minWidth: 0, fontWeight: 650, fontSize: '0.9375rem', lineHeight: 1.3, py: 0.25 }}>
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

      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, alignItems: 'center', justifyContent: 'space-between', mt: 0.5 }}>
        <Periodo periodo={cliente.periodo} dias={cliente.dias_sem_comprar} />
        <Typography component="span" sx={{ fontWeight: 650, fontSize: '0.875rem', whiteSpace: 'nowrap' }}>
          {moeda(cliente.valor_total)}
        </Typography>
      </Box>

      {/* In a narrow column the links go below the text. */}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', justifyContent: 'flex-end', columnGap: 0.5, mt: 0.5 }}>
        <Box sx={{ flex: '1 1 150px', minWidth: 0, color: 'text.secondary', fontSize: '0.8125rem', lineHeight: 1.45 }}>
          <div>{cidadeUf(cliente.cidade, cliente.uf)}</div>
          <div>{ultimaNota(cliente)}</div>
        </Box>
        <Box sx={{ display: 'flex', gap: 0.5 }}>
          {tel && (
            <IconButton size="small" component="a" href={tel} tabIndex={tab} draggable={false} aria-label={t('contato.ligarPara', { nome: cliente.nome, telefone: telefone(cliente.celular) })} title={telefone(cliente.celular)}>
              <Icone d={mdiPhoneOutline} fontSize="small" />
            </IconButton>
          )}
          {zap && (
            <IconButton size="small" component="a" href={zap} target="_blank" rel="noopener noreferrer" tabIndex={tab} draggable={false} aria-label={t('contato.whatsappPara', { nome: cliente.nome })} title={t('carteira.whatsapp')}>
              <Icone d={mdiWhatsapp} fontSize="small" />
            </IconButton>
          )}
        </Box>
      </Box>
    </Box>
  );
});

/** The line that matters most: the contact made, else the last order. */
function ultimaNota(cliente: ClienteCarteira): string {
  if (cliente.coluna === 'contatado' && cliente.data_contato !== null) {
    const quando = t('carteira.contatadoEm', { data: diaDoInstante(cliente.data_contato) });
    const resultado = cliente.resultado === null ? undefined : rotuloResultado(cliente.resultado);
    return resultado === undefined ? quando : `${quando} · ${resultado}`;
  }
  if (cliente.ultimo_pedido !== null) {
    return t('carteira.ultimoPedido', { data: data(cliente.ultimo_pedido.data), valor: moeda(cliente.ultimo_pedido.valor) });
  }
  return t('carteira.ultimaCompra', { data: data(cliente.data_ultima_compra) });
}

function rotuloResultado(resultado: string): string | undefined {
  switch (resultado) {
    case 'contatado':
    case 'interessado':
    case 'recusou':
    case 'sem_resposta':
    case 'numero_errado':
      return t(`contato.resultados.${resultado}`);
    default:
      return undefined;
  }
}
