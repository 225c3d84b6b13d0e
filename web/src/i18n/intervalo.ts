import { base } from './pt-br';
import { comTextos } from './textos';

/** Words of the choice of days. */
export const intervalo = {
  intervalo: {
    rotulo: 'Período',
    todos: 'Qualquer dia',
    de: 'De',
    ate: 'Até',
    outro: 'Outro período…',
    falta: 'Informe os dois dias.',
    ordem: 'O fim vem antes do começo.',
    futuro: 'No máximo até hoje.',
    longo: 'No máximo dois anos.',
    presets: {
      '7d': 'Últimos 7 dias',
      '30d': 'Últimos 30 dias',
      '90d': 'Últimos 90 dias',
      mes: 'Este mês',
      mes_passado: 'Mês passado',
      ano: 'Este ano',
    },
    entre: '{de} a {ate}',
  },
} as const;

export const { t } = comTextos(base, intervalo);
