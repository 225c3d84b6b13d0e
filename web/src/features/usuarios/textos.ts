import { base } from '../../i18n/pt-br';
import { casca } from '../../i18n/casca';
import { clientes } from '../../i18n/clientes';
import { comTextos } from '../../i18n/textos';

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
    transferir: 'Carteira passa para',
    redistribuir: 'Todos os que estão online',
    reativar: 'Reativar',
    reativado: '{nome} pode entrar de novo.',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, casca, clientes, textos);
