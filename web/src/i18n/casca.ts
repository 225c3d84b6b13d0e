import { base } from './pt-br';
import { comTextos } from './textos';

/** What the shell says around the screens. */
export const casca = {
  papeis: {
    administrador: 'Administrador',
    gerente: 'Gerente',
    operador: 'Operador',
    vendedor: 'Vendedor',
    ti: 'TI',
    bi: 'BI',
    carga: 'Carga',
  },
  conexao: {
    perdida: 'Sem ligação ao vivo com o servidor. Os dados são atualizados a cada {segundos} s enquanto tentamos de novo.',
    semRede: 'Você está sem rede. O que aparece na tela pode estar desatualizado.',
    voltou: 'Ligação restabelecida. Dados atualizados.',
    agora: 'Tentar agora',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, casca);
