import {
  mdiAccountGroupOutline,
  mdiAccountKeyOutline,
  mdiAccountSearchOutline,
  mdiCalendarClockOutline,
  mdiCardAccountDetailsOutline,
  mdiChartBar,
  mdiChartTimelineVariant,
  mdiCogOutline,
  mdiFileDownloadOutline,
  mdiFileUploadOutline,
  mdiFormatListBulleted,
  mdiFormatListChecks,
  mdiShieldSearch,
  mdiShuffleVariant,
  mdiViewColumnOutline,
  mdiViewWeekOutline,
} from '@mdi/js';
import type { ComponentType } from 'react';

import type { Eu } from '../lib/eu';
import { sobDemanda, type SobDemanda } from '../lib/sob-demanda';

/**
 * A screen of the product.
 *
 * The table below is the only place that knows all features: the shell makes
 * the routes, the menu and the cards of the home from it, and the first moments
 * of the page its title. So it is loaded before everything and imports no React.
 */
export interface Rota {
  /** Pattern of wouter, as '/carteira/:id?'. */
  caminho: string;
  /** Address of the menu entry and the card, when the pattern has parameters. */
  destino?: string;
  titulo: string;
  /** Action of crm.permissoes the user must have, or one of several. */
  permissao?: string | readonly string[];
  /** A condition besides the permission. */
  so?: (eu: Eu) => boolean;
  /** Entry of the main menu; its order is the order of this table. */
  menu?: { icone: string };
  /** Letter that opens it after g. */
  tecla?: string;
  /** Card of the home: what one does there. */
  cartao?: string;
  /** Name of the card, when it is not that of the screen. */
  tituloCartao?: string;
  tela: SobDemanda<ModuloDeTela>;
}

/** What the chunk of a screen gives. */
export interface ModuloDeTela {
  Componente: ComponentType;
  /** Reads what the screen shows first; the first screen of a page is drawn with it. */
  adiantar?: (eu: Eu) => Promise<unknown>;
}

function tela<M extends Record<N, ComponentType> & Pick<ModuloDeTela, 'adiantar'>, N extends string>(importar: () => Promise<M>, nome: N): SobDemanda<ModuloDeTela> {
  return sobDemanda(async () => {
    const modulo = await importar();
    return { Componente: modulo[nome], adiantar: modulo.adiantar };
  });
}

const carteira = tela(() => import('../features/carteira/carteira'), 'Carteira');
const fila = tela(() => import('../features/fila/fila'), 'Fila');

