import { mdiClose, mdiMagnify } from '@mdi/js';
import Box from '@mui/material/Box';
import Chip from '@mui/material/Chip';
import IconButton from '@mui/material/IconButton';
import InputBase from '@mui/material/InputBase';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';

import { Icone } from '../../components/icone';
import { Tecla } from '../../components/tecla';
import { useAtalho } from '../../lib/atalhos';
import { cpfValido, digitos } from '../../lib/formatos';
import { mascarar } from '../../lib/mascara';
import { mascaraDaBusca, reconhecer, textoDaBusca, type Reconhecido } from '../../lib/reconhecer';
import type { PesquisaPagina } from './api';
import { t } from './textos';

/** Quiet time after a key before the search goes out, ms. */
const PAUSA_MS = 250;
/** Fewer characters are not searched while typing; Enter searches any. */
const MIN_CARACTERES = 2;
/** Two digits tell nobody apart. */
const MIN_DIGITOS = 3;
const MAX_CARACTERES = 120;

interface Props {
  /** The text being searched. */
  texto: string;
  /** How the server read the text, once it answered. */
  lido?: PesquisaPagina['interpretado']['tipo'];
  /** Only the whole CPF may be searched, not a part of it. */
  soCpfInteiro: boolean;
  entrada: RefObject<HTMLInputElement | null>;
  aoBuscar: (texto: string) => void;
  /** The user stopped: the next text is a new step of the history. */
  aoParar: () => void;
  aoDescer: () => void;
}

/** The one search box: recognises what is typed and searches meanwhile. */
export function Caixa({ texto, lido, soCpfInteiro, entrada, aoBuscar, aoParar, aoDescer }: Props) {
  const [valor, setValor] = useState(() => mascaraDaBusca(texto));
  const pedido = useRef(texto);
  const relogio = useRef<ReturnType<typeof setTimeout>>(undefined);
  const parar = useRef(aoParar);
  parar.current = aoParar;
  const tipo = reconhecer(valor);
  // The server has the last word on a number that may be either.
  const mostrado = tipo === 'numero' && lido !== undefined && lido !== 'vazio' && textoDaBusca(valor) === texto ? lido : tipo;
  const dica = dicaDe(tipo, valor, soCpfInteiro);

  // Back, a saved filter or "clear" changed the text from outside.
  useEffect(() => {
    if (texto === pedido.current) return;
    pedido.current = texto;
    clearTimeout(relogio.current);
    setValor(mascaraDaBusca(texto));
    parar.current();
  }, [texto]);

  useEffect(() => () => clearTimeout(relogio.current), []);

  useAtalho('/', () => {
    entrada.current?.focus();
    entrada.current?.select();
  });

  function buscar(novo: string): void {
    clearTimeout(relogio.current);
    const limpo = textoDaBusca(novo);
    if (limpo === pedido.current) return;
    pedido.current = limpo;
    aoBuscar(limpo);
  }

  function digitar(novo: string): void {
    setValor(novo);
    clearTimeout(relogio.current);
    const n = novo.trim().length;
    if (n === 0) return buscar('');
    if (n < MIN_CARACTERES || poucosDigitos(novo)) return undefined;
    relogio.current = setTimeout(() => buscar(novo), PAUSA_MS);
    return undefined;
  }

  /** What is typed is asked for without waiting for the pause. */
  function assentar(): void {
    if (!poucosDigitos(valor)) buscar(valor);
  }

  function limpar(): void {
    // Else Back would lead to the part of it that was asked for meanwhile.
    assentar();
    setValor('');
    aoParar();
    buscar('');
    aoParar();
    entrada.current?.focus();
  }

  function tecla(evento: KeyboardEvent): void {
    if (evento.nativeEvent.isComposing) return;
    if (evento.key === 'Enter') {
      evento.preventDefault();
      buscar(valor);
      aoParar();
    } else if (evento.key === 'Escape') {
      evento.preventDefault();
      evento.stopPropagation();
      if (valor === '') entrada.current?.blur();
      else limpar();
    } else if (evento.key === 'ArrowDown') {
      evento.preventDefault();
      buscar(valor);
      aoDescer();
    }
  }

  return (
    <Box role="search" aria-label={t('pesquisa.rotulo')} sx={{ mb: 1.5, maxWidth: 1200 }}>
      <Box
        sx={{
          display: 'flex',
          alignItems: 'center',
          gap: 1,
          height: 52,
          pl: 1.75,
          pr: 1,
          border: 1,
          borderColor: 'divider',
          borderRadius: 'var(--raio)',
          bgcolor: 'background.paper',
          boxShadow: 'var(--sombra-cartao)',
          '&:focus-within': { borderColor: 'primary.main', boxShadow: '0 0 0 1px var(--mui-palette-primary-main)' },
        }}
      >
        <Icone d={mdiMagnify} sx={{ color: 'text.secondary' }} />
        <InputBase
          id="campo-busca"
          inputRef={entrada}
          value={valor}
          onChange={(e) => digitar(mascarar(e.target, mascaraDaBusca))}
          onKeyDown={tecla}
          onBlur={() => {
            assentar();
            aoParar();
          }}
          placeholder={t('pesquisa.sugestao')}
          fullWidth
          sx={{ fontSize: '1.0625rem', minWidth: 0 }}
          inputProps={{
            'aria-label': t('pesquisa.rotulo'),
            'aria-describedby': dica === undefined ? undefined : 'campo-busca-dica',
            'aria-keyshortcuts': '/',
            autoComplete: 'off',
            autoCapitalize: 'none',
            autoCorrect: 'off',
            spellCheck: false,
            enterKeyHint: 'search',
            maxLength: MAX_CARACTERES,
            type: 'text',
          }}
        />
        {mostrado !== 'vazio' && (
          <Chip size="small" label={t(`pesquisa.tipos.${mostrado}`)} data-tipo={mostrado} sx={{ flexShrink: 0, fontWeight: 600, bgcolor: 'var(--cor-contatado-fundo)', color: 'var(--cor-contatado)' }} />
        )}
        {valor !== '' ? (
          <IconButton size="small" onClick={limpar} aria-label={t('pesquisa.limparTexto')}>
            <Icone d={mdiClose} fontSize="small" />
          </IconButton>
        ) : (
          <Box aria-hidden sx={{ display: { xs: 'none', md: 'block' }, mr: 0.75, '@media (pointer: coarse)': { display: 'none' } }}>
            <Tecla>/</Tecla>
          </Box>
        )}
      </Box>
      <Typography id="campo-busca-dica" role="status" variant="body2" color="textSecondary" sx={{ px: 1.75, pt: dica === undefined ? 0 : 0.75 }}>
        {dica}
      </Typography>
    </Box>
  );
}

function poucosDigitos(texto: string): boolean {
  return reconhecer(texto) === 'numero' && digitos(texto).length < MIN_DIGITOS;
}

function dicaDe(tipo: Reconhecido, texto: string, soCpfInteiro: boolean): string | undefined {
  if (tipo === 'cpf' && !cpfValido(texto)) return t('pesquisa.cpfErrado');
  return tipo === 'numero' && soCpfInteiro ? t('pesquisa.cpfParcial') : undefined;
}
