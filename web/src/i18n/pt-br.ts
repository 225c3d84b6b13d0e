import { comTextos, preencher, type Valores } from './textos';

/** What every screen may say, and what the first one does; other texts come with their screens. */
export const base = {
  comum: {
    produto: 'CRM',
    pular: 'Ir para o conteúdo',
    menu: 'Menu',
    menuPrincipal: 'Principal',
    fechar: 'Fechar',
    cancelar: 'Cancelar',
    salvar: 'Salvar',
    desfazer: 'Desfazer',
    voltar: 'Voltar',
    inicio: 'Início',
    tentarDeNovo: 'Tentar de novo',
    recarregar: 'Recarregar a página',
    carregando: 'Carregando…',
    semValor: '—',
    sair: 'Sair',
    copiado: 'Copiado.',
    naoCopiado: 'O navegador não deixou copiar.',
    conta: 'Minha conta',
    tema: 'Tema',
    temaSistema: 'Automático',
    temaClaro: 'Claro',
    temaEscuro: 'Escuro',
    versao: 'Versão {versao}',
    contato: 'Contato: {contato}',
    sim: 'Sim',
    nao: 'Não',
    anterior: 'Anterior',
    proxima: 'Próxima',
    pagina: 'Página {pagina} de {paginas}',
    paginacao: 'Paginação',
    paginaVazia: 'Não há nada nesta página',
    primeiraPagina: 'Voltar à primeira página',
    requisicao: 'Código para o suporte: {requisicao}',
    limparFiltros: 'Limpar filtros',
  },
  erros: {
    titulo: 'Não foi possível carregar',
    semRede: 'Você está sem rede',
    semRedeTexto: 'A tela é lida de novo assim que a rede voltar.',
    semServidor: 'O servidor não respondeu',
    rede: 'Sem resposta do servidor. Verifique a rede e tente de novo.',
    servidor: 'O servidor falhou ao atender o pedido. Tente de novo em instantes.',
    indisponivel: 'O sistema está ocupado ou reiniciando. Tente de novo em instantes.',
    desconhecido: 'Não foi possível concluir. Tente de novo; se continuar, fale com o suporte.',
    resultado: 'Não sabemos se a operação foi concluída. Recarregue e confira antes de repetir.',
    naoEncontrado: 'Este registro não existe ou não existe mais.',
    semAcesso: 'Seu perfil não tem acesso a isto. Peça a um administrador se precisar.',
    invalido: 'Confira os campos marcados e envie de novo.',
    recusado: 'O que foi pedido não pode ser atendido assim. Volte, mude o pedido e tente de novo.',
    conflito: 'Outra pessoa mudou isto antes. Os dados foram atualizados; confira e repita.',
    limite: 'Muitos pedidos em pouco tempo. Tente de novo em {segundos} s.',
    grande: 'O envio é grande demais.',
    sessao: 'Sua sessão terminou. Entre de novo para continuar.',
    pagina404: 'Página não encontrada',
    pagina404Texto: 'O endereço não leva a nenhuma tela. Ele pode ter mudado ou sido digitado errado.',
    pagina403: 'Sem acesso a esta tela',
    irAoInicio: 'Ir para o início',
    quebrou: 'Esta tela parou de funcionar',
    quebrouTexto: 'Um erro inesperado aconteceu no navegador. Recarregue; nada do que foi salvo se perdeu.',
    faltou: 'Uma parte do sistema não chegou: há uma versão nova, ou a rede falhou. Recarregue a página para continuar.',
    faltouSemRede: 'Esta parte do sistema ainda não tinha chegado. Recarregue a página quando a rede voltar.',
  },
  login: {
    titulo: 'Entrar',
    subtitulo: 'Use seu e-mail ou nome de usuário.',
    usuario: 'E-mail ou nome',
    senha: 'Senha',
    mostrar: 'Mostrar senha',
    esconder: 'Esconder senha',
    caps: 'A tecla Caps Lock está ligada.',
    entrar: 'Entrar',
    entrando: 'Entrando…',
    faltaUsuario: 'Informe o e-mail ou o nome.',
    senhaCurta: 'A senha tem pelo menos {n} caracteres.',
    saiu: 'Você saiu. Até logo!',
    trocada: 'Senha trocada. Entre com a nova.',
    tenhoCodigo: 'Tenho um código de senha',
  },
} as const;

/** By `codigo` of problem+json; what is not here falls back on the status. Screens add their own. */
const codigos: Record<string, string> = {
  pagina_profunda: 'Esta página fica longe demais para ser aberta por um link. Volte à primeira, ou use os filtros.',
  credenciais_invalidas: 'E-mail, nome ou senha não conferem. Confira e tente de novo.',
  bloqueado: 'Muitas tentativas erradas. Tente de novo em {minutos} ou peça o desbloqueio a um administrador.',
  muitas_tentativas: 'Muitas tentativas erradas. Tente de novo em {minutos} ou peça o desbloqueio a um administrador.',
  usuario_inativo: 'Este usuário está desativado. Fale com um administrador.',
  sessao_invalida: 'Sua sessão terminou. Entre de novo para continuar.',
  nao_autenticado: 'Entre para continuar.',
  acesso_negado: 'Seu perfil não tem acesso a isto. Peça a um administrador se precisar.',
};

/** Sentences for the refusals that only some screens meet. */
export function acrescentarCodigos(novos: Record<string, string>): void {
  Object.assign(codigos, novos);
}

/** The sentence of a `codigo`, or undefined. */
export function textoDoCodigo(codigo: string, valores?: Valores): string | undefined {
  return Object.hasOwn(codigos, codigo) ? preencher(codigos[codigo] ?? '', valores) : undefined;
}

export const { t, tSeHouver } = comTextos(base);
