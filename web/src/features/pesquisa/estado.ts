import { SITUACOES, STATUS, type Situacao, type Status } from '../../lib/cliente';
import { identificaPessoa } from '../../lib/reconhecer';
import { UFS, type Uf } from '../../lib/ufs';
import type { PesquisaArgs } from './api';

export const TAMANHOS = [25, 50, 100] as const;
export type Tamanho = (typeof TAMANHOS)[number];
export const TAMANHO_PADRAO: Tamanho = 50;

/** Columns besides the name, in the order of the table. */
export const COLUNAS = ['cpf', 'idade', 'nascimento', 'cidade', 'uf', 'ultima', 'situacao', 'status', 'valor', 'celular', 'email', 'vendedor', 'codigo'] as const;
export type ColunaId = (typeof COLUNAS)[number];

/** Keys of order the server knows; a leading - turns them round. */
export const ORDENS = ['relevancia', 'nome', 'cidade', 'uf', 'idade', 'data_ultima_compra', 'valor_total', 'status', 'situacao', 'id', 'cpf'] as const;
export type ChaveOrdem = (typeof ORDENS)[number];

export const IDADE_MAX = 150;
const TEXTO_MAX = 120;
const PAGINA_MAX = 1_000_000_000;

/** Everything the search screen shows is a function of this. */
export interface Busca {
  texto: string;
  nome: string;
  cidade: string;
  uf: Uf[];
  idadeMin?: number;
  idadeMax?: number;
  situacao: Situacao[];
  status: Status[];
  /** False: the deactivated ones instead of the active ones. */
  ativo: boolean;
  /** Absent: as the server finds best. */
  ordem?: string;
  pagina: number;
  /** Absent: as remembered. */
  tamanho?: Tamanho;
  colunas?: ColunaId[];
}

export const BUSCA_VAZIA: Busca = { texto: '', nome: '', cidade: '', uf: [], situacao: [], status: [], ativo: true, pagina: 1 };

/** Filters, without text, order and page. */
export const SEM_FILTROS = { nome: '', cidade: '', uf: [], idadeMin: undefined, idadeMax: undefined, situacao: [], status: [], ativo: true } satisfies Partial<Busca>;

/**
 * Reads the state of an address. What is not valid is left out, so that no link
 * can break the screen. `lembrar` finds the text of a key (see `escrever`).
 */
export function ler(params: URLSearchParams, lembrar: (chave: string) => string | undefined): Busca {
  const chave = params.get('s');
  return {
    texto: ((chave === null ? params.get('q') : lembrar(chave)) ?? '').slice(0, TEXTO_MAX),
    nome: lerTexto(params, 'nome'),
    cidade: lerTexto(params, 'cidade'),
    uf: lerLista(params, 'uf', UFS),
    idadeMin: lerInteiro(params, 'idade_min', 0, IDADE_MAX),
    idadeMax: lerInteiro(params, 'idade_max', 0, IDADE_MAX),
    situacao: lerLista(params, 'situacao', SITUACOES),
    status: lerLista(params, 'status', STATUS),
    ativo: params.get('ativo') !== 'false',
    ordem: lerOrdem(params.get('sort')),
    pagina: lerInteiro(params, 'page', 1, PAGINA_MAX) ?? 1,
    tamanho: TAMANHOS.find((n) => String(n) === params.get('size')),
    colunas: params.has('colunas') ? lerLista(params, 'colunas', COLUNAS) : undefined,
  };
}

/**
 * The query of the address, without the question mark. Text that may identify a
 * person stays in memory: the address gets only the key that `guardar` gives it.
 */
export function escrever(busca: Busca, guardar: (texto: string) => string): string {
  const p = new URLSearchParams();
  const texto = busca.texto.trim();
  if (texto !== '') {
    if (identificaPessoa(texto)) p.set('s', guardar(texto));
    else p.set('q', texto);
  }
  if (busca.nome !== '') p.set('nome', busca.nome);
  if (busca.cidade !== '') p.set('cidade', busca.cidade);
  if (busca.uf.length > 0) p.set('uf', busca.uf.join(','));
  if (busca.idadeMin !== undefined) p.set('idade_min', String(busca.idadeMin));
  if (busca.idadeMax !== undefined) p.set('idade_max', String(busca.idadeMax));
  if (busca.situacao.length > 0) p.set('situacao', busca.situacao.join(','));
  if (busca.status.length > 0) p.set('status', busca.status.join(','));
  if (!busca.ativo) p.set('ativo', 'false');
  if (busca.ordem !== undefined) p.set('sort', busca.ordem);
  if (busca.pagina > 1) p.set('page', String(busca.pagina));
  if (busca.tamanho !== undefined) p.set('size', String(busca.tamanho));
  if (busca.colunas !== undefined) p.set('colunas', busca.colunas.join(','));
  // A comma is legal in a query and easier to read.
  return p.toString().replaceAll('%2C', ',');
}

