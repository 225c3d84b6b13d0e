/**
 * Every visible text of the product, one section per screen.
 *
 * `{nome}` is replaced by the value of that name. Keys are typed: a missing one
 * does not compile.
 */
export const textos = {
  comum: {
    produto: 'CRM',
    pular: 'Ir para o conteúdo',
    menu: 'Menu',
    menuPrincipal: 'Principal',
    fechar: 'Fechar',
    cancelar: 'Cancelar',
    confirmar: 'Confirmar',
    salvar: 'Salvar',
    voltar: 'Voltar',
    inicio: 'Início',
    tentarDeNovo: 'Tentar de novo',
    recarregar: 'Recarregar a página',
    carregando: 'Carregando…',
    semValor: '—',
    sair: 'Sair',
    conta: 'Minha conta',
    contaDe: 'Conta de {nome}',
    tema: 'Tema',
    temaSistema: 'Automático',
    temaClaro: 'Claro',
    temaEscuro: 'Escuro',
    versao: 'Versão {versao}',
    contato: 'Contato: {contato}',
    licenca: 'Software livre',
    sim: 'Sim',
    nao: 'Não',
    anterior: 'Anterior',
    proxima: 'Próxima',
    pagina: 'Página {pagina} de {paginas}',
    paginacao: 'Paginação',
    requisicao: 'Código para o suporte: {requisicao}',
  },
  papeis: {
    administrador: 'Administrador',
    gerente: 'Gerente',
    operador: 'Operador',
    vendedor: 'Vendedor',
    ti: 'TI',
    bi: 'BI',
    carga: 'Carga',
  },
  periodos: {
    atencao: 'Atenção',
    alerta: 'Alerta',
    risco: 'Risco',
    perdido: 'Perdido',
    ativo: 'Ativo',
    semCompra: 'Sem compra',
    '30-45': '30 a 45 dias',
    '45-60': '46 a 60 dias',
    '60-90': '61 a 90 dias',
    '>90': 'Mais de 90 dias',
    '0-29': 'Até 29 dias',
    sem_compra: 'Nunca comprou',
  },
  situacoes: {
    ativo: 'Ativo',
    elegivel: 'Elegível',
    inativo: 'Inativo',
    sem_compra: 'Sem compra',
  },
  status: {
    disponivel: 'Disponível',
    atribuido: 'Atribuído',
    contatado: 'Contatado',
  },
  conexao: {
    perdida: 'Sem ligação ao vivo com o servidor. Os dados são atualizados a cada {segundos} s enquanto tentamos de novo.',
    semRede: 'Você está sem rede. O que aparece na tela pode estar desatualizado.',
    voltou: 'Ligação restabelecida. Dados atualizados.',
    agora: 'Tentar agora',
  },
  erros: {
    titulo: 'Não foi possível carregar',
    rede: 'Sem resposta do servidor. Verifique a rede e tente de novo.',
    servidor: 'O servidor falhou ao atender o pedido. Tente de novo em instantes.',
    indisponivel: 'O sistema está ocupado ou reiniciando. Tente de novo em instantes.',
    desconhecido: 'Não foi possível concluir. Tente de novo; se continuar, fale com o suporte.',
    resultado: 'Não sabemos se a operação foi concluída. Recarregue e confira antes de repetir.',
    naoEncontrado: 'Este registro não existe ou não existe mais.',
    semAcesso: 'Seu perfil não tem acesso a isto. Peça a um administrador se precisar.',
    invalido: 'Confira os campos marcados e envie de novo.',
    conflito: 'Outra pessoa mudou isto antes. Os dados foram atualizados; confira e repita.',
    limite: 'Muitos pedidos em pouco tempo. Tente de novo em {segundos} s.',
    grande: 'O envio é grande demais.',
    sessao: 'Sua sessão terminou. Entre de novo para continuar.',
    pagina404: 'Página não encontrada',
    pagina404Texto: 'O endereço não leva a nenhuma tela. Ele pode ter mudado ou sido digitado errado.',
    pagina403: 'Sem acesso a esta tela',
    quebrou: 'Esta tela parou de funcionar',
    quebrouTexto: 'Um erro inesperado aconteceu no navegador. Recarregue; nada do que foi salvo se perdeu.',
    versaoNova: 'Há uma versão nova do sistema. Recarregue a página para continuar.',
  },
  /** By `codigo` of problem+json. What is not here falls back on the status. */
  codigos: {
    credenciais_invalidas: 'E-mail, nome ou senha não conferem. Confira e tente de novo.',
    bloqueado: 'Muitas tentativas erradas. Tente de novo em {minutos} ou peça o desbloqueio a um administrador.',
    muitas_tentativas: 'Muitas tentativas erradas. Tente de novo em {minutos} ou peça o desbloqueio a um administrador.',
    usuario_inativo: 'Este usuário está desativado. Fale com um administrador.',
    senha_atual_invalida: 'A senha atual não confere.',
    senha_curta: 'A senha nova é curta demais.',
    senha_fraca: 'Escolha uma senha menos óbvia.',
    senha_igual: 'A senha nova tem de ser diferente da atual.',
    nao_e_dono: 'Este cliente não está mais na sua carteira. A lista foi atualizada.',
    cliente_inexistente: 'Este cliente não existe ou não existe mais.',
    cliente_contatado: 'Este cliente já foi contatado neste ciclo.',
    vendedor_inexistente: 'Este vendedor não existe ou foi desativado.',
    sessao_invalida: 'Sua sessão terminou. Entre de novo para continuar.',
    nao_autenticado: 'Entre para continuar.',
    acesso_negado: 'Seu perfil não tem acesso a isto. Peça a um administrador se precisar.',
  },
  // --- C1
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
  },
  conta: {
    titulo: 'Minha conta',
    dados: 'Seus dados',
    nome: 'Nome',
    email: 'E-mail',
    papel: 'Papel',
    senhaTitulo: 'Trocar a senha',
    senhaTexto: 'As outras sessões abertas com a sua conta são encerradas.',
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
  },
  inicio: {
    titulo: 'Olá, {nome}',
    hoje: 'Hoje é {data}.',
    carteira: 'Minha carteira',
    carteiraTexto: 'Clientes para contatar hoje, por tempo sem comprar.',
    carteiraAbrir: 'Abrir a carteira',
    numeros: 'Números do dia',
    atalhos: 'Onde ir',
    aContatar: 'A contatar',
    contatados: 'Contatados',
    recuperados: 'Recuperados',
    valorPendente: 'Valor a recuperar',
    valorRecuperado: 'Valor recuperado',
    elegiveis: 'Elegíveis',
    semVendedor: 'Sem vendedor',
    online: 'Vendedores online',
    deTotal: 'de {total}',
    semCartoes: 'Seu perfil ainda não tem telas neste sistema.',
    semCartoesTexto: 'Peça a um administrador o acesso de que precisa.',
  },
  carteira: {
    titulo: 'Minha carteira',
    tituloDe: 'Carteira de {nome}',
    colunas: 'Colunas da carteira',
    a_contatar_30_45: 'A contatar · {inicio}–{fim} dias',
    a_contatar_46_60: 'A contatar · {inicio}–{fim} dias',
    contatado: 'Contatado',
    recuperado: 'Recuperado',
    abaAContatar1: '{inicio}–{fim} dias',
    abaAContatar2: '{inicio}–{fim} dias',
    online: 'online',
    offline: 'offline',
    total: '{n} · {valor}',
    totalLeitor: '{n} clientes, {valor}',
    dias: '{n} dias sem comprar',
    dia: '1 dia sem comprar',
    ultimoPedido: 'Último pedido {data} · {valor}',
    ultimaCompra: 'Última compra {data}',
    contatadoEm: 'Contatado em {data}',
    fixado: 'Fixado nesta carteira',
    ligar: 'Ligar',
    ligarPara: 'Ligar para {nome}, {telefone}',
    whatsapp: 'WhatsApp',
    whatsappPara: 'Abrir conversa no WhatsApp com {nome}',
    whatsappTexto: 'Olá! Tudo bem? Sentimos sua falta por aqui. Posso ajudar com alguma coisa?',
    semTelefone: 'Sem telefone',
    mais: 'Mover {nome} para…',
    moverPara: 'Mover para…',
    jaEsta: 'já está aqui',
    soPedido: 'acontece quando chega um pedido',
    vazia: 'Nenhum cliente aqui',
    vaziaAContatar: 'Nada a contatar nesta faixa. Quando a distribuição trouxer clientes, eles aparecem aqui.',
    vaziaContatado: 'Arraste um cliente para cá, ou use o menu do cartão, depois de falar com ele.',
    vaziaRecuperado: 'Quem compra de novo depois do seu contato aparece aqui.',
    vaziaTudo: 'Sua carteira está vazia',
    vaziaTudoTexto: 'Os clientes chegam pela distribuição enquanto você está online. Deixe esta tela aberta: ela se atualiza sozinha.',
    maisCartoes: 'Carregando mais clientes…',
    maisFalha: 'Não foi possível carregar mais. Tentar de novo',
    soltar: 'Solte para marcar como contatado',
    instrucoes: 'Setas andam entre os cartões. Ctrl e seta para a direita marca como contatado. Enter abre o menu de ações.',
    anuncioMovido: '{nome} movido para {coluna}.',
    anuncioDesfeito: '{nome} voltou para {coluna}. {motivo}',
    anuncioNaoPode: '{nome} não pode ir para {coluna}.',
    anuncioEntrou: '{n} clientes novos na carteira.',
    atualizada: 'Carteira atualizada.',
    movido: '{nome} movido para Contatado.',
    repetido: '{nome} já estava como contatado.',
    dialogoTitulo: 'Contato com {nome}',
    dialogoTexto: 'O cliente passa para Contatado e não volta à distribuição neste ciclo.',
    resultado: 'Resultado',
    resultados: {
      contatado: 'Falei com o cliente',
      retornar: 'Pediu para retornar depois',
      sem_resposta: 'Não atendeu ou não respondeu',
      sem_interesse: 'Sem interesse',
      numero_errado: 'Telefone errado',
    },
    observacoes: 'Observações',
    observacoesDica: 'O que foi combinado. Não escreva CPF, cartão ou senha.',
    observacoesConta: '{n} de {max}',
    marcar: 'Marcar como contatado',
    marcando: 'Marcando…',
  },
  // --- C2
  periodosTela: {},
  clientes: {},
  redistribuicao: {},
  estatisticas: {},
  usuarios: {},
  vendedores: {},
} as const;

