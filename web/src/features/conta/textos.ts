import { base } from '../../i18n/pt-br';
import { casca } from '../../i18n/casca';
import { senhas } from '../../i18n/senha';
import { comTextos } from '../../i18n/textos';

/** Texts of the own account. */
export const textos = {
  conta: {
    titulo: 'Minha conta',
    dados: 'Seus dados',
    nome: 'Nome',
    email: 'E-mail',
    papel: 'Papel',
    senhaTitulo: 'Trocar a senha',
    senhaTexto: 'As outras sessões abertas com a sua conta são encerradas.',
    sessoes: 'Sessões abertas',
    sessoesTexto: 'Cada aparelho em que sua conta está aberta. Encerre as que não reconhecer.',
    sessaoAtual: 'Esta sessão',
    sessaoEncerrar: 'Encerrar',
    sessaoEncerrarDe: 'Encerrar a sessão de {agente}',
    sessaoEncerrada: 'Sessão encerrada.',
    sessaoConfirma: 'Encerrar esta sessão?',
    sessaoConfirmaTexto: 'O aparelho {agente} ({endereco}) terá de entrar de novo.',
    sessaoCriada: 'Aberta em',
    sessaoLimite: 'Vale até',
    sessaoEndereco: 'Endereço',
    sessaoAgente: 'Aparelho',
    aparencia: 'Aparência',
    atalhos: 'Atalhos de uma tecla',
    atalhosTexto: 'n abre o cadastro de um cliente novo. Desligue se atrapalham seu teclado ou leitor de tela.',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, casca, senhas, textos);
