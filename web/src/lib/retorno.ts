import { diaDoInstante } from './formatos';

/** The day to call again, seen from today. Days are YYYY-MM-DD; no time zone takes part. */
export type Retorno = { tipo: 'atrasado' | 'hoje' | 'amanha' | 'depois'; dias: number };

const DIA_MS = 86_400_000;

function numero(dia: string): number {
  const [a = 0, m = 1, d = 1] = dia.split('-').map(Number);
  return Date.UTC(a, m - 1, d) / DIA_MS;
}

/** `dia` plus n days. */
export function somarDias(dia: string, n: number): string {
  return new Date((numero(dia) + n) * DIA_MS).toISOString().slice(0, 10);
}

/** Whole days from `de` to `ate`. */
export function diasEntre(de: string, ate: string): number {
  return numero(ate) - numero(de);
}

/** The business day of an instant. */
export function diaIso(instante: string): string {
  const [d = '', m = '', a = ''] = diaDoInstante(instante).split('/');
  return `${a}-${m}-${d}`;
}

export function lerRetorno(retornarEm: string | null, hoje: string): Retorno | undefined {
  if (retornarEm === null) return undefined;
  const dias = diasEntre(hoje, retornarEm);
  if (dias < 0) return { tipo: 'atrasado', dias: -dias };
  if (dias === 0) return { tipo: 'hoje', dias: 0 };
  return { tipo: dias === 1 ? 'amanha' : 'depois', dias };
}

/** Sunday 0 … Saturday 6. */
export function diaDaSemana(dia: string): number {
  return (numero(dia) + 4) % 7;
}

/** Next Monday after `dia`. */
export function proximaSegunda(dia: string): string {
  return somarDias(dia, ((8 - diaDaSemana(dia)) % 7) || 7);
}

/** A day a return may have: from today to a year on. */
export function retornoValido(dia: string, hoje: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(dia) && diasEntre(hoje, dia) >= 0 && diasEntre(hoje, dia) <= RETORNO_MAX;
}

/** Days from today, as the server has it. */
export const RETORNO_MAX = 366;
