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
    aparencia: 'Aparência',
    atalhos: 'Atalhos de uma tecla',
    atalhosTexto: 'A tecla ? mostra todos. Desligue se atrapalham seu teclado ou leitor de tela; Ctrl+K continua valendo.',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, casca, senhas, textos);
