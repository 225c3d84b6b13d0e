/**
 * What the search remembers while the tab lives and the session is open, and
 * nowhere else: texts that identify a person, by the key in the address; cursors
 * of pages seen; the row last opened, to come back to it.
 */

/** Texts kept; the oldest goes first. */
const TEXTOS_MAX = 50;
const LISTAS_MAX = 20;

const textos = new Map<string, string>();
const cursores = new Map<string, Map<number, string>>();
let aberta: { endereco: string; id: number } | undefined;
let contador = 0;

/** The key of a text for the address; the same text keeps its key. */
export function guardarTexto(texto: string): string {
  for (const [chave, guardado] of textos) if (guardado === texto) return chave;
  const chave = `${Date.now().toString(36)}${(++contador).toString(36)}`;
  textos.set(chave, texto);
  despejar(textos, TEXTOS_MAX);
  return chave;
}

export function lembrarTexto(chave: string): string | undefined {
  return textos.get(chave);
}

/** The cursor that leads to a page of a list; `lista` names its filters and order. */
export function guardarCursor(lista: string, pagina: number, cursor: string): void {
  const paginas = cursores.get(lista) ?? new Map<number, string>();
  paginas.set(pagina, cursor);
  cursores.delete(lista);
  cursores.set(lista, paginas);
  despejar(cursores, LISTAS_MAX);
}

export function lembrarCursor(lista: string, pagina: number): string | undefined {
  return cursores.get(lista)?.get(pagina);
}

/** Cursors of a list that the server no longer takes. */
export function esquecerCursores(lista: string): void {
  cursores.delete(lista);
}

export function guardarAberta(endereco: string, id: number): void {
  aberta = { endereco, id };
}

/** Is there a row opened from this address, to come back to? */
export function temAberta(endereco: string): boolean {
  return aberta?.endereco === endereco;
}

/** The row opened from this address, once. */
export function tomarAberta(endereco: string): number | undefined {
  const id = aberta?.endereco === endereco ? aberta.id : undefined;
  aberta = undefined;
  return id;
}

/** The session is over: the next user must not find any of it. */
export function esquecerTudo(): void {
  textos.clear();
  cursores.clear();
  aberta = undefined;
}

function despejar(mapa: Map<string, unknown>, max: number): void {
  for (const chave of mapa.keys()) {
    if (mapa.size <= max) return;
    mapa.delete(chave);
  }
}
