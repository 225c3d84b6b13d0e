import { mdiDockRight } from '@mdi/js';
import Box from '@mui/material/Box';
import Card from '@mui/material/Card';
import IconButton from '@mui/material/IconButton';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import TableSortLabel from '@mui/material/TableSortLabel';
import Typography from '@mui/material/Typography';
import { Fragment, memo, startTransition, useEffect, useId, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { Link as Rota } from 'wouter';

import { AcoesCliente } from '../../components/acoes-cliente';
import { Icone } from '../../components/icone';
import { Periodo } from '../../components/periodo';
import { cidadeUf, cpf, moeda } from '../../lib/formatos';
import type { ClienteAchado } from './api';
import { Celular, type Coluna } from './colunas';
import { ordenarPor, partesDaOrdem, type ChaveOrdem } from './estado';
import { Etiqueta } from '../../components/etiqueta';
import { NomeRealcado } from './nome';
import { t } from './textos';

export interface ResultadoProps {
  clientes: readonly ClienteAchado[];
  colunas: readonly Coluna[];
  /** Words to show in the names. */
  consulta: string;
  ordem: string;
  /** Row the Tab key reaches. */
  atual: number | undefined;
  /** Row in the preview. */
  aberta: number | undefined;
  podeMover: boolean;
  velha: boolean;
  aoOrdenar: (ordem: string | undefined) => void;
  aoFocar: (id: number) => void;
  aoPrever: (id: number) => void;
  aoAbrir: (id: number) => void;
  /** Arrow up on the first row. */
  aoSubir: () => void;
  aoFecharPrevia: () => void;
}

/** Least height and width of a card with its gap, px: what surely fills the window is drawn first. */
const CARTAO = { altura: 150, largura: 320 };

/** Cards drawn at once after those. */
const PARTE = 8;

/** Ids of the link of a row, for the keyboard. */
export const linkDaLinha = (id: number) => `cliente-${id}`;

/** Arrows walk from row to row, wherever in the row the focus is. */
function teclas(props: ResultadoProps) {
  return (evento: KeyboardEvent<HTMLElement>) => {
    const alvo = evento.target as HTMLElement;
    // A menu or dialog of a row is outside of the list on screen.
    if (!evento.currentTarget.contains(alvo) || evento.ctrlKey || evento.altKey || evento.metaKey) return;
    const id = Number(alvo.closest<HTMLElement>('[data-cliente]')?.dataset.cliente);
    const i = props.clientes.findIndex((c) => c.id_cliente === id);
    if (i < 0) return;
    const noLink = alvo.id === linkDaLinha(id);
    const ir = (n: number) => {
      const destino = props.clientes[n];
      if (destino === undefined) return;
      evento.preventDefault();
      document.getElementById(linkDaLinha(destino.id_cliente))?.focus();
    };
    switch (evento.key) {
      case 'ArrowDown':
        return ir(i + 1);
      case 'ArrowUp':
        if (i > 0) return ir(i - 1);
        evento.preventDefault();
        return props.aoSubir();
      case 'Home':
        return ir(0);
      case 'End':
        return ir(props.clientes.length - 1);
      case ' ':
        if (!noLink) return undefined;
        evento.preventDefault();
        return props.aoPrever(id);
      case 'Escape':
        if (props.aberta !== undefined) {
          evento.preventDefault();
          props.aoFecharPrevia();
        }
        return undefined;
      default:
        return undefined;
    }
  };
}

/** Found clients as a table. */
export function EmTabela(props: ResultadoProps) {
  const { clientes, colunas } = props;
  const divisa = inicioDosParecidos(props);
  const ordem = partesDaOrdem(props.ordem);
  const cabecalho = (chave: ChaveOrdem | undefined, titulo: string) =>
    chave === undefined ? (
      titulo
    ) : (
      <TableSortLabel active={ordem?.chave === chave} direction={ordem?.chave === chave && ordem.desc ? 'desc' : 'asc'} onClick={() => props.aoOrdenar(proximaOrdem(props.ordem, chave))}>
        {titulo}
      </TableSortLabel>
    );
  const direcao = (chave: ChaveOrdem | undefined) => (chave !== undefined && ordem?.chave === chave ? (ordem.desc ? 'desc' : 'asc') : undefined);

  return (
    <TableContainer component={Paper} variant="outlined" sx={{ position: 'relative', opacity: props.velha ? 0.6 : 1, borderRadius: 'var(--raio)' }}>
      <Table
        size="small"
        aria-label={t('pesquisa.legenda')}
        sx={{
          '& th, & td': { px: 1.25 },
          '& tr:last-child > *': { borderBottom: 0 },
          // The arrow of an order not in use takes no room.
          '& .MuiTableSortLabel-root': { position: 'relative', minWidth: 28, minHeight: 28 },
          '& .MuiTableSortLabel-icon': { position: 'absolute', right: -20, m: 0 },
          '& th[align=right] .MuiTableSortLabel-icon, & .MuiTableCell-alignRight .MuiTableSortLabel-icon': { right: 'auto', left: -20 },
          // The buttons stay in reach when the columns are wider than the screen.
          '& .acoes': { position: 'sticky', right: 0, bgcolor: 'background.paper' },
          '& tr:hover > .acoes': { backgroundImage: 'linear-gradient(var(--mui-palette-action-hover), var(--mui-palette-action-hover))' },
          '& thead tr:hover > .acoes': { backgroundImage: 'none' },
          '& .Mui-selected > .acoes, & .Mui-selected:hover > .acoes': { backgroundImage: 'linear-gradient(var(--cor-escolhida), var(--cor-escolhida))' },
        }}
      >
        <TableHead>
          <TableRow sx={{ '& th': { color: 'text.secondary', fontWeight: 600, whiteSpace: 'nowrap', py: 1 } }}>
            <TableCell sortDirection={direcao('nome')}>{cabecalho('nome', t('pesquisa.coluna.cliente'))}</TableCell>
            {colunas.map((c) => (
              <TableCell key={c.id} align={c.numero ? 'right' : 'left'} sortDirection={direcao(c.ordem)}>
                {cabecalho(c.ordem, c.titulo)}
              </TableCell>
            ))}
            <TableCell className="acoes">
              <span className="so-leitor">{t('pesquisa.coluna.acoes')}</span>
            </TableCell>
          </TableRow>
        </TableHead>
        <TableBody onKeyDown={teclas(props)}>
          {clientes.map((c, i) => (
            <Fragment key={c.id_cliente}>
              {i === divisa && (
                <TableRow data-divisa>
                  <TableCell colSpan={colunas.length + 2} sx={{ bgcolor: 'var(--cor-coluna)', py: 0.75 }}>
                    <Divisa sozinha={i === 0} />
                  </TableCell>
                </TableRow>
              )}
              <Linha
                cliente={c}
                colunas={colunas}
                consulta={props.consulta}
                alcancavel={c.id_cliente === props.atual}
                aberta={c.id_cliente === props.aberta}
                marcaParecido={divisa === undefined}
                podeMover={props.podeMover}
                aoFocar={props.aoFocar}
                aoPrever={props.aoPrever}
                aoAbrir={props.aoAbrir}
              />
            </Fragment>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

interface CartaoProps extends Pick<ResultadoProps, 'consulta' | 'podeMover' | 'aoFocar' | 'aoPrever' | 'aoAbrir'> {
  cliente: ClienteAchado;
  aberta: boolean;
  marcaParecido: boolean;
}

interface LinhaProps extends CartaoProps, Pick<ResultadoProps, 'colunas'> {
  alcancavel: boolean;
}

const Linha = memo(function Linha({ cliente, colunas, consulta, alcancavel, aberta, marcaParecido, podeMover, aoFocar, aoPrever, aoAbrir }: LinhaProps) {
  const id = cliente.id_cliente;
  const tab = alcancavel ? 0 : -1;
  return (
    <TableRow
      hover
      selected={aberta}
      data-cliente={id}
      onFocus={() => aoFocar(id)}
      onClick={(e: MouseEvent) => {
        const alvo = e.target as HTMLElement;
        // A link, a button, a menu or dialog of the row, or text being selected to copy, is no click on the row.
        if (e.currentTarget.contains(alvo) && alvo.closest('a, button') === null && window.getSelection()?.isCollapsed !== false) aoPrever(id);
      }}
      sx={{ cursor: 'default', '&.Mui-selected, &.Mui-selected:hover': { bgcolor: 'var(--cor-escolhida)' }, '& > *': { py: 0.75, height: 56 } }}
    >
      <TableCell component="th" scope="row" sx={{ minWidth: 200 }}>
        <Link
          component={Rota}
          href={`/clientes/${id}`}
          id={linkDaLinha(id)}
          tabIndex={tab}
          onClick={() => aoAbrir(id)}
          underline="hover"
          color="inherit"
          sx={{ fontWeight: 600, display: 'inline-block', py: 0.25 }}
        >
          <NomeRealcado nome={cliente.nome_completo} consulta={consulta} />
        </Link>
        <Typography component="span" variant="body2" color="textSecondary" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 0.75, whiteSpace: 'nowrap' }}>
          {!colunas.some((c) => c.id === 'cpf') && <span>{cpf(cliente.cpf)}</span>}
          <Marcas cliente={cliente} parecido={marcaParecido && cliente.parecido} />
        </Typography>
      </TableCell>
      {colunas.map((c) => (
        <TableCell key={c.id} align={c.numero ? 'right' : 'left'} sx={c.numero ? { whiteSpace: 'nowrap' } : undefined}>
          {c.valor(cliente)}
        </TableCell>
      ))}
      <TableCell className="acoes" align="right" sx={{ whiteSpace: 'nowrap' }}>
        <BotaoPrevia cliente={cliente} aberta={aberta} tab={tab} aoPrever={aoPrever} />
        {podeMover && <AcoesCliente cliente={movel(cliente)} tabIndex={tab} tamanho="small" />}
      </TableCell>
    </TableRow>
  );
});

/** Found clients as cards, for narrow screens; `inteiros`: all of them at once, because one comes back to one of them. */
export function EmCartoes({ inteiros, ...props }: ResultadoProps & { inteiros: boolean }) {
  const divisa = inicioDosParecidos(props);
  const clientes = useAosPoucos(props.clientes, inteiros);
  const descricao = useId();
  return (
    <>
      <span id={descricao} className="so-leitor">
        {t('pesquisa.legenda')}
      </span>
      <Box component="ul" aria-label={t('pesquisa.titulo')} aria-describedby={descricao} aria-busy={clientes.length < props.clientes.length || undefined} onKeyDown={teclas(props)} sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 320px), 1fr))', opacity: props.velha ? 0.6 : 1 }}>
        {clientes.map((c, i) => (
          <Fragment key={c.id_cliente}>
            {i === divisa && (
              <Box component="li" data-divisa sx={{ pt: 1, gridColumn: '1 / -1' }}>
                <Divisa sozinha={i === 0} />
              </Box>
            )}
            <Cartao
              cliente={c}
              consulta={props.consulta}
              aberta={c.id_cliente === props.aberta}
              marcaParecido={divisa === undefined}
              podeMover={props.podeMover}
              aoFocar={props.aoFocar}
              aoPrever={props.aoPrever}
              aoAbrir={props.aoAbrir}
            />
          </Fragment>
        ))}
      </Box>
    </>
  );
}

/** Those that fill the window, then some more at a time until all are there. */
function useAosPoucos<L>(linhas: readonly L[], inteiras: boolean): readonly L[] {
  const [n, setN] = useState(() => (inteiras ? Infinity : Math.ceil(window.innerHeight / CARTAO.altura) * Math.max(1, Math.floor(window.innerWidth / CARTAO.largura))));
  const faltam = n < linhas.length;
  useEffect(() => {
    if (!faltam) return undefined;
    const proxima = setTimeout(() => startTransition(() => setN((antes) => antes + PARTE)), 0);
    return () => clearTimeout(proxima);
  }, [n, faltam]);
  return faltam ? linhas.slice(0, n) : linhas;
}

const Cartao = memo(function Cartao({ cliente: c, consulta, aberta, marcaParecido, podeMover, aoFocar, aoPrever, aoAbrir }: CartaoProps) {
  const id = c.id_cliente;
  const linha = [c.idade === null ? undefined : c.idade === 1 ? t('pesquisa.ano') : t('pesquisa.anos', { n: c.idade }), c.cidade || c.uf ? cidadeUf(c.cidade, c.uf) : undefined].filter(Boolean).join(' · ');
  return (
    <Card component="li" data-cliente={id} onFocus={() => aoFocar(id)} sx={{ p: 1.5, display: 'grid', gap: 0.75, alignContent: 'space-between', borderColor: aberta ? 'primary.main' : undefined }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Link component={Rota} href={`/clientes/${id}`} id={linkDaLinha(id)} onClick={() => aoAbrir(id)} underline="hover" color="inherit" sx={{ fontWeight: 650, display: 'inline-block', py: 0.25 }}>
            <NomeRealcado nome={c.nome_completo} consulta={consulta} />
          </Link>
          <Typography component="span" variant="body2" color="textSecondary" sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 0.75 }}>
            {cpf(c.cpf)}
            <Marcas cliente={c} parecido={marcaParecido && c.parecido} />
          </Typography>
          {linha !== '' && (
            <Typography variant="body2" color="textSecondary">
              {linha}
            </Typography>
          )}
        </Box>
        <Box sx={{ display: 'flex', flexShrink: 0, mr: -0.75, mt: -0.75 }}>
          <BotaoPrevia cliente={c} aberta={aberta} aoPrever={aoPrever} />
          {podeMover && <AcoesCliente cliente={movel(c)} />}
        </Box>
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, alignItems: 'center' }}>
        <Periodo periodo={c.periodo} dias={c.dias_sem_comprar} />
        <Etiqueta>{t(`status.${c.status}`)}</Etiqueta>
        {c.vendedor !== null && (
          <Typography component="span" variant="body2" color="textSecondary">
            {c.vendedor.nome}
          </Typography>
        )}
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, justifyContent: 'space-between', fontSize: '0.875rem' }}>
        <Celular numero={c.celular} />
        <Box component="span" sx={{ fontWeight: 600 }}>
          {moeda(c.valor_total)}
        </Box>
      </Box>
    </Card>
  );
});

