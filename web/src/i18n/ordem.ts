import { base } from './pt-br';
import { comTextos } from './textos';

/** Texts of the order of a list. */
export const ordem = {
  ordem: {
    rotulo: 'Ordem',
    inverter: 'Inverter a ordem',
    crescente: 'crescente',
    decrescente: 'decrescente',
  },
} as const;

export const { t } = comTextos(base, ordem);
