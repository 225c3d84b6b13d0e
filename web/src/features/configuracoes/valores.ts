import type { Configuracao, Mudancas } from './api';
import { t } from './textos';

const MINUTO_S = 60;
const HORA_S = 3600;
const DIA_S = 86_400;

/** `86400` s → `1 dia`; undefined when the number says it well enough. */
export function tempoEmPalavras(valor: string, unidade: string | null): string | undefined {
  if (unidade !== 's' || !/^\d+$/.test(valor)) return undefined;
  const s = Number(valor);
  for (const [tamanho, um, varios] of [[DIA_S, 'dia', 'dias'], [HORA_S, 'hora', 'horas'], [MINUTO_S, 'minuto', 'minutos']] as const) {
    if (s >= tamanho && s % tamanho === 0) return `${s / tamanho} ${s === tamanho ? um : varios}`;
  }
  return undefined;
}

/** What can be told before the server is asked; it judges all again. */
export function erroDoValor(c: Pick<Configuracao, 'tipo' | 'minimo' | 'maximo'>, valor: string): string | undefined {
  if (c.tipo === 'inteiro') {
    if (!/^-?\d{1,9}$/.test(valor)) return t('configuracoes.inteiro');
    const n = Number(valor);
    if (n < (c.minimo ?? -Infinity) || n > (c.maximo ?? Infinity)) return t('configuracoes.fora', { minimo: c.minimo ?? '', maximo: c.maximo ?? '' });
  }
  if (c.tipo === 'texto') {
    if (c.maximo !== null && Array.from(valor).length > c.maximo) return t('configuracoes.comprido', { maximo: c.maximo });
    if (valor.trim().length < (c.minimo ?? 0)) return t('configuracoes.vazio');
  }
  return undefined;
}

/** Only what differs from what is stored. */
export function diferencas(guardadas: readonly Configuracao[], escritas: Mudancas): Mudancas {
  return Object.fromEntries(guardadas.filter((c) => escritas[c.chave] !== undefined && escritas[c.chave] !== c.valor).map((c) => [c.chave, escritas[c.chave] as string]));
}

/** Names of the periods under these bounds, in the order of the answer. */
export function nomesDosPeriodos(valor: (chave: string) => string): Record<string, string> {
  const [inicio, meio, fim, perdido] = ['janela_inicio', 'janela_meio', 'janela_fim', 'periodo_perdido'].map((c) => Number(valor(c))) as [number, number, number, number];
  return {
    '0-29': t('configuracoes.ate', { n: inicio - 1 }),
    '30-45': t('configuracoes.entre', { de: inicio, ate: meio }),
    '45-60': t('configuracoes.entre', { de: meio + 1, ate: fim }),
    '60-90': t('configuracoes.entre', { de: fim + 1, ate: perdido }),
    '>90': t('configuracoes.mais', { n: perdido }),
  };
}
