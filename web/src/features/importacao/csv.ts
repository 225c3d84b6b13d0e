/** Writes what a spreadsheet held as CSV: UTF-8, `;`, lines ended by CRLF (RFC 4180). */
import { cpfValido } from '../../lib/formatos';

/** A cell as the library gives it; numbers and days keep their types. */
export type Valor = string | number | boolean | Date | null;

/** What was changed on the way, to be told. */
export interface Completados {
  /** CPF and CEP that Excel had stripped of zeros at the left. */
  cpf: number;
  cep: number;
}

export interface Csv {
  partes: string[];
  linhas: number;
  completados: Completados;
}

const SEPARADOR = ';';
const FIM_DE_LINHA = '\r\n';
/** Rows that are joined before they are encoded. */
const LOTE = 2000;

type Tipo = 'cpf' | 'cep' | undefined;

/**
 * The rows as CSV text in pieces. The first is the header: by it, numbers of a
 * column of CPF or CEP get back the zeros that a spreadsheet drops.
 */
export function escreverCsv(linhas: readonly (readonly Valor[])[]): Csv {
  const completados: Completados = { cpf: 0, cep: 0 };
  const partes: string[] = [];
  const tipos = (linhas[0] ?? []).map(tipoDaColuna);
  let lote: string[] = [];
  for (const linha of linhas) {
    // A row without content stays an empty line: rows keep their numbers.
    lote.push(linha.every((v) => v === null) ? FIM_DE_LINHA : linha.map((valor, i) => citar(celula(valor, tipos[i], completados))).join(SEPARADOR) + FIM_DE_LINHA);
    if (lote.length === LOTE) {
      partes.push(lote.join(''));
      lote = [];
    }
  }
  partes.push(lote.join(''));
  return { partes, linhas: Math.max(0, linhas.length - 1), completados };
}

function tipoDaColuna(titulo: Valor): Tipo {
  const t = String(titulo ?? '').toLocaleLowerCase('pt-BR').replace(/[^a-z]/g, '');
  if (/cpf/.test(t)) return 'cpf';
  return /^cep|cep$/.test(t) ? 'cep' : undefined;
}

function celula(valor: Valor, tipo: Tipo, completados: Completados): string {
  if (valor === null) return '';
  if (typeof valor === 'number') return numero(valor, tipo, completados);
  if (valor instanceof Date) return dia(valor);
  if (typeof valor === 'boolean') return valor ? 'sim' : 'não';
  return valor;
}

function numero(valor: number, tipo: Tipo, completados: Completados): string {
  if (!Number.isSafeInteger(valor)) return String(valor).replace('.', ',');
  const texto = String(valor);
  if (tipo === 'cpf' && valor > 0 && texto.length < 11) {
    const inteiro = texto.padStart(11, '0');
    // Only what is a CPF then; anything else is refused with what was written.
    if (cpfValido(inteiro)) {
      completados.cpf += 1;
      return inteiro;
    }
  }
  if (tipo === 'cep' && valor > 0 && texto.length === 7) {
    completados.cep += 1;
    return texto.padStart(8, '0');
  }
  return texto;
}

/** The library gives a day as midnight UTC: no time zone must touch it. */
function dia(valor: Date): string {
  if (Number.isNaN(valor.getTime())) return '';
  const d2 = (n: number) => String(n).padStart(2, '0');
  return `${d2(valor.getUTCDate())}/${d2(valor.getUTCMonth() + 1)}/${String(valor.getUTCFullYear()).padStart(4, '0')}`;
}

function citar(texto: string): string {
  return /[;"\r\n]|^\s|\s$/.test(texto) ? `"${texto.replaceAll('"', '""')}"` : texto;
}
