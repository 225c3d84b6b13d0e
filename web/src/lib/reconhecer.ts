import { celularDigitado, celularValido, cpfDigitado, cpfValido, digitos } from './formatos';

/** What the text of the one search box means. */
export type Reconhecido = 'vazio' | 'cpf' | 'celular' | 'numero' | 'email' | 'nome';

const SO_NUMERO = /^[\d.\-/()+\s]*\d[\d.\-/()+\s]*$/;
/** Text with this many digits may be a document or a phone. */
const DIGITOS_PESSOAIS = 4;

/**
 * CPF, phone, e-mail or name (SPEC BUSCA-3). `numero` is a number that is not
 * complete, or may still become either; the server decides in the end and
 * answers how it read the text.
 */
export function reconhecer(texto: string): Reconhecido {
  const limpo = texto.trim();
  if (limpo === '') return 'vazio';
  if (limpo.includes('@')) return 'email';
  if (!SO_NUMERO.test(limpo)) return 'nome';
  const d = digitos(limpo);
  if (d.length === 11 && cpfValido(d)) return 'cpf';
  if (celularValido(d) && (d.length >= 11 || /^[(+]/.test(limpo))) return 'celular';
  if (d.length === 11) return 'cpf';
  return 'numero';
}

/**
 * The mask of the box: numbers get the dots of a CPF as they are typed; what
 * can only be a phone gets those of a phone; anything else stays as typed.
 */
export function mascaraDaBusca(texto: string): string {
  const semRotulo = texto.replace(/^\s*cpf\s*:?\s*(?=\d)/i, '');
  if (!SO_NUMERO.test(semRotulo)) return semRotulo === texto ? texto : semRotulo;
  const d = digitos(semRotulo);
  if (/^\s*[(+]/.test(semRotulo) && !(d.length === 11 && cpfValido(d))) return d.length > 13 ? semRotulo : celularDigitado(semRotulo);
  if (d.length === 11 && !cpfValido(d) && celularValido(d)) return celularDigitado(d);
  return d.length <= 11 ? cpfDigitado(d) : semRotulo;
}

/**
 * What is sent for a text of the box. The dots of a number that is not complete
 * are only those of the mask: the server, which takes dots for those of a CPF,
 * decides by the digits.
 */
export function textoDaBusca(texto: string): string {
  return reconhecer(texto) === 'numero' ? digitos(texto) : texto.trim();
}

/**
 * True when the text may point to one person: e-mail, CPF, phone, whole or in
 * part. Such text goes in the body of a request and never into an address, the
 * history or the storage of the browser (SPEC LGPD-1).
 */
export function identificaPessoa(texto: string): boolean {
  return texto.includes('@') || digitos(texto).length >= DIGITOS_PESSOAIS;
}
