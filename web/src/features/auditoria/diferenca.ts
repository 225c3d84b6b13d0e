/** Values of a row by column, as the audit keeps them. */
export type Valores = Readonly<Record<string, unknown>>;

export interface Diferenca {
  campo: string;
  antes: unknown;
  depois: unknown;
}

/** Fields that differ, in the order of the later row; what one side alone has counts, too. */
export function diferencas(antes: Valores | null, depois: Valores | null): Diferenca[] {
  const campos = [...new Set([...Object.keys(depois ?? {}), ...Object.keys(antes ?? {})])];
  return campos
    .map((campo) => ({ campo, antes: antes?.[campo], depois: depois?.[campo] }))
    // A key names the row on both sides, and a hidden value looks the same.
    .filter((d) => antes === null || depois === null || d.antes === '***' || !iguais(d.antes, d.depois));
}

/** What stands on both sides: the key of a row without a number. */
export function comuns(antes: Valores | null, depois: Valores | null): [campo: string, valor: unknown][] {
  if (antes === null || depois === null) return [];
  return Object.entries(depois).filter(([campo, v]) => v !== '***' && campo in antes && iguais(antes[campo], v));
}

function iguais(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
}

/** Ids as the audit packs them: [[1,3],7] is 1, 2, 3, 7. */
export type Ids = readonly (number | readonly [number, number])[];

/** A statement that changed many rows at once: their ids, and a list of values for each column. */
export interface Bloco {
  ids: Ids;
  antes: Readonly<Record<string, readonly unknown[]>>;
  depois: Readonly<Record<string, readonly unknown[]>>;
}

/** The rows of a record of many, or undefined when it speaks of one. */
export function blocoDe(antes: Valores | null, depois: Valores | null): Bloco | undefined {
  const ids = (depois ?? antes)?.['ids'];
  if (!Array.isArray(ids) || !ids.every(ehId)) return undefined;
  const listas = (lado: Valores | null) => Object.fromEntries(Object.entries(lado ?? {}).filter((par): par is [string, unknown[]] => par[0] !== 'ids' && Array.isArray(par[1])));
  return { ids: ids as Ids, antes: listas(antes), depois: listas(depois) };
}

function ehId(id: unknown): boolean {
  return typeof id === 'number' || (Array.isArray(id) && id.length === 2 && id.every((x) => typeof x === 'number'));
}

/** At most `max` ids, unpacked. */
export function primeirosIds(ids: Ids, max: number): number[] {
  const lista: number[] = [];
  for (const id of ids) {
    const [de, ate] = typeof id === 'number' ? [id, id] : id;
    for (let n = de; n <= ate; n++) {
      if (lista.length === max) return lista;
      lista.push(n);
    }
  }
  return lista;
}

/** `1–3, 7`, at most so many groups. */
export function idsEmTexto(ids: Ids, max: number): string {
  const grupos = ids.slice(0, max).map((id) => (typeof id === 'number' ? String(id) : `${id[0]}–${id[1]}`));
  return ids.length > max ? `${grupos.join(', ')}…` : grupos.join(', ');
}

/** The rows of a block that a reader looks at: id, and what changed in it. */
export function linhasDoBloco(bloco: Bloco, max: number): { id: number; diferencas: Diferenca[] }[] {
  const campos = [...new Set([...Object.keys(bloco.depois), ...Object.keys(bloco.antes)])];
  return primeirosIds(bloco.ids, max).map((id, i) => ({
    id,
    diferencas: campos
      .map((campo) => ({ campo, antes: bloco.antes[campo]?.[i], depois: bloco.depois[campo]?.[i] }))
      .filter((d) => !(campo(bloco.antes, d.campo) && campo(bloco.depois, d.campo)) || d.antes === '***' || !iguais(d.antes, d.depois)),
  }));
}

function campo(lado: Bloco['antes'], nome: string): boolean {
  return Object.hasOwn(lado, nome);
}

/** Two texts in four pieces: what both begin with, each one's own, what both end with; cut between words. */
export interface Trechos {
  comeco: string;
  antes: string;
  depois: string;
  fim: string;
}

const PALAVRA = /\s+|[^\s]+/g;

/** Where two long texts differ. Short ones, or ones with little in common, are read whole: all differs. */
export function trechos(antes: string, depois: string, minimo = 24): Trechos {
  const inteiro = { comeco: '', antes, depois, fim: '' };
  if (antes.length < minimo || depois.length < minimo) return inteiro;
  const a = antes.match(PALAVRA) ?? [];
  const b = depois.match(PALAVRA) ?? [];
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  let j = 0;
  while (j < a.length - i && j < b.length - i && a[a.length - 1 - j] === b[b.length - 1 - j]) j++;
  if (i + j === 0) return inteiro;
  return { comeco: a.slice(0, i).join(''), antes: a.slice(i, a.length - j).join(''), depois: b.slice(i, b.length - j).join(''), fim: a.slice(a.length - j).join('') };
}