export const rotas: readonly Rota[] = [
  {
    caminho: '/carteira/:id?',
    destino: '/carteira',
    titulo: 'Minha carteira',
    tecla: 'q',
    permissao: 'carteira.ver_propria',
    cartao: 'Quem contatar hoje, quem já foi contatado e quem voltou a comprar.',
    menu: { icone: mdiViewColumnOutline },
    so: (eu) => eu.vendedor,
    tela: carteira,
  },
  // A manager opens the board of a seller; no entry of the menu.
  {
    caminho: '/carteira/:id',
    titulo: 'Carteira',
    permissao: 'carteira.ver_todas',
    tela: carteira,
  },
  {
    caminho: '/fila/:id?',
    destino: '/fila',
    titulo: 'Fila do dia',
    permissao: 'carteira.ver_propria',
    cartao: 'Com quem falar agora: atrasados primeiro, depois os de hoje.',
    menu: { icone: mdiFormatListChecks },
    so: (eu) => eu.vendedor,
    tela: fila,
  },
  {
    caminho: '/fila/:id',
    titulo: 'Fila do dia',
    permissao: 'carteira.ver_todas',
    tela: fila,
  },

  // --- Search: everybody who sees clients; a seller finds the own portfolio
  {
    caminho: '/clientes',
    titulo: 'Clientes',
    tecla: 'c',
    permissao: ['cliente.ver_todos', 'carteira.ver_propria'],
    tituloCartao: 'Pesquisar Clientes',
    cartao: 'Por nome, CPF, telefone ou e-mail, com filtros e prévia.',
    menu: { icone: mdiAccountSearchOutline },
    tela: tela(() => import('../features/pesquisa/pesquisa'), 'Pesquisa'),
  },

  // --- The record of a client; '/clientes/novo' before '/clientes/:id'
  {
    caminho: '/clientes/novo',
    titulo: 'Novo cliente',
    permissao: 'cliente.criar',
    tela: tela(() => import('../features/cliente/cliente-novo'), 'ClienteNovo'),
  },
  {
    caminho: '/clientes/:id/editar',
    titulo: 'Editar cliente',
    permissao: 'cliente.alterar',
    tela: tela(() => import('../features/cliente/cliente-editar'), 'ClienteEditar'),
  },
  {
    caminho: '/clientes/:id',
    titulo: 'Cliente',
    permissao: ['cliente.ver_todos', 'carteira.ver_propria'],
    tela: tela(() => import('../features/cliente/cliente'), 'Cliente'),
  },
  {
    caminho: '/importar',
    titulo: 'Importar',
    tecla: 'm',
    permissao: 'cliente.importar',
    tituloCartao: 'Importar Clientes',
    cartao: 'De uma planilha ou de um arquivo CSV, com conferência antes.',
    menu: { icone: mdiFileUploadOutline },
    tela: tela(() => import('../features/importacao/importar'), 'Importar'),
  },
  {
    caminho: '/importar/:id',
    titulo: 'Importação',
    permissao: 'cliente.importar',
    tela: tela(() => import('../features/importacao/importacao'), 'Importacao'),
  },

  // --- Administration
  {
    caminho: '/quadro',
    titulo: 'Quadro da equipe',
    tecla: 'q',
    permissao: 'painel.ver',
    cartao: 'Uma coluna por vendedor ou por período. Arraste, selecione e mova clientes.',
    menu: { icone: mdiViewWeekOutline },
    tela: tela(() => import('../features/quadro/quadro-gestao'), 'QuadroGestao'),
  },
  {
    caminho: '/periodos',
    titulo: 'Períodos',
    tecla: 'p',
    permissao: 'painel.ver',
    cartao: 'Quem está há mais tempo sem comprar, por faixa de dias, e com quem.',
    menu: { icone: mdiCalendarClockOutline },
    tela: tela(() => import('../features/periodos/periodos'), 'Periodos'),
  },
  {
    caminho: '/carteiras',
    titulo: 'Carteiras',
    tecla: 'l',
    permissao: 'painel.ver',
    cartao: 'Quem está com cada vendedor. Realocar e liberar.',
    menu: { icone: mdiFormatListBulleted },
    tela: tela(() => import('../features/clientes/clientes'), 'Clientes'),
  },
  {
    caminho: '/redistribuicao',
    titulo: 'Redistribuição',
    tecla: 'd',
    permissao: 'painel.ver',
    cartao: 'Simular, aplicar e desfazer: quem ganha e quem perde clientes.',
    menu: { icone: mdiShuffleVariant },
    tela: tela(() => import('../features/redistribuicao/redistribuicao'), 'Redistribuicao'),
  },
  {
    caminho: '/vendedores',
    titulo: 'Vendedores',
    tecla: 'v',
    permissao: 'painel.ver',
    cartao: 'Quem está online, pesos, capacidade e redistribuição.',
    menu: { icone: mdiAccountGroupOutline },
    tela: tela(() => import('../features/vendedores/vendedores'), 'Vendedores'),
  },
  {
    caminho: '/estatisticas',
    titulo: 'Estatísticas',
    tecla: 't',
    permissao: 'painel.ver',
    cartao: 'Números gerais e desempenho por vendedor.',
    menu: { icone: mdiChartBar },
    tela: tela(() => import('../features/estatisticas/estatisticas'), 'Estatisticas'),
  },
  {
    caminho: '/relatorios',
    titulo: 'Relatórios',
    tecla: 'r',
    permissao: 'relatorio.ver',
    cartao: 'Recuperados, contatos, funil e a previsão de quem está para se perder.',
    menu: { icone: mdiChartTimelineVariant },
    tela: tela(() => import('../features/relatorios/relatorios'), 'Relatorios'),
  },
  {
    caminho: '/usuarios',
    titulo: 'Gestão de Usuários',
    tecla: 'u',
    permissao: 'usuario.gerir',
    cartao: 'Criar, mudar o papel, desbloquear e desativar.',
    menu: { icone: mdiAccountKeyOutline },
    tela: tela(() => import('../features/usuarios/usuarios'), 'Usuarios'),
  },
  {
    caminho: '/configuracoes',
    titulo: 'Configurações',
    tecla: 's',
    permissao: 'configuracao.alterar',
    cartao: 'Janela de contato, presença, senhas, limites, logotipo.',
    menu: { icone: mdiCogOutline },
    tela: tela(() => import('../features/configuracoes/configuracoes'), 'Configuracoes'),
  },
  {
    caminho: '/auditoria',
    titulo: 'Auditoria',
    tecla: 'h',
    permissao: 'auditoria.ver',
    cartao: 'Quem fez o quê, quando e de onde, com o antes e o depois.',
    menu: { icone: mdiShieldSearch },
    tela: tela(() => import('../features/auditoria/auditoria'), 'Auditoria'),
  },

  // --- Account
  {
    caminho: '/exportacoes',
    titulo: 'Minhas exportações',
    tecla: 'e',
    permissao: ['exportar', 'carteira.exportar'],
    cartao: 'Arquivos que você exportou: andamento, download e validade.',
    menu: { icone: mdiFileDownloadOutline },
    tela: tela(() => import('../features/exportacao/minhas-exportacoes'), 'MinhasExportacoes'),
  },
  {
    caminho: '/conta',
    titulo: 'Minha conta',
    tecla: 'a',
    cartao: 'Senha, sessões abertas e aparência.',
    menu: { icone: mdiCardAccountDetailsOutline },
    tela: tela(() => import('../features/conta/conta'), 'Conta'),
  },
];

/** The screen of an address. */
export function rotaDe(caminho: string): Rota | undefined {
  return rotas.find((r) => padrao(r.caminho).test(caminho));
}

/** '/carteira/:id?' as an expression. */
function padrao(caminho: string): RegExp {
  return new RegExp(`^${caminho.replace(/\/:\w+\?/g, '(?:/[^/]+)?').replace(/:\w+/g, '[^/]+')}/?$`);
}
