/**
 * Masks of CEP and day while typing or pasting, and the way back to what the API
 * takes. Pure functions; CPF and phone are in formatos.ts.
 */
import { digitos } from './formatos';

/** At most 8 digits become 01310-100. */
export function cepDigitado(texto: string): string {
  const d = digitos(texto).slice(0, 8);
  return d.length > 5 ? `${d.slice(0, 5)}-${d.slice(5)}` : d;
}

/** 05112026 → 05/11/2026; '2026-11-05', pasted, too. */
export function dataDigitada(texto: string): string {
  const iso = /^\s*(\d{4})-(\d{2})-(\d{2})/.exec(texto);
  if (iso !== null) return `${iso[3]}/${iso[2]}/${iso[1]}`;
  // What has its slashes is completed with zeros: 5/11/ is 05/11/.
  const partes = texto.split(/[/.\-\s]+/).map(digitos);
  const [dia = '', mes = '', ano = ''] = partes;
  if (partes.length > 1 && dia.length <= 2 && mes.length <= 2) {
    const d2 = (p: string, resto: boolean) => (resto && p.length === 1 ? `0${p}` : p.slice(0, 2));
    return [d2(dia, true), d2(mes, partes.length > 2), ...(partes.length > 2 ? [ano.slice(0, 4)] : [])].join('/');
  }
  const d = digitos(texto).slice(0, 8);
  if (d.length > 4) return `${d.slice(0, 2)}/${d.slice(2, 4)}/${d.slice(4)}`;
  if (d.length > 2) return `${d.slice(0, 2)}/${d.slice(2)}`;
  return d;
}

/** 'dd/mm/aaaa' → 'YYYY-MM-DD'; undefined when there is no such day. */
export function diaDeBr(texto: string): string | undefined {
  const partes = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(texto.trim());
  if (partes === null) return undefined;
  const [, dia, mes, ano] = partes.map(Number) as [number, number, number, number];
  if (mes < 1 || mes > 12 || dia < 1 || ano < 1 || dia > diasDoMes(ano, mes)) return undefined;
  return `${partes[3]}-${partes[2]}-${partes[1]}`;
}

function diasDoMes(ano: number, mes: number): number {
  if (mes !== 2) return [4, 6, 9, 11].includes(mes) ? 30 : 31;
  return (ano % 4 === 0 && ano % 100 !== 0) || ano % 400 === 0 ? 29 : 28;
}

/** 'YYYY-MM-DD' → 'dd/mm/aaaa'; no day is the empty text, as an input shows it. */
export function diaParaCampo(dia: string | null | undefined): string {
  const partes = /^(\d{4})-(\d{2})-(\d{2})/.exec(dia ?? '');
  return partes === null ? '' : `${partes[3]}/${partes[2]}/${partes[1]}`;
}
