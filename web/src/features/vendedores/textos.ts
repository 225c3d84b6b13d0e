import { base } from '../../i18n/pt-br';
import { clientes } from '../../i18n/clientes';
import { comTextos } from '../../i18n/textos';

/** Texts of the sellers and of the redistribution. */
export const textos = {
  vendedores: {
    titulo: 'Vendedores',
    presenca: 'Presença',
    pendentes: 'A contatar',
    fixados: 'Fixados',
    contatados: 'Contatados',
    valorPendente: 'Valor a recuperar',
    peso: 'Peso',
    pesoDica: 'De 1 a 100. Quem tem peso 2 recebe o dobro de quem tem peso 1.',
    capacidade: 'Capacidade',
    capacidadeDica: 'Máximo de clientes a contatar ao mesmo tempo. Vazio: sem limite.',
    semLimite: 'sem limite',
    participa: 'Recebe clientes',
    participaRotulo: 'Recebe clientes na distribuição',
    editarDe: 'Configurar {nome}',
    salvo: 'Configuração de {nome} salva. Vale a partir da próxima distribuição.',
    vazio: 'Nenhum vendedor',
    vazioTexto: 'Crie um usuário com o papel Vendedor para começar a distribuir clientes.',
  },
  redistribuicao: {
    acao: 'Redistribuir todos',
    titulo: 'Redistribuir todos os clientes?',
    texto: '{clientes} clientes ainda não contatados saem das carteiras e são divididos de novo entre {vendedores} vendedores online. Quem já foi contatado fica onde está.',
    incluirFixados: 'Incluir os {n} fixados por realocação',
    ninguem: 'Nenhum vendedor está online: os clientes ficarão disponíveis até alguém entrar.',
    feita: 'Redistribuição feita: {clientes} clientes entre {vendedores} vendedores.',
    verificar: 'Verificar distribuição',
    verificada: 'Distribuição conferida: nenhuma divergência.',
    violacoes: 'A conferência encontrou divergências:',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, clientes, textos);
