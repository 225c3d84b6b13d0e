import { acrescentarCodigos, base } from './pt-br';
import { comTextos } from './textos';

acrescentarCodigos({
  codigo_invalido: 'O código não confere, já foi usado ou venceu. Peça outro a um administrador.',
  senha_atual_invalida: 'A senha atual não confere.',
  senha_curta: 'A senha nova é curta demais.',
  senha_comum: 'Escolha uma senha menos óbvia.',
  senha_repetida: 'A senha nova tem de ser diferente da atual.',
});

/** Choosing a password. */
export const senhas = {
  senha: {
    codigoTitulo: 'Escolher uma senha nova',
    codigoTexto: 'Com o código que um administrador lhe deu. Ele vale uma vez.',
    codigo: 'Código',
    faltaCodigo: 'Informe o código.',
    trocaTitulo: 'Escolha uma senha nova',
    trocaTexto: 'Esta senha é provisória. Antes de continuar, escolha uma que só você conheça.',
    senhaAtual: 'Senha atual',
    senhaNova: 'Senha nova',
    senhaRepete: 'Repita a senha nova',
    senhaDica: 'Pelo menos {n} caracteres. Uma frase é mais fácil de lembrar.',
    naoConfere: 'As duas senhas não são iguais.',
    igual: 'A senha nova tem de ser diferente da atual.',
    obrigatoria: 'Informe a senha atual.',
    trocar: 'Trocar a senha',
    trocada: 'Senha trocada. As outras sessões foram encerradas.',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, senhas);
