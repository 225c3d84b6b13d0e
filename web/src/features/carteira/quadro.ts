import { isDraft, original } from '@reduxjs/toolkit';

import type { ResultadoContato } from '../../lib/contato';
import { COLUNAS, type ClienteCarteira, type NomeColuna, type RespostaCarteira, type TotaisDasColunas } from './tipos';

/** Cards asked at a time; also what the first answer holds per column. */
export const PAGINA = 50;
/** Up to so many loaded pages a column is read again as a whole, in one request. */
const PAGINAS_INTEIRA = 4;

export interface Coluna {
  /** True totals, also of what is not loaded. */
  total: number;
  valor: number;
  cartoes: readonly ClienteCarteira[];
  /** Loaded pages, from 1, that are to be read again before they are believed. */
  velhas: readonly number[];
}

/**
 * The board as the screen holds it. All functions here change it in place
 * (immer drafts), but lists of cards are replaced, never changed: looking at
 * thousands of cards through a draft would copy each.
 */
export interface Quadro {
  vendedor: RespostaCarteira['vendedor'];
  /** Clients of all columns; a mark changes nothing of it. */
  total: number;
  colunas: Record<NomeColuna, Coluna>;
}

/** The list itself, not its draft. */
function cru(cartoes: readonly ClienteCarteira[]): readonly ClienteCarteira[] {
  return isDraft(cartoes) ? ((original(cartoes as object) as readonly ClienteCarteira[] | undefined) ?? cartoes) : cartoes;
}

const cartoesDe = (quadro: Quadro, nome: NomeColuna) => cru(quadro.colunas[nome].cartoes);

/** The board out of the answer to `por_coluna=true`. */
export function montar(resposta: RespostaCarteira): Quadro {
  const da = (nome: NomeColuna): Coluna => ({ total: 0, valor: 0, cartoes: resposta.clientes.filter((c) => c.coluna === nome), velhas: [] });
  const quadro: Quadro = {
    vendedor: resposta.vendedor,
    total: resposta.no_quadro,
    colunas: {
      a_contatar_30_45: da('a_contatar_30_45'),
      a_contatar_46_60: da('a_contatar_46_60'),
      contatado: da('contatado'),
      recuperado: da('recuperado'),
    },
  };
  receberTotais(quadro, resposta);
  return quadro;
}

/** Takes the server's totals; an answer about one column carries those of all. */
function receberTotais(quadro: Quadro, resposta: Pick<RespostaCarteira, 'colunas' | 'no_quadro' | 'vendedor'>): void {
  quadro.vendedor = resposta.vendedor;
  quadro.total = resposta.no_quadro;
  receberColunas(quadro, resposta.colunas);
}

export function receberColunas(quadro: Quadro, colunas: TotaisDasColunas): void {
  for (const { coluna, total, valor } of colunas) {
    const alvo = quadro.colunas[coluna];
    if (alvo === undefined) continue;
    alvo.total = total;
    alvo.valor = valor;
  }
}

/**
 * The page to ask for next, from 1, or undefined when all is loaded.
 *
 * After a card left, the pages no longer begin where the loaded cards end: the
 * page that overlaps is asked again, so no card is skipped.
 */
export function proximaPagina(coluna: Coluna): number | undefined {
  if (coluna.cartoes.length >= coluna.total) return undefined;
  return Math.floor(coluna.cartoes.length / PAGINA) + 1;
}

/** Adds a page at the end; cards already on the board are kept where they are. */
export function juntarPagina(quadro: Quadro, nome: NomeColuna, resposta: RespostaCarteira): void {
  const conhecidos = atribuicoes(quadro);
  const novos = resposta.clientes.filter((c) => !conhecidos.has(c.atribuicao_id));
  const coluna = quadro.colunas[nome];
  coluna.cartoes = [...cru(coluna.cartoes), ...novos];
  receberTotais(quadro, resposta);
  // Nothing new although more was promised: believe what is here, ask no more.
  if (novos.length === 0) coluna.total = Math.min(coluna.total, coluna.cartoes.length);
}

/**
 * Replaces the cards of a column by a fresh reading; an assignment stands in one
 * column only. (A client may stand in two: recovered last month and open again.)
 */
export function substituirColuna(quadro: Quadro, nome: NomeColuna, resposta: RespostaCarteira): void {
  tirarDasOutras(quadro, nome, resposta);
  quadro.colunas[nome].cartoes = resposta.clientes;
  quadro.colunas[nome].velhas = [];
  receberTotais(quadro, resposta);
}