/** What the server is asked, without the page. */
export function argumentos(busca: Busca, tamanho: Tamanho): Omit<PesquisaArgs, 'page' | 'cursor'> {
  return { ...filtrosDe(busca), sort: busca.ordem, size: tamanho };
}

/** Which clients are meant, whatever their order and page. */
export function filtrosDe(busca: Busca): Omit<PesquisaArgs, 'page' | 'cursor' | 'sort' | 'size'> {
  const lista = (valores: readonly string[]) => (valores.length > 0 ? valores.join(',') : undefined);
  return {
    q: busca.texto.trim() || undefined,
    nome: busca.nome || undefined,
    cidade: busca.cidade || undefined,
    uf: lista(busca.uf),
    idade_min: busca.idadeMin,
    idade_max: busca.idadeMax,
    situacao: lista(busca.situacao),
    status: lista(busca.status),
    ativo: busca.ativo ? undefined : false,
  };
}

/** Number of filters in use; the text of the box is not one. */
export function quantosFiltros(b: Busca): number {
  return [b.nome !== '', b.cidade !== '', b.uf.length > 0, b.idadeMin !== undefined || b.idadeMax !== undefined, b.situacao.length > 0, b.status.length > 0, !b.ativo].filter(Boolean)
    .length;
}

/** 'valor_total', turned round: '-valor_total'. */
export function ordenarPor(chave: ChaveOrdem, desc: boolean): string {
  return desc ? `-${chave}` : chave;
}

/** The order as column and direction, or undefined. */
export function partesDaOrdem(ordem: string | undefined): { chave: ChaveOrdem; desc: boolean } | undefined {
  const chave = ORDENS.find((o) => o === ordem?.replace(/^-/, ''));
  return chave === undefined ? undefined : { chave, desc: ordem?.startsWith('-') === true };
}

/** The order the server takes when none is asked: of a text by relevance, else by name. */
export function ordemEfetiva(busca: Busca): string {
  return busca.ordem ?? (busca.texto.trim() !== '' || busca.nome !== '' ? 'relevancia' : 'nome');
}

/** In a list, put in or take out, in the order of `todos`. */
export function alternar<T>(lista: readonly T[], valor: T, todos: readonly T[]): T[] {
  const com = lista.includes(valor) ? lista.filter((v) => v !== valor) : [...lista, valor];
  return todos.filter((v) => com.includes(v));
}

function lerTexto(params: URLSearchParams, nome: string): string {
  const texto = (params.get(nome) ?? '').trim().slice(0, TEXTO_MAX);
  return identificaPessoa(texto) ? '' : texto;
}

function lerInteiro(params: URLSearchParams, nome: string, min: number, max: number): number | undefined {
  const texto = params.get(nome);
  if (texto === null || !/^\d{1,10}$/.test(texto)) return undefined;
  const n = Number(texto);
  return n >= min && n <= max ? n : undefined;
}

function lerLista<T extends string>(params: URLSearchParams, nome: string, todos: readonly T[]): T[] {
  const pedidos = (params.get(nome) ?? '').split(',');
  return todos.filter((v) => pedidos.includes(v));
}

function lerOrdem(texto: string | null): string | undefined {
  const partes = partesDaOrdem(texto ?? undefined);
  if (partes === undefined || (partes.chave === 'relevancia' && partes.desc)) return undefined;
  return ordenarPor(partes.chave, partes.desc);
}

/** True when the address asks for a text that this tab does not remember. */
export function textoEsquecido(params: URLSearchParams, lembrar: (chave: string) => string | undefined): boolean {
  const chave = params.get('s');
  return chave !== null && lembrar(chave) === undefined;
}

/** True when an address carries text that belongs in memory: a link written by hand. */
export function enderecoComPessoa(params: URLSearchParams): boolean {
  return ['q', 'nome', 'cidade'].some((nome) => identificaPessoa(params.get(nome) ?? ''));
}