type Caminhos<T, P extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${P}${K}` : Caminhos<T[K], `${P}${K}.`>;
}[keyof T & string];

/** Path of a text, as in `login.titulo`. */
export type Chave = Caminhos<typeof textos>;

export type Valores = Record<string, string | number>;

/** Replaces `{nome}` by `valores.nome`; an unknown name stays visible. */
export function preencher(texto: string, valores?: Valores): string {
  if (valores === undefined) return texto;
  return texto.replace(/\{(\w+)\}/g, (inteiro, nome: string) =>
    nome in valores ? String(valores[nome]) : inteiro,
  );
}

/** The text of a key, filled in. */
export function t(chave: Chave, valores?: Valores): string {
  return preencher(procurar(chave) ?? chave, valores);
}

/** The text of a key made from data (a `codigo`, a `papel`), or undefined. */
export function tSeHouver(chave: string, valores?: Valores): string | undefined {
  const texto = procurar(chave);
  return texto === undefined ? undefined : preencher(texto, valores);
}

/** `1 cliente`, `2 clientes`: thousands in pt-BR. */
export function plural(n: number, um: string, varios: string): string {
  return `${n.toLocaleString('pt-BR')} ${n === 1 ? um : varios}`;
}

function procurar(chave: string): string | undefined {
  let no: unknown = textos;
  for (const parte of chave.split('.')) {
    if (typeof no !== 'object' || no === null || !Object.hasOwn(no, parte)) return undefined;
    no = (no as Record<string, unknown>)[parte];
  }
  return typeof no === 'string' ? no : undefined;
}