function BotaoPrevia({ cliente, aberta, tab, aoPrever }: { cliente: ClienteAchado; aberta: boolean; tab?: number; aoPrever: (id: number) => void }) {
  return (
    <IconButton size="small" tabIndex={tab} aria-pressed={aberta} aria-label={t('pesquisa.previaDe', { nome: cliente.nome_completo })} onClick={() => aoPrever(cliente.id_cliente)} sx={{ color: aberta ? 'primary.main' : 'text.secondary' }}>
      <Icone d={mdiDockRight} fontSize="small" />
    </IconButton>
  );
}

/** What one must know before calling, beside the name. */
function Marcas({ cliente, parecido }: { cliente: ClienteAchado; parecido: boolean }) {
  if (cliente.ativo && !cliente.nao_contatar && !parecido) return null;
  return (
    <Box component="span" sx={{ display: 'inline-flex', flexWrap: 'wrap', gap: 0.5 }}>
      {!cliente.ativo && <Etiqueta cor="perdido">{t('pesquisa.desativado')}</Etiqueta>}
      {cliente.nao_contatar && <Etiqueta cor="risco">{t('pesquisa.naoContatar')}</Etiqueta>}
      {parecido && <Etiqueta>{t('pesquisa.parecido')}</Etiqueta>}
    </Box>
  );
}

