import type { ResultadoContato } from '../../lib/contato';
import { COLUNAS, type ClienteCarteira, type NomeColuna, type RespostaCarteira } from './tipos';

/** Cards asked at a time; also what the first answer holds per column. */
export const PAGINA = 50;
/** The most the server gives in one answer. */
export const PAGINA_MAX = 500;

export interface Coluna {
  /** True totals, also of what is not loaded. */
  total: number;
  valor: number;
  cartoes: ClienteCarteira[];
}

/** The board as the screen holds it. All functions here change it in place (immer drafts). */
export interface Quadro {
  vendedor: RespostaCarteira['vendedor'];
  colunas: Record<NomeColuna, Coluna>;
}

/** The board out of the answer to `por_coluna=true`. */
export function montar(resposta: RespostaCarteira): Quadro {
  const quadro: Quadro = {
    vendedor: resposta.vendedor,
    colunas: {
      a_contatar_30_45: vazia(),
      a_contatar_46_60: vazia(),
      contatado: vazia(),
      recuperado: vazia(),
    },
  };
  for (const cliente of resposta.clientes) quadro.colunas[cliente.coluna]?.cartoes.push(cliente);
  receberTotais(quadro, resposta);
  return quadro;
}

function vazia(): Coluna {
  return { total: 0, valor: 0, cartoes: [] };
}

/** Takes the server's totals; an answer about one column carries those of all. */
export function receberTotais(quadro: Quadro, resposta: Pick<RespostaCarteira, 'colunas' | 'vendedor'>): void {
  quadro.vendedor = resposta.vendedor;
  for (const { coluna, total, valor } of resposta.colunas) {
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
  quadro.colunas[nome].cartoes.push(...novos);
  receberTotais(quadro, resposta);
  if (novos.length === 0) {
    // Nothing new although more was promised: believe what is here, ask no more.
    const coluna = quadro.colunas[nome];
    coluna.total = Math.min(coluna.total, coluna.cartoes.length);
  }
}

/**
 * Replaces the cards of a column by a fresh reading; an assignment stands in one
 * column only. (A client may stand in two: recovered last month and open again.)
 */
export function substituirColuna(quadro: Quadro, nome: NomeColuna, resposta: RespostaCarteira): void {
  const ids = new Set(resposta.clientes.map((c) => c.atribuicao_id));
  for (const outra of COLUNAS) {
    if (outra === nome) continue;
    const coluna = quadro.colunas[outra];
    if (coluna.cartoes.some((c) => ids.has(c.atribuicao_id))) coluna.cartoes = coluna.cartoes.filter((c) => !ids.has(c.atribuicao_id));
  }
  quadro.colunas[nome].cartoes = resposta.clientes;
  receberTotais(quadro, resposta);
}

/** How many cards a new reading of a column asks for: what is loaded, in whole pages. */
export function tamanhoDaLeitura(coluna: Coluna): number {
  const paginas = Math.max(1, Math.ceil(coluna.cartoes.length / PAGINA));
  return Math.min(PAGINA_MAX, paginas * PAGINA);
}

/** Where a client stands, or undefined when it is not loaded. */
export function localizar(quadro: Quadro, clienteId: number): { coluna: NomeColuna; indice: number; cliente: ClienteCarteira } | undefined {
  for (const coluna of COLUNAS) {
    const indice = quadro.colunas[coluna].cartoes.findIndex((c) => c.id === clienteId);
    const cliente = quadro.colunas[coluna].cartoes[indice];
    if (cliente !== undefined) return { coluna, indice, cliente };
  }
  return undefined;
}

/** May a person move a card from one column to the other? Recovery comes only with an order. */
export function podeMover(de: NomeColuna, para: NomeColuna): boolean {
  return para === 'contatado' && (de === 'a_contatar_30_45' || de === 'a_contatar_46_60');
}

/** The column at the right to which a card may go, if any. */
export function destinoADireita(de: NomeColuna): NomeColuna | undefined {
  return COLUNAS.slice(COLUNAS.indexOf(de) + 1).find((para) => podeMover(de, para));
}

export interface Marca {
  observacoes: string;
  resultado: ResultadoContato;
  /** Shown until the server says the true one. */
  data_contato: string;
}

/** What a move took away, to put it back. */
export interface Desfazer {
  coluna: NomeColuna;
  indice: number;
  cliente: ClienteCarteira;
}

/** Moves a card to the top of Contatado and its value between the totals. */
export function marcar(quadro: Quadro, clienteId: number, marca: Marca): void {
  const lugar = localizar(quadro, clienteId);
  if (lugar === undefined || !podeMover(lugar.coluna, 'contatado')) return;
  tirar(quadro, lugar.coluna, lugar.indice);
  por(quadro, 'contatado', 0, {
    ...lugar.cliente,
    coluna: 'contatado',
    status: 'contatado',
    contatado: true,
    observacoes: marca.observacoes,
    resultado: marca.resultado,
    data_contato: marca.data_contato,
  });
}

/** Takes a refused move back, unless a reading has put the card elsewhere since. */
export function desmarcar(quadro: Quadro, { coluna, indice, cliente }: Desfazer): void {
  const lugar = localizar(quadro, cliente.id);
  if (lugar?.coluna !== 'contatado') return;
  tirar(quadro, 'contatado', lugar.indice);
  por(quadro, coluna, Math.min(indice, quadro.colunas[coluna].cartoes.length), cliente);
}

function tirar(quadro: Quadro, nome: NomeColuna, indice: number): void {
  const coluna = quadro.colunas[nome];
  const [cliente] = coluna.cartoes.splice(indice, 1);
  if (cliente === undefined) return;
  coluna.total -= 1;
  coluna.valor = centavos(coluna.valor - cliente.valor_total);
}

function por(quadro: Quadro, nome: NomeColuna, indice: number, cliente: ClienteCarteira): void {
  const coluna = quadro.colunas[nome];
  coluna.cartoes.splice(indice, 0, cliente);
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
  return new Set(COLUNAS.flatMap((c) => quadro.colunas[c].cartoes.map((k) => k.atribuicao_id)));
}

/**
 * The requests that bring `nomes` up to date: one for all four columns while
 * nothing beyond their first page is loaded, else one per column.
 */
export function planejarLeitura(quadro: Quadro, nomes: readonly NomeColuna[]): { coluna?: NomeColuna; page?: number; size?: number }[] {
  const soPrimeiras = COLUNAS.every((c) => quadro.colunas[c].cartoes.length <= PAGINA);
  if (soPrimeiras && nomes.length > 1) return [{}];
  return nomes.map((coluna) => ({ coluna, page: 1, size: tamanhoDaLeitura(quadro.colunas[coluna]) }));
}

/** Puts a fresh reading of one column, or of all, on the board. */
export function receberLeitura(quadro: Quadro, coluna: NomeColuna | undefined, resposta: RespostaCarteira): void {
  if (coluna !== undefined) {
    substituirColuna(quadro, coluna, resposta);
    return;
  }
  const novo = montar(resposta);
  quadro.vendedor = novo.vendedor;
  quadro.colunas = novo.colunas;
}
