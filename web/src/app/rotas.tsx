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
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

import type { Eu } from '../lib/eu';

/**
 * A screen of the product.
 *
 * The table below is the only place that knows all features: the shell makes
 * the routes, the menu and the cards of the home from it.
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
  componente: Tela;
}

type Tela = LazyExoticComponent<ComponentType> & { importar: () => Promise<unknown> };

/** Lazy chunk of a named export. */
function tela<M extends Record<N, ComponentType>, N extends string>(importar: () => Promise<M>, nome: N): Tela {
  return Object.assign(lazy(async () => ({ default: (await importar())[nome] as ComponentType })), { importar });
}

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
    componente: tela(() => import('../features/carteira/carteira'), 'Carteira'),
  },
  // A manager opens the board of a seller; no entry of the menu.
  {
    caminho: '/carteira/:id',
    titulo: 'Carteira',
    permissao: 'carteira.ver_todas',
    componente: tela(() => import('../features/carteira/carteira'), 'Carteira'),
  },
  {
    caminho: '/fila/:id?',
    destino: '/fila',
    titulo: 'Fila do dia',
    permissao: 'carteira.ver_propria',
    cartao: 'Com quem falar agora: atrasados primeiro, depois os de hoje.',
    menu: { icone: mdiFormatListChecks },
    so: (eu) => eu.vendedor,
    componente: tela(() => import('../features/fila/fila'), 'Fila'),
  },
  {
    caminho: '/fila/:id',
    titulo: 'Fila do dia',
    permissao: 'carteira.ver_todas',
    componente: tela(() => import('../features/fila/fila'), 'Fila'),
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
    componente: tela(() => import('../features/pesquisa/pesquisa'), 'Pesquisa'),
  },

  // --- The record of a client; '/clientes/novo' before '/clientes/:id'
  {
    caminho: '/clientes/novo',
    titulo: 'Novo cliente',
    permissao: 'cliente.criar',
    componente: tela(() => import('../features/cliente/cliente-novo'), 'ClienteNovo'),
  },
  {
    caminho: '/clientes/:id/editar',
    titulo: 'Editar cliente',
    permissao: 'cliente.alterar',
    componente: tela(() => import('../features/cliente/cliente-editar'), 'ClienteEditar'),
  },
  {
    caminho: '/clientes/:id',
    titulo: 'Cliente',
    permissao: ['cliente.ver_todos', 'carteira.ver_propria'],
    componente: tela(() => import('../features/cliente/cliente'), 'Cliente'),
  },
  {
    caminho: '/importar',
    titulo: 'Importar',
    tecla: 'm',
    permissao: 'cliente.importar',
    tituloCartao: 'Importar Clientes',
    cartao: 'De uma planilha ou de um arquivo CSV, com conferência antes.',
    menu: { icone: mdiFileUploadOutline },
    componente: tela(() => import('../features/importacao/importar'), 'Importar'),
  },
  {
    caminho: '/importar/:id',
    titulo: 'Importação',
    permissao: 'cliente.importar',
    componente: tela(() => import('../features/importacao/importacao'), 'Importacao'),
  },

  // --- Administration
  {
    caminho: '/quadro',
    titulo: 'Quadro da equipe',
    tecla: 'q',
    permissao: 'painel.ver',
    cartao: 'Uma coluna por vendedor ou por período. Arraste, selecione e mova clientes.',
    menu: { icone: mdiViewWeekOutline },
    componente: tela(() => import('../features/quadro/quadro-gestao'), 'QuadroGestao'),
  },
  {
    caminho: '/periodos',
    titulo: 'Períodos',
    tecla: 'p',
    permissao: 'painel.ver',
    cartao: 'Quem está há 30, 45, 60 e 90 dias sem comprar, e com quem.',
    menu: { icone: mdiCalendarClockOutline },
    componente: tela(() => import('../features/periodos/periodos'), 'Periodos'),
  },
  {
    caminho: '/carteiras',
    titulo: 'Carteiras',
    tecla: 'l',
    permissao: 'painel.ver',
    cartao: 'Quem está com cada vendedor. Realocar e liberar.',
    menu: { icone: mdiFormatListBulleted },
    componente: tela(() => import('../features/clientes/clientes'), 'Clientes'),
  },
  {
    caminho: '/redistribuicao',
    titulo: 'Redistribuição',
    tecla: 'd',
    permissao: 'painel.ver',
    cartao: 'Simular, aplicar e desfazer: quem ganha e quem perde clientes.',
    menu: { icone: mdiShuffleVariant },
    componente: tela(() => import('../features/redistribuicao/redistribuicao'), 'Redistribuicao'),
  },
  {
    caminho: '/vendedores',
    titulo: 'Vendedores',
    tecla: 'v',
    permissao: 'painel.ver',
    cartao: 'Quem está online, pesos, capacidade e redistribuição.',
    menu: { icone: mdiAccountGroupOutline },
    componente: tela(() => import('../features/vendedores/vendedores'), 'Vendedores'),
  },
  {
    caminho: '/estatisticas',
    titulo: 'Estatísticas',
    tecla: 't',
    permissao: 'painel.ver',
    cartao: 'Números gerais e desempenho por vendedor.',
    menu: { icone: mdiChartBar },
    componente: tela(() => import('../features/estatisticas/estatisticas'), 'Estatisticas'),
  },
  {
    caminho: '/relatorios',
    titulo: 'Relatórios',
    tecla: 'r',
    permissao: 'relatorio.ver',
    cartao: 'Recuperados, contatos, funil e a previsão de quem está para se perder.',
    menu: { icone: mdiChartTimelineVariant },
    componente: tela(() => import('../features/relatorios/relatorios'), 'Relatorios'),
  },
  {
    caminho: '/usuarios',
    titulo: 'Gestão de Usuários',
    tecla: 'u',
    permissao: 'usuario.gerir',
    cartao: 'Criar, mudar o papel, desbloquear e desativar.',
    menu: { icone: mdiAccountKeyOutline },
    componente: tela(() => import('../features/usuarios/usuarios'), 'Usuarios'),
  },
  {
    caminho: '/configuracoes',
    titulo: 'Configurações',
    tecla: 's',
    permissao: 'configuracao.alterar',
    cartao: 'Janela de contato, presença, senhas, limites, logotipo.',
    menu: { icone: mdiCogOutline },
    componente: tela(() => import('../features/configuracoes/configuracoes'), 'Configuracoes'),
  },
  {
    caminho: '/auditoria',
    titulo: 'Auditoria',
    tecla: 'h',
    permissao: 'auditoria.ver',
    cartao: 'Quem fez o quê, quando e de onde, com o antes e o depois.',
    menu: { icone: mdiShieldSearch },
    componente: tela(() => import('../features/auditoria/auditoria'), 'Auditoria'),
  },

  // --- Account
  {
    caminho: '/exportacoes',
    titulo: 'Minhas exportações',
    tecla: 'e',
    permissao: ['exportar', 'carteira.exportar'],
    cartao: 'Arquivos que você exportou: andamento, download e validade.',
    menu: { icone: mdiFileDownloadOutline },
    componente: tela(() => import('../features/exportacao/minhas-exportacoes'), 'MinhasExportacoes'),
  },
  {
    caminho: '/conta',
    titulo: 'Minha conta',
    tecla: 'a',
    cartao: 'Senha, sessões abertas e aparência.',
    menu: { icone: mdiCardAccountDetailsOutline },
    componente: tela(() => import('../features/conta/conta'), 'Conta'),
  },
];

/** Fetches the screen of an address before it is drawn. */
export function adiantar(caminho: string): void {
  void rotas.find((r) => padrao(r.caminho).test(caminho))?.componente.importar();
}

/** '/carteira/:id?' as an expression. */
function padrao(caminho: string): RegExp {
  return new RegExp(`^${caminho.replace(/\/:\w+\?/g, '(?:/[^/]+)?').replace(/:\w+/g, '[^/]+')}/?$`);
}
