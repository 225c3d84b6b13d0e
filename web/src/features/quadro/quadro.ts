import { SEM_VENDEDOR, type Cartao, type ColunaResposta, type Por, type QuadroResposta } from './tipos';
import type { Vendedor } from '../../lib/vendedores';

/** Cards asked at a time. */
export const PAGINA = 50;
/** The most the server gives in one answer. */
export const PAGINA_MAX = 100;
/** The most that is moved at a time. */
export const LOTE_MAX = 500;

export interface Coluna {
  titulo: string;
  vendedor: Vendedor | null;
  /** True totals, also of what is not loaded. */
  total: number;
  valor: number;
  cartoes: Cartao[];
}

/** The board as the screen holds it. All functions here change it in place (immer drafts). */
export interface Quadro {
  por: Por;
  /** Names of the columns, from the left. */
  ordem: string[];
  colunas: Record<string, Coluna>;
}

export function montar({ por, colunas }: QuadroResposta): Quadro {
  const quadro: Quadro = { por, ordem: [], colunas: {} };
  for (const c of colunas) {
    quadro.ordem.push(c.coluna);
    quadro.colunas[c.coluna] = { titulo: c.titulo, vendedor: c.vendedor, total: c.total, valor: c.valor, cartoes: c.clientes };
  }
  return quadro;
}

export interface Lugar {
  coluna: string;
  indice: number;
  cartao: Cartao;
}

export function localizar(quadro: Quadro, id: number): Lugar | undefined {
  for (const coluna of quadro.ordem) {
    const indice = quadro.colunas[coluna]?.cartoes.findIndex((c) => c.id === id) ?? -1;
    const cartao = quadro.colunas[coluna]?.cartoes[indice];
    if (cartao !== undefined) return { coluna, indice, cartao };
  }
  return undefined;
}

/**
 * A newer answer of the whole board. What it holds of a column is true; cards
 * loaded deeper stay behind, but for those that are elsewhere now.
 */
export function receber(quadro: Quadro, resposta: QuadroResposta): void {
  const novo = montar(resposta);
  for (const nome of novo.ordem) {
    const velha = quadro.colunas[nome];
    if (velha !== undefined && novo.colunas[nome] !== undefined) novo.colunas[nome].cartoes = velha.cartoes;
  }
  quadro.ordem = novo.ordem;
  quadro.colunas = novo.colunas;
  for (const c of resposta.colunas) receberColuna(quadro, c);
}

/**
 * Does `a` stand above `b` in a column of the board by seller? As
 * crm.ler_coluna_quadro() orders them, but for assignments of the same day,
 * whose order is that of the answers.
 */
function acima(coluna: string, a: Cartao, b: Cartao): boolean {
  if (a.contatado !== b.contatado) return b.contatado;
  if (a.data_ultima_compra !== b.data_ultima_compra) return (a.data_ultima_compra ?? '') < (b.data_ultima_compra ?? '');
  return coluna === SEM_VENDEDOR && a.id < b.id;
}

/** A newer answer of one column, from its first card. */
export function receberColuna(quadro: Quadro, resposta: ColunaResposta): void {
  const coluna = quadro.colunas[resposta.coluna];
  if (coluna === undefined) return;
  const novos = new Set(resposta.clientes.map((c) => c.id));
  for (const nome of quadro.ordem) {
    const outra = quadro.colunas[nome];
    if (outra !== undefined && nome !== resposta.coluna) outra.cartoes = outra.cartoes.filter((c) => !novos.has(c.id));
  }
  coluna.titulo = resposta.titulo;
  coluna.vendedor = resposta.vendedor;
  coluna.total = resposta.total;
  coluna.valor = resposta.valor;
  const ultimo = resposta.clientes.at(-1);
  // Deeper than the answer is also what was moved to a place below its last card.
  const abaixo = (c: Cartao) => quadro.por === 'vendedor' && ultimo !== undefined && acima(resposta.coluna, ultimo, c);
  const resto = coluna.cartoes.filter((c, i) => !novos.has(c.id) && (i >= resposta.clientes.length || abaixo(c)));
  coluna.cartoes = [...resposta.clientes, ...resto].slice(0, resposta.total);
}

/** One more page, which may overlap what is here. */
export function juntarPagina(quadro: Quadro, resposta: ColunaResposta): void {
  const coluna = quadro.colunas[resposta.coluna];
  if (coluna === undefined) return;
  const tem = new Set(coluna.cartoes.map((c) => c.id));
  const novos = resposta.clientes.filter((c) => !tem.has(c.id));
  coluna.cartoes.push(...novos);
  // A page without anything new ends the column: asking again would not end.
  coluna.total = novos.length === 0 ? coluna.cartoes.length : resposta.total;
  coluna.valor = resposta.valor;
}

