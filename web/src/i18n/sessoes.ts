import { base } from './pt-br';
import { comTextos } from './textos';

/** Open sessions, one's own or another one's. */
export const sessoes = {
  sessoes: {
    titulo: 'Sessões abertas',
    nenhuma: 'Nenhuma sessão aberta.',
    atual: 'Esta sessão',
    encerrar: 'Encerrar',
    encerrarDe: 'Encerrar a sessão de {agente}',
    encerrada: 'Sessão encerrada.',
    confirma: 'Encerrar esta sessão?',
    confirmaTexto: 'O aparelho {agente} ({endereco}) terá de entrar de novo.',
    criada: 'Aberta em',
    limite: 'Vale até',
    endereco: 'Endereço',
    agente: 'Aparelho',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, sessoes);