function Divisa({ sozinha }: { sozinha: boolean }) {
  return (
    <Typography component="span" variant="body2" color="textSecondary">
      <Box component="strong" sx={{ color: 'text.primary' }}>
        {t('pesquisa.parecidos')}
      </Box>
      {' · '}
      {t(sozinha ? 'pesquisa.soParecidos' : 'pesquisa.parecidosTexto')}
    </Typography>
  );
}

/**
 * Index before which the twins begin, when the order puts them behind the rest;
 * in another order each is marked instead.
 */
function inicioDosParecidos({ clientes, ordem }: Pick<ResultadoProps, 'clientes' | 'ordem'>): number | undefined {
  if (ordem !== 'relevancia') return undefined;
  const i = clientes.findIndex((c) => c.parecido);
  return i >= 0 && clientes.slice(i).every((c) => c.parecido) ? i : undefined;
}

/** Up, down, and back to the order of the server. */
export function proximaOrdem(ordem: string, chave: ChaveOrdem): string | undefined {
  const agora = partesDaOrdem(ordem);
  if (agora?.chave !== chave) return ordenarPor(chave, false);
  return agora.desc ? undefined : ordenarPor(chave, true);
}

export function movel(c: ClienteAchado) {
  return { id: c.id_cliente, nome: c.nome_completo, vendedor_atribuido: c.vendedor, contatado: c.status === 'contatado' };
}
