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
  paleta: {
    abrir: 'Buscar ou ir para',
    titulo: 'Buscar ou ir para',
    campo: 'Tela, ação, cliente ou usuário',
    mais: 'Mais',
    atalhos: 'Atalhos do teclado',
    resultados: 'Resultados',
    desta: 'Nesta tela',
    irPara: 'Ir para',
    acoes: 'Ações',
    clientes: 'Clientes',
    usuarios: 'Usuários',
    novo: 'Novo cliente',
    claro: 'Tema claro',
    escuro: 'Tema escuro',
    automatico: 'Tema automático',
    nada: 'Nada encontrado para “{texto}”.',
    buscando: 'Buscando…',
    falhou: 'A busca de clientes falhou. As telas e ações continuam aqui.',
    dica: 'Setas escolhem, Enter abre, Esc fecha.',
    todos: 'Ver todos os clientes que combinam com “{texto}”',
  },
  atalhos: {
    titulo: 'Atalhos do teclado',
    sempre: 'Em qualquer tela',
    navegar: 'Ir para: g e depois a letra',
    quadro: 'No quadro',
    paleta: 'Buscar ou ir para',
    ajuda: 'Esta ajuda',
    busca: 'Ir à busca de clientes',
    novo: 'Novo cliente',
    setas: 'Andar entre os cartões',
    mover: 'Mover o cartão de coluna',
    menu: 'Menu do cartão',
    desfazer: 'Desfazer o que acabou de ser feito',
    desligados: 'Os atalhos de uma tecla estão desligados neste navegador. Ligue-os em Minha conta.',
  },
  exportacoes: {
    pronta: 'Sua exportação está pronta.',
    baixar: 'Baixar',
    falhou: 'Uma exportação falhou. Veja por quê em Minhas exportações.',
  },
  conexao: {
    perdida: 'Sem conexão ao vivo com o servidor. Os dados são atualizados a cada {segundos} s enquanto tentamos de novo.',
    semRede: 'Você está sem rede. O que aparece na tela pode estar desatualizado.',
    voltou: 'Conexão restabelecida. Dados atualizados.',
    agora: 'Tentar agora',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, casca);