/** The page that continues a column; undefined at its end. */
export function proximaPagina(coluna: Coluna): number | undefined {
  return coluna.cartoes.length >= coluna.total ? undefined : Math.floor(coluna.cartoes.length / PAGINA) + 1;
}

/** How many cards to read a column again with. */
export function tamanhoDaLeitura(coluna: Coluna): number {
  return Math.min(PAGINA_MAX, Math.max(PAGINA, Math.ceil(coluna.cartoes.length / PAGINA) * PAGINA));
}

/**
 * Gives cards to a column of the board by seller: pending, pinned, where the
 * next answer has them, so that none leaves the sight of who moved it.
 * By period a card stays where it is and changes its seller.
 */
export function mover(quadro: Quadro, ids: readonly number[], destino: string, vendedor: { id: number; nome: string } | null): void {
  for (const id of ids) {
    const lugar = localizar(quadro, id);
    if (lugar === undefined) continue;
    const novo: Cartao = { ...lugar.cartao, vendedor_atribuido: vendedor, contatado: false, fixado: vendedor !== null, status: vendedor === null ? 'disponivel' : 'atribuido' };
    const de = quadro.colunas[lugar.coluna];
    const para = quadro.por === 'vendedor' ? quadro.colunas[destino] : de;
    if (de === undefined || para === undefined) continue;
    if (de === para) {
      de.cartoes[lugar.indice] = novo;
      continue;
    }
    de.cartoes.splice(lugar.indice, 1);
    const lugarNovo = para.cartoes.findIndex((c) => acima(destino, novo, c));
    para.cartoes.splice(lugarNovo < 0 ? para.cartoes.length : lugarNovo, 0, novo);
    somar(de, -1, -novo.valor_total);
    somar(para, 1, novo.valor_total);
  }
}

function somar(coluna: Coluna, n: number, valor: number): void {
  coluna.total = Math.max(0, coluna.total + n);
  coluna.valor = Math.round((coluna.valor + valor) * 100) / 100;
}

/** Where Ctrl+→ or Ctrl+← takes a card: the next column that is a seller. */
export function vizinha(quadro: Quadro, coluna: string, passo: 1 | -1): string | undefined {
  if (quadro.por !== 'vendedor') return undefined;
  return quadro.ordem[quadro.ordem.indexOf(coluna) + passo];
}

export type Direcao = 'cima' | 'baixo' | 'esquerda' | 'direita' | 'inicio' | 'fim';

/** The card an arrow leads to: in the column, or at the same height beside. */
export function aoLado(quadro: Quadro, id: number, direcao: Direcao, soColuna: boolean): Cartao | undefined {
  const lugar = localizar(quadro, id);
  const cartoes = lugar && quadro.colunas[lugar.coluna]?.cartoes;
  if (lugar === undefined || cartoes === undefined) return undefined;
  switch (direcao) {
    case 'cima':
      return cartoes[lugar.indice - 1];
    case 'baixo':
      return cartoes[lugar.indice + 1];
    case 'inicio':
      return cartoes[0];
    case 'fim':
      return cartoes.at(-1);
    default: {
      if (soColuna) return undefined;
      const passo = direcao === 'direita' ? 1 : -1;
      for (let i = quadro.ordem.indexOf(lugar.coluna) + passo; i >= 0 && i < quadro.ordem.length; i += passo) {
        const outra = quadro.colunas[quadro.ordem[i] ?? '']?.cartoes ?? [];
        if (outra.length > 0) return outra[Math.min(lugar.indice, outra.length - 1)];
      }
      return undefined;
    }
  }
}

/** Ids from one card to another of the same column, both included; of two columns, just the second. */
export function faixa(quadro: Quadro, de: number | undefined, ate: number): number[] {
  const fim = localizar(quadro, ate);
  const inicio = de === undefined ? undefined : localizar(quadro, de);
  if (fim === undefined) return [];
  if (inicio === undefined || inicio.coluna !== fim.coluna) return [ate];
  const [a, b] = inicio.indice < fim.indice ? [inicio.indice, fim.indice] : [fim.indice, inicio.indice];
  return (quadro.colunas[fim.coluna]?.cartoes ?? []).slice(a, b + 1).map((c) => c.id);
}

/** The chosen cards that are on the board, in its order. */
export function escolhidos(quadro: Quadro, selecao: ReadonlySet<number>): Cartao[] {
  return quadro.ordem.flatMap((nome) => (quadro.colunas[nome]?.cartoes ?? []).filter((c) => selecao.has(c.id)));
}

/** The seller a column stands for; null: nobody. */
export function destinoDa(quadro: Quadro, nome: string): { id: number; nome: string } | null | undefined {
  if (nome === SEM_VENDEDOR) return null;
  const v = quadro.colunas[nome]?.vendedor;
  return v ? { id: v.id, nome: v.nome } : undefined;
}
