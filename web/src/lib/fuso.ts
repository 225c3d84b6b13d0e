/**
 * The time zone of the business (setting fuso_horario): instants are shown in it,
 * whatever the zone of the machine. It comes with GET /api/auth/eu; until then it
 * is the one of a new installation.
 */
const PADRAO = 'America/Sao_Paulo';

let fuso = PADRAO;

export function usarFuso(nome: string): void {
  fuso = nome;
}

/** Writes instants in the zone of the business, also after it changes; made when it is first needed. */
export function formatoNoFuso(opcoes: Intl.DateTimeFormatOptions): (quando: Date) => string {
  let feito: { fuso: string; formato: Intl.DateTimeFormat } | undefined;
  return (quando) => {
    if (feito?.fuso !== fuso) feito = { fuso, formato: formatoEm(fuso, opcoes) };
    return feito.formato.format(quando);
  };
}

function formatoEm(timeZone: string, opcoes: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('pt-BR', { ...opcoes, timeZone });
  } catch {
    // PostgreSQL knows names that a browser may not.
    return new Intl.DateTimeFormat('pt-BR', { ...opcoes, timeZone: PADRAO });
  }
}
