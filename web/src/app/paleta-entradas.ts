/** One thing the palette offers. */
export interface Entrada {
  id: string;
  grupo: string;
  nome: string;
  detalhe?: string;
  icone?: string;
  /** Keys that do the same. */
  teclas?: string;
  fazer: () => void;
}

/** Without accents and case: `Estatísticas` is found by `estat`. */
export function simples(texto: string): string {
  return texto.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Entries whose words begin with all that was typed; names that begin with it first. */
export function filtrar(entradas: readonly Entrada[], texto: string): Entrada[] {
  const partes = simples(texto).split(/\s+/).filter(Boolean);
  if (partes.length === 0) return [...entradas];
  return entradas
    .map((e) => ({ e, palavras: simples(`${e.nome} ${e.detalhe ?? ''}`).split(/[\s,.]+/), comeca: simples(e.nome).startsWith(partes[0] as string) }))
    .filter(({ palavras }) => partes.every((p) => palavras.some((w) => w.startsWith(p))))
    .sort((a, b) => Number(b.comeca) - Number(a.comeca))
    .map(({ e }) => e);
}

/** Groups in the order in which each came first. */
export function emGrupos(entradas: readonly Entrada[]): [grupo: string, entradas: Entrada[]][] {
  const grupos = new Map<string, Entrada[]>();
  for (const e of entradas) grupos.set(e.grupo, [...(grupos.get(e.grupo) ?? []), e]);
  return [...grupos];
}
