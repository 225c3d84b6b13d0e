import { acrescentarCodigos, base } from '../../i18n/pt-br';
import { casca } from '../../i18n/casca';
import { clientes } from '../../i18n/clientes';
import { comTextos } from '../../i18n/textos';

acrescentarCodigos({
  email_em_uso: 'Já existe um usuário com este e-mail.',
  nome_em_uso: 'Já existe um usuário com este nome.',
  ultimo_administrador: 'É o último administrador: dê antes este papel a outra pessoa.',
});

/** Texts of the management of users. */
export const textos = {
  usuarios: {
    titulo: 'Usuários',
    novo: 'Novo usuário',
    criar: 'Criar usuário',
    editar: 'Editar',
    editarDe: 'Editar {nome}',
    nome: 'Nome',
    email: 'E-mail',
    papel: 'Papel',
    estado: 'Estado',
    ultimoAcesso: 'Último acesso',
    sessoes: 'Sessões',
    ativo: 'Ativo',
    desativado: 'Desativado',
    bloqueado: 'Bloqueado',
    busca: 'Procurar por nome ou e-mail',
    vazio: 'Nenhum usuário encontrado',
    papelEncerra: 'Mudar o papel encerra as sessões abertas desta pessoa.',
    senhaGerada: 'Uma senha provisória é criada e mostrada uma única vez.',
    senhaTitulo: 'Senha provisória de {nome}',
    senhaTexto: 'Entregue esta senha à pessoa. Ela não será mostrada de novo e tem de ser trocada no primeiro acesso.',
    copiar: 'Copiar',
    copiada: 'Copiada',
    salvo: 'Dados de {nome} salvos.',
    desbloquear: 'Desbloquear',
    desbloqueado: '{nome} pode entrar de novo.',
    novaSenha: 'Gerar senha provisória',
    novaSenhaTitulo: 'Gerar senha provisória para {nome}?',
    novaSenhaTexto: 'A senha atual deixa de valer e as sessões abertas são encerradas.',
    desativar: 'Desativar',
    desativarTitulo: 'Desativar {nome}?',
    desativarTexto: 'A pessoa não entra mais e as sessões abertas são encerradas. Nada do histórico se perde.',
    desativarVendedor: 'A pessoa não entra mais, as sessões abertas são encerradas e a carteira vai para quem você escolher. Nada do histórico se perde.',
    desativadoAviso: '{nome} foi desativado.',
    carteiraTitulo: 'Carteira que sai das mãos de {nome}',
    carteiraVazia: 'A carteira está vazia: nada a transferir.',
    aContatar: 'A contatar',
    fixados: '{n} fixados',
    contatados: 'Contatados',
    valor: 'Valor a recuperar',
    contatadosFicam: 'Os já contatados ficam como estão até o fim do ciclo.',
    contatadosVao: 'Os já contatados vão junto.',
    comHoje: '{nome} (hoje com {n})',
    naoMais: 'Quem recebe? Ninguém está online: os clientes ficam disponíveis até alguém entrar.',
    codigo: 'Dar código de senha',
    codigoTitulo: 'Código para {nome}',
    codigoPergunta: 'Dar um código de senha para {nome}?',
    codigoPerguntaTexto: 'Com ele a pessoa escolhe uma senha nova, uma única vez. A senha atual vale até lá; um código anterior deixa de valer.',
    codigoTexto: 'Entregue este código à pessoa. Em Entrar → “Tenho um código” ela escolhe a senha nova. Vale uma vez, até {ate}, e não será mostrado de novo.',
    sessoesDe: 'Sessões de {nome}',
    sessoesVer: 'Ver sessões',
    sessoesEncerrar: 'Encerrar todas',
    sessoesEncerradas: 'Sessões encerradas: {n}.',
    transferir: 'Carteira passa para',
    redistribuir: 'Distribuir entre os que estão online',
    reativar: 'Reativar',
    reativado: '{nome} pode entrar de novo.',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, casca, clientes, textos);
