/** A piece of a name; `achado` when the query has it. */
export interface Pedaco {
  texto: string;
  achado: boolean;
}

/**
 * Cuts a name where words of the query occur at the start of a word, without
 * regard to accents and case. Only a help to the eye: who is found, the server says.
 */
export function realcar(nome: string, consulta: string): Pedaco[] {
  const palavras = simples(consulta).split(/[^\p{L}\p{N}]+/u).filter((p) => p.length > 0);
  if (palavras.length === 0) return [{ texto: nome, achado: false }];

  // One letter of the name may be several code units, before and after.
  const letras = Array.from(nome.normalize('NFC'));
  const chaves = letras.map((l) => simples(l)[0] ?? '');
  const marcas = letras.map(() => false);
  for (let i = 0; i < letras.length; i++) {
    if (i > 0 && /[\p{L}\p{N}]/u.test(chaves[i - 1] ?? '')) continue;
    const maior = palavras.filter((p) => Array.from(p).every((l, k) => chaves[i + k] === l)).sort((a, b) => b.length - a.length)[0];
    if (maior !== undefined) marcas.fill(true, i, i + Array.from(maior).length);
  }

  const pedacos: Pedaco[] = [];
  letras.forEach((letra, i) => {
    const ultimo = pedacos.at(-1);
    if (ultimo !== undefined && ultimo.achado === marcas[i]) ultimo.texto += letra;
    else pedacos.push({ texto: letra, achado: marcas[i] === true });
  });
  return pedacos;
}

function simples(texto: string): string {
  return texto.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase('pt-BR');
}
