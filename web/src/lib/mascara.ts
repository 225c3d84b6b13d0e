import { digitos } from './formatos';

/**
 * Formats what was typed or pasted and keeps the caret behind the same digit.
 * Call it in onChange and store the result: React finds the text in place
 * already and leaves the caret alone.
 *
 *     onChange={(e) => mudar(mascarar(e.currentTarget, cpfDigitado))}
 */
export function mascarar(entrada: HTMLInputElement | HTMLTextAreaElement, formatar: (texto: string) => string): string {
  const digitado = entrada.value;
  const cursor = entrada.selectionStart ?? digitado.length;
  const texto = formatar(digitado);
  if (texto !== digitado) {
    entrada.value = texto;
    const aqui = cursor === digitado.length ? texto.length : depoisDoDigito(texto, digitos(digitado.slice(0, cursor)).length);
    entrada.setSelectionRange(aqui, aqui);
  }
  return texto;
}

/** Position behind the n-th digit of a text; the end when it has fewer. */
export function depoisDoDigito(texto: string, n: number): number {
  if (n === 0) return 0;
  let vistos = 0;
  for (let i = 0; i < texto.length; i++) {
    if (/\d/.test(texto[i] ?? '') && ++vistos === n) return i + 1;
  }
  return texto.length;
}
