import { diasEntre, somarDias } from './retorno';

/** Two days, both included; 'YYYY-MM-DD'. */
export interface Intervalo {
  de: string;
  ate: string;
}

export const PRESETS = ['7d', '30d', '90d', 'mes', 'mes_passado', 'ano'] as const;
export type Preset = (typeof PRESETS)[number];

/** Longest interval that is asked for, days: two years. */
const INTERVALO_MAX = 731;

/** The days that a name means today. */
export function intervaloDe(preset: Preset, hoje: string): Intervalo {
  const primeiro = `${hoje.slice(0, 8)}01`;
  switch (preset) {
    case '7d':
      return { de: somarDias(hoje, -6), ate: hoje };
    case '30d':
      return { de: somarDias(hoje, -29), ate: hoje };
    case '90d':
      return { de: somarDias(hoje, -89), ate: hoje };
    case 'mes':
      return { de: primeiro, ate: hoje };
    case 'mes_passado': {
      const ultimo = somarDias(primeiro, -1);
      return { de: `${ultimo.slice(0, 8)}01`, ate: ultimo };
    }
    case 'ano':
      return { de: `${hoje.slice(0, 5)}01-01`, ate: hoje };
  }
}

/** The days around an instant, today at most: those of its request, in whatever time zone, also when it passed midnight. */
export function diasEmVolta(instante: string, hoje: string): Intervalo {
  const dia = instante.slice(0, 10);
  const depois = somarDias(dia, 1);
  return { de: somarDias(dia, -1), ate: depois < hoje ? depois : hoje };
}

/** A day that exists, as an address or a field may have it; else undefined. */
export function diaValido(texto: string | null | undefined): string | undefined {
  if (texto === null || texto === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(texto)) return undefined;
  const quando = new Date(`${texto}T00:00:00Z`);
  return !Number.isNaN(quando.getTime()) && quando.toISOString().startsWith(texto) && texto >= '1900' ? texto : undefined;
}

/** What is wrong with two days, or undefined. */
export function erroDoIntervalo({ de, ate }: Intervalo, hoje: string): 'falta' | 'ordem' | 'futuro' | 'longo' | undefined {
  if (diaValido(de) === undefined || diaValido(ate) === undefined) return 'falta';
  if (ate < de) return 'ordem';
  if (ate > hoje) return 'futuro';
  return diasEntre(de, ate) >= INTERVALO_MAX ? 'longo' : undefined;
}
