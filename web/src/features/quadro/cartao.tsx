import { mdiCheck, mdiDotsVertical, mdiPin } from '@mdi/js';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { memo, useRef, type KeyboardEvent, type MouseEvent } from 'react';

import { useArrastavel } from '../../components/arrastar';
import { Icone } from '../../components/icone';
import { Periodo } from '../../components/periodo';
import { cidadeUf, data, moeda } from '../../lib/formatos';
import type { Direcao } from './quadro';
import { t } from './textos';
import type { Cartao as Dados, Por } from './tipos';

export interface AcoesCartao {
  menu: (cartao: Dados, ancora: HTMLElement) => void;
  /** Ctrl+→ and Ctrl+←. */
  passar: (cartao: Dados, passo: 1 | -1) => void;
  andar: (cartao: Dados, direcao: Direcao, estende: boolean) => void;
  selecionar: (cartao: Dados, como: 'so' | 'alterna' | 'faixa') => void;
  limpar: () => void;
}

interface Props {
  cartao: Dados;
  por: Por;
  acoes: AcoesCartao;
  podeMover: boolean;
  selecionado: boolean;
  /** Others are chosen: boxes show, and a tap chooses. */
  escolhendo: boolean;
  novo: boolean;
  alcancavel: boolean;
  aoFocar: (id: number) => void;
}

const TECLAS: Record<string, Direcao> = { ArrowUp: 'cima', ArrowDown: 'baixo', ArrowLeft: 'esquerda', ArrowRight: 'direita', Home: 'inicio', End: 'fim' };

