import { base } from './pt-br';
import { comTextos } from './textos';

/** Words around every chart. */
export const graficos = {
  graficos: {
    ver: 'Ver {titulo} como',
    grafico: 'Gráfico',
    tabela: 'Tabela',
    leitor: 'Gráfico de {titulo}. Escolha Tabela para ler os números.',
  },
} as const;

export const { t } = comTextos(base, graficos);