/** Puts a fresh reading of one page where it belongs; the other pages stay as they are. */
function receberPagina(quadro: Quadro, nome: NomeColuna, pagina: number, resposta: RespostaCarteira): void {
  tirarDasOutras(quadro, nome, resposta);
  const coluna = quadro.colunas[nome];
  const ids = new Set(resposta.clientes.map((c) => c.atribuicao_id));
  const inicio = (pagina - 1) * PAGINA;
  const antigos = cru(coluna.cartoes);
  const outros = (lista: readonly ClienteCarteira[]) => lista.filter((c) => !ids.has(c.atribuicao_id));
  receberTotais(quadro, resposta);
  coluna.cartoes = [...outros(antigos.slice(0, inicio)), ...resposta.clientes, ...outros(antigos.slice(inicio + PAGINA))].slice(0, coluna.total);
  coluna.velhas = coluna.velhas.filter((p) => p !== pagina && (p - 1) * PAGINA < coluna.cartoes.length);
}

/** An event touched the column: what is loaded of it is old, page by page. */
export function envelhecer(quadro: Quadro, nome: NomeColuna): void {
  const coluna = quadro.colunas[nome];
  coluna.velhas = Array.from({ length: paginasDe(coluna) }, (_, i) => i + 1);
}

function tirarDasOutras(quadro: Quadro, nome: NomeColuna, resposta: RespostaCarteira): void {
  const ids = new Set(resposta.clientes.map((c) => c.atribuicao_id));
  for (const outra of COLUNAS) {
    const cartoes = cartoesDe(quadro, outra);
    if (outra !== nome && cartoes.some((c) => ids.has(c.atribuicao_id))) {
      quadro.colunas[outra].cartoes = cartoes.filter((c) => !ids.has(c.atribuicao_id));
    }
  }
}

const paginasDe = (coluna: Coluna) => Math.max(1, Math.ceil(coluna.cartoes.length / PAGINA));

/** Is so little loaded that one reading brings all of it? */
export const cabeInteira = (coluna: Coluna) => paginasDe(coluna) <= PAGINAS_INTEIRA;

/** Old pages among the cards first..last on screen. */
export function velhasAVista(coluna: Coluna, vista: { primeiro: number; ultimo: number }): number[] {
  const de = Math.floor(Math.max(0, vista.primeiro) / PAGINA) + 1;
  const ate = Math.floor(Math.max(0, vista.ultimo) / PAGINA) + 1;
  return coluna.velhas.filter((p) => p >= de && p <= ate);
}

/** Where a client stands, or undefined when it is not loaded. */
export function localizar(quadro: Quadro, clienteId: number): { coluna: NomeColuna; indice: number; cliente: ClienteCarteira } | undefined {
  for (const coluna of COLUNAS) {
    const cartoes = cartoesDe(quadro, coluna);
    const indice = cartoes.findIndex((c) => c.id === clienteId);
    const cliente = cartoes[indice];
    if (cliente !== undefined) return { coluna, indice, cliente };
  }
  return undefined;
}

/** Adds a card where its place in the order is, when that is among the loaded ones. */
function indiceNaOrdem(coluna: Coluna, cliente: ClienteCarteira): number {
  const chave = (c: ClienteCarteira) => c.data_ultima_compra ?? '9999';
  const cartoes = cru(coluna.cartoes);
  const i = cartoes.findIndex((c) => chave(c) > chave(cliente) || (chave(c) === chave(cliente) && c.atribuicao_id > cliente.atribuicao_id));
  return i < 0 ? cartoes.length : i;
}

export interface Marca {
  observacoes: string;
  resultado: ResultadoContato;
  retornar_em: string | null;
  marcado_por: number;
  /** Shown until the server says the true one. */
  data_contato: string;
}

/** What a move took away, to put it back. */
export interface Desfazer {
  coluna: NomeColuna;
  indice: number;
  cliente: ClienteCarteira;
}

/** Moves a card to the top of Contatado; the totals go along until the answer brings them. */
export function marcar(quadro: Quadro, clienteId: number, marca: Marca): void {
  const lugar = localizar(quadro, clienteId);
  if (lugar === undefined || (lugar.coluna !== 'a_contatar_30_45' && lugar.coluna !== 'a_contatar_46_60')) return;
  tirar(quadro, lugar.coluna, lugar.indice);
  por(quadro, 'contatado', 0, {
    ...lugar.cliente,
    ...marca,
    coluna: 'contatado',
    status: 'contatado',
    contatado: true,
    proximo_passo: null,
  });
}

/** Takes a refused move back, unless a reading has put the card elsewhere since. */
export function desmarcar(quadro: Quadro, { coluna, indice, cliente }: Desfazer): void {
  const lugar = localizar(quadro, cliente.id);
  if (lugar?.coluna !== 'contatado') return;
  tirar(quadro, 'contatado', lugar.indice);
  por(quadro, coluna, indice, cliente);
}