/** A client on the manager's board. */
export const Cartao = memo(function Cartao({ cartao, por, acoes, podeMover, selecionado, escolhendo, novo, alcancavel, aoFocar }: Props) {
  const elemento = useRef<HTMLDivElement>(null);
  const arrastando = useArrastavel(elemento, { tipo: 'cliente', id: cartao.id }, podeMover);
  const tab = alcancavel ? 0 : -1;

  function tecla(evento: KeyboardEvent<HTMLDivElement>) {
    if (evento.target !== evento.currentTarget) return;
    const { key, ctrlKey, metaKey, altKey, shiftKey } = evento;
    if (altKey) return;
    if (ctrlKey && (key === 'ArrowRight' || key === 'ArrowLeft')) acoes.passar(cartao, key === 'ArrowRight' ? 1 : -1);
    else if (ctrlKey || metaKey) return;
    else if (key === 'Enter') acoes.menu(cartao, evento.currentTarget);
    else if (key === ' ') acoes.selecionar(cartao, shiftKey ? 'faixa' : 'alterna');
    else if (key === 'Escape' && escolhendo) acoes.limpar();
    else if (key in TECLAS) acoes.andar(cartao, TECLAS[key] as Direcao, shiftKey && (key === 'ArrowUp' || key === 'ArrowDown'));
    else return;
    evento.preventDefault();
  }

  function clique(evento: MouseEvent<HTMLDivElement>) {
    if (!podeMover || (evento.target instanceof Element && evento.target.closest('a, button, input') !== null)) return;
    acoes.selecionar(cartao, evento.shiftKey ? 'faixa' : evento.ctrlKey || evento.metaKey || escolhendo ? 'alterna' : 'so');
  }

  return (
    <Box
      ref={elemento}
      role="group"
      aria-labelledby={`cliente-${cartao.id}`}
      aria-describedby="quadro-instrucoes"
      data-cliente={cartao.id}
      data-selecionado={selecionado || undefined}
      className={novo ? 'cartao-novo' : undefined}
      tabIndex={tab}
      onKeyDown={tecla}
      onClick={clique}
      onFocus={() => aoFocar(cartao.id)}
      sx={{
        position: 'relative',
        pl: podeMover ? 0.25 : 1.25,
        pr: 0.5,
        py: 0.75,
        borderRadius: 'var(--raio)',
        border: 1,
        borderColor: selecionado ? 'primary.main' : 'divider',
        bgcolor: selecionado ? 'var(--cor-escolhida)' : 'background.paper',
        boxShadow: selecionado ? 'inset 0 0 0 1px var(--cor-foco)' : 'var(--sombra-cartao)',
        opacity: arrastando ? 0.45 : 1,
        cursor: podeMover ? { xs: 'default', md: 'grab' } : 'default',
        userSelect: 'none',
        '&:hover': { borderColor: selecionado ? 'primary.main' : 'text.secondary' },
        '& .escolha': { opacity: selecionado || escolhendo ? 1 : 0.55 },
        '&:hover .escolha, &:focus-within .escolha': { opacity: 1 },
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'flex-start' }}>
        {podeMover && (
          <Checkbox
            className="escolha"
            size="small"
            checked={selecionado}
            tabIndex={tab}
            onChange={() => acoes.selecionar(cartao, 'alterna')}
            onClick={(e) => {
              if (!e.shiftKey) return;
              e.preventDefault();
              acoes.selecionar(cartao, 'faixa');
            }}
            slotProps={{ input: { 'aria-label': t('quadro.selecionar', { nome: cartao.nome }) } }}
            sx={{ p: 0.375, mr: 0.25, '@media (pointer: coarse)': { minWidth: 44, minHeight: 44, mt: -1, ml: -0.75 } }}
          />
        )}
        <Box sx={{ flex: 1, minWidth: 0, pt: 0.25 }}>
          <Typography component="h3" id={`cliente-${cartao.id}`} sx={{ fontWeight: 650, fontSize: '0.875rem', lineHeight: 1.3 }}>
            {cartao.nome}
          </Typography>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5, alignItems: 'center', mt: 0.5 }}>
            <Periodo periodo={cartao.periodo} dias={cartao.dias_sem_comprar} />
            {cartao.contatado && <Selo icone={mdiCheck} cor="contatado" texto={t('quadro.contatado')} />}
            {cartao.fixado && <Selo icone={mdiPin} cor="neutro" texto={t('quadro.fixadoCurto')} titulo={t('quadro.fixado')} />}
          </Box>
          <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 1, mt: 0.5, mr: 0.75, fontSize: '0.8125rem', color: 'text.secondary' }}>
            <Box component="span" sx={{ minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }} title={t('quadro.ultima', { data: data(cartao.data_ultima_compra) })}>
              {por === 'periodo' ? (cartao.vendedor_atribuido === null ? t('quadro.semVendedor') : t('quadro.com', { nome: cartao.vendedor_atribuido.nome })) : cidadeUf(cartao.cidade, cartao.uf)}
            </Box>
            <Box component="span" sx={{ fontWeight: 650, color: 'text.primary', whiteSpace: 'nowrap' }}>
              {moeda(cartao.valor_total)}
            </Box>
          </Box>
        </Box>
        <IconButton
          size="small"
          tabIndex={tab}
          aria-label={t('quadro.mais', { nome: cartao.nome })}
          aria-haspopup="menu"
          onClick={(e) => acoes.menu(cartao, e.currentTarget)}
          sx={{ '@media (pointer: coarse)': { my: -0.75, minWidth: 44 } }}
        >
          <Icone d={mdiDotsVertical} fontSize="small" />
        </IconButton>
      </Box>
    </Box>
  );
});

function Selo({ icone, cor, texto, titulo }: { icone: string; cor: string; texto: string; titulo?: string }) {
  return (
    <Box
      component="span"
      data-marca=""
      title={titulo}
      sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.375, px: 0.625, py: 0.125, borderRadius: 1, fontSize: '0.75rem', fontWeight: 600, color: `var(--cor-${cor})`, backgroundColor: `var(--cor-${cor}-fundo)` }}
    >
      <Icone d={icone} sx={{ fontSize: 14 }} />
      {texto}
    </Box>
  );
}
