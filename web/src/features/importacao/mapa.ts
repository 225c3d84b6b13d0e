/** Which column goes where: suggestions, what was chosen last time, what is wrong. Pure functions. */
import { identificaPessoa } from '../../lib/reconhecer';
import { CAMPOS, type Campo, type Coluna, type Mapa } from './tipos';

/** By index of the column: the field it goes to, or nothing. */
export type Destinos = readonly (Campo | undefined)[];

export interface Problemas {
  /** No column for it, and nothing works without. */
  faltaCpf: boolean;
  /** Clients that are new are refused without it. */
  faltaNome: boolean;
  repetidos: Campo[];
}

/** Sets of titles that are remembered, at most. */
const LEMBRADOS_MAX = 20;
const CHAVE = 'importacao-colunas';

export function ehCampo(texto: string | null | undefined): texto is Campo {
  return (CAMPOS as readonly string[]).includes(texto ?? '');
}

/** As the server suggests, each field once. */
export function sugeridos(colunas: readonly Coluna[]): Destinos {
  const usados = new Set<Campo>();
  return colunas.map(({ sugestao }) => {
    if (!ehCampo(sugestao) || usados.has(sugestao)) return undefined;
    usados.add(sugestao);
    return sugestao;
  });
}

export function paraMapa(destinos: Destinos): Mapa {
  const mapa: Mapa = {};
  destinos.forEach((campo, indice) => {
    if (campo !== undefined) mapa[campo] = indice;
  });
  return mapa;
}

export function problemas(destinos: Destinos): Problemas {
  const repetidos = CAMPOS.filter((c) => destinos.filter((d) => d === c).length > 1);
  return { faltaCpf: !destinos.includes('cpf'), faltaNome: !destinos.includes('nome_completo'), repetidos };
}

/** The same titles in the same order are the same kind of file. */
function assinatura(colunas: readonly Coluna[]): string {
  return JSON.stringify(colunas.map((c) => c.titulo.trim().toLocaleLowerCase('pt-BR')));
}

type Guardados = [assinatura: string, destinos: (string | null)[]][];

/** What was chosen for these titles before; undefined when it is not known or nothing of it is left. */
export function lembrar(colunas: readonly Coluna[], onde: Pick<Storage, 'getItem'>): Destinos | undefined {
  const achado = ler(onde).find(([a]) => a === assinatura(colunas))?.[1];
  if (achado === undefined || achado.length !== colunas.length) return undefined;
  return achado.map((c) => (ehCampo(c) ? c : undefined));
}

/** Keeps the choice in this browser: titles and fields, no data. A first line that names somebody is no title, whoever said so. */
export function guardar(colunas: readonly Coluna[], destinos: Destinos, onde: Pick<Storage, 'getItem' | 'setItem'>): void {
  if (colunas.some((c) => identificaPessoa(c.titulo))) return;
  const a = assinatura(colunas);
  const outros = ler(onde).filter(([outra]) => outra !== a);
  onde.setItem(CHAVE, JSON.stringify([[a, destinos.map((d) => d ?? null)], ...outros].slice(0, LEMBRADOS_MAX)));
}

function ler(onde: Pick<Storage, 'getItem'>): Guardados {
  try {
    const json: unknown = JSON.parse(onde.getItem(CHAVE) ?? '[]');
    return Array.isArray(json) ? json.filter((g): g is Guardados[number] => Array.isArray(g) && typeof g[0] === 'string' && Array.isArray(g[1])) : [];
  } catch {
    return [];
  }
}