/** Takes a mark back: the card stands where it belongs by its days, as not contacted. */
export function voltar(quadro: Quadro, clienteId: number, para: NomeColuna): void {
  const lugar = localizar(quadro, clienteId);
  if (lugar?.coluna !== 'contatado') return;
  tirar(quadro, 'contatado', lugar.indice);
  const cliente: ClienteCarteira = {
    ...lugar.cliente,
    coluna: para,
    status: 'atribuido',
    contatado: false,
    data_contato: null,
    resultado: null,
    observacoes: null,
    retornar_em: null,
    proximo_passo: null,
    marcado_por: null,
  };
  por(quadro, para, indiceNaOrdem(quadro.colunas[para], cliente), cliente);
}

/** Changes fields of a card where it stands. */
export function trocar(quadro: Quadro, clienteId: number, parte: Partial<ClienteCarteira>): void {
  const lugar = localizar(quadro, clienteId);
  if (lugar === undefined) return;
  quadro.colunas[lugar.coluna].cartoes = cartoesDe(quadro, lugar.coluna).map((c, i) => (i === lugar.indice ? { ...c, ...parte } : c));
}

function tirar(quadro: Quadro, nome: NomeColuna, indice: number): void {
  const coluna = quadro.colunas[nome];
  const cartoes = cru(coluna.cartoes);
  const cliente = cartoes[indice];
  if (cliente === undefined) return;
  coluna.cartoes = cartoes.filter((_, i) => i !== indice);
  coluna.total -= 1;
  coluna.valor = centavos(coluna.valor - cliente.valor_total);
}

function por(quadro: Quadro, nome: NomeColuna, indice: number, cliente: ClienteCarteira): void {
  const coluna = quadro.colunas[nome];
  const cartoes = cru(coluna.cartoes);
  coluna.cartoes = [...cartoes.slice(0, indice), cliente, ...cartoes.slice(indice)];
  coluna.total += 1;
  coluna.valor = centavos(coluna.valor + cliente.valor_total);
}

/** Money as number: sums are brought back to whole cents. */
function centavos(valor: number): number {
  return Math.round(valor * 100) / 100;
}

/** Ids of `depois` that were not on the board before: what slid in. */
export function recemChegados(antes: Quadro, depois: Quadro): number[] {
  const conhecidas = atribuicoes(antes);
  return COLUNAS.flatMap((c) => depois.colunas[c].cartoes.filter((k) => !conhecidas.has(k.atribuicao_id)).map((k) => k.id));
}

function atribuicoes(quadro: Quadro): Set<number> {
  return new Set(COLUNAS.flatMap((c) => cartoesDe(quadro, c).map((k) => k.atribuicao_id)));
}

/** A request that brings a part of the board up to date. */
export interface Parte {
  coluna?: NomeColuna;
  page?: number;
  size?: number;
}

/**
 * The requests that bring `nomes` up to date: one for all four columns while
 * nothing beyond their first page is loaded; a column with few pages as a
 * whole; of a long one what is on screen, the rest when it comes into sight.
 */
export function planejarLeitura(quadro: Quadro, nomes: readonly NomeColuna[], vistas: Readonly<Partial<Record<NomeColuna, { primeiro: number; ultimo: number }>>> = {}): Parte[] {
  const soPrimeiras = COLUNAS.every((c) => quadro.colunas[c].cartoes.length <= PAGINA);
  if (soPrimeiras && nomes.length > 1) return [{}];
  return nomes.flatMap((nome): Parte[] => {
    const coluna = quadro.colunas[nome];
    if (cabeInteira(coluna)) return [{ coluna: nome, page: 1, size: paginasDe(coluna) * PAGINA }];
    const paginas = velhasAVista({ ...coluna, velhas: Array.from({ length: paginasDe(coluna) }, (_, i) => i + 1) }, vistas[nome] ?? { primeiro: 0, ultimo: 0 });
    return paginas.map((page) => ({ coluna: nome, page, size: PAGINA }));
  });
}

/** Puts a fresh reading of a part on the board. */
export function receberLeitura(quadro: Quadro, parte: Parte, resposta: RespostaCarteira): void {
  const { coluna, page = 1 } = parte;
  if (coluna === undefined) {
    const novo = montar(resposta);
    quadro.vendedor = novo.vendedor;
    quadro.total = novo.total;
    quadro.colunas = novo.colunas;
  } else if (cabeInteira(quadro.colunas[coluna])) {
    substituirColuna(quadro, coluna, resposta);
  } else {
    receberPagina(quadro, coluna, page, resposta);
  }
}
