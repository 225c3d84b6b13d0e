// Every screen of the product, for what looks at all of them: acessivel.test.mjs, fotos.mjs.
// A new row of web/src/app/rotas.ts needs one here.
import { acesso, ate, chamar, parado, URL_BASE } from './comum.mjs';

const [, , vendedor] = acesso.vendedores;

/** Id of the first client that the user of the page finds. */
async function umCliente(pagina) {
  return (await chamar(pagina, 'POST', '/api/v1/clients/search', { size: 1 })).corpo.items[0].id_cliente;
}

/**
 * nome: of the picture. quem: undefined before entering. rota: pattern in
 * rotas.ts. caminho: address, or what finds it. abrir: what is done on the
 * screen before looking; with `aberto` a menu or palette stands open over it.
 */
export const TELAS = [
  { nome: 'entrar', caminho: '/' },
  { nome: 'entrar-codigo', caminho: '/', abrir: abrirCodigo },
  { nome: 'inicio-vendedor', quem: vendedor, caminho: '/' },
  { nome: 'carteira', quem: vendedor, rota: '/carteira/:id?', caminho: '/carteira' },
  { nome: 'carteira-menu', quem: vendedor, caminho: '/carteira', aberto: true, abrir: abrirMenuDoCartao },
  { nome: 'carteira-contato', quem: vendedor, caminho: '/carteira', abrir: abrirContato },
  { nome: 'carteira-porque', quem: vendedor, caminho: '/carteira', abrir: (p) => abrirDoCartao(p, 'porque', '[data-movimento]') },
  { nome: 'carteira-passo', quem: vendedor, caminho: '/carteira', abrir: (p) => abrirDoCartao(p, 'passo', '[name=nota]') },
  { nome: 'fila', quem: vendedor, rota: '/fila/:id?', caminho: '/fila' },
  { nome: 'clientes-vendedor', quem: vendedor, caminho: '/clientes' },
  { nome: 'conta', quem: vendedor, rota: '/conta', caminho: '/conta' },
  { nome: 'erro-403', quem: vendedor, caminho: '/usuarios' },
  { nome: 'erro-404', quem: vendedor, caminho: '/nao-existe' },
  { nome: 'inicio', quem: acesso.admin, caminho: '/' },
  { nome: 'carteira-de', quem: acesso.admin, rota: '/carteira/:id', caminho: async (p) => `/carteira/${(await chamar(p, 'GET', '/api/admin/vendedores')).corpo.vendedores[0].id}` },
  { nome: 'fila-de', quem: acesso.admin, rota: '/fila/:id', caminho: async (p) => `/fila/${(await chamar(p, 'GET', '/api/admin/vendedores')).corpo.vendedores[0].id}` },
  { nome: 'clientes', quem: acesso.admin, rota: '/clientes', caminho: '/clientes' },
  { nome: 'cliente-novo', quem: acesso.admin, rota: '/clientes/novo', caminho: '/clientes/novo' },
  { nome: 'cliente', quem: acesso.admin, rota: '/clientes/:id', caminho: async (p) => `/clientes/${await umCliente(p)}` },
  { nome: 'cliente-atribuicoes', quem: acesso.admin, caminho: async (p) => `/clientes/${await umCliente(p)}?aba=atribuicoes` },
  { nome: 'cliente-tempo', quem: acesso.admin, caminho: async (p) => `/clientes/${await umCliente(p)}?aba=tempo` },
  { nome: 'cliente-editar', quem: acesso.admin, rota: '/clientes/:id/editar', caminho: async (p) => `/clientes/${await umCliente(p)}/editar` },
  { nome: 'importar', quem: acesso.admin, rota: '/importar', caminho: '/importar' },
  { nome: 'importacao-inexistente', quem: acesso.admin, rota: '/importar/:id', caminho: '/importar/999999' },
  { nome: 'periodos', quem: acesso.admin, rota: '/periodos', caminho: '/periodos' },
  { nome: 'carteiras', quem: acesso.admin, rota: '/carteiras', caminho: '/carteiras' },
  { nome: 'quadro', quem: acesso.admin, rota: '/quadro', caminho: '/quadro' },
  { nome: 'quadro-periodo', quem: acesso.admin, caminho: '/quadro?por=periodo' },
  { nome: 'quadro-selecao', quem: acesso.admin, caminho: '/quadro?por=periodo', abrir: selecionarCartoes },
  { nome: 'quadro-menu', quem: acesso.admin, caminho: '/quadro?por=periodo', aberto: true, abrir: abrirMenuDoCartao },
  { nome: 'redistribuicao', quem: acesso.admin, rota: '/redistribuicao', caminho: '/redistribuicao' },
  { nome: 'vendedores', quem: acesso.admin, rota: '/vendedores', caminho: '/vendedores' },
  { nome: 'vendedor-jornada', quem: acesso.admin, caminho: (p) => doPrimeiroVendedor(p, 'jornada') },
  { nome: 'vendedor-ausencias', quem: acesso.admin, caminho: (p) => doPrimeiroVendedor(p, 'ausencias') },
  { nome: 'feriados', quem: acesso.admin, caminho: '/vendedores?feriados=sim' },
  { nome: 'estatisticas', quem: acesso.admin, rota: '/estatisticas', caminho: '/estatisticas' },
  { nome: 'estatisticas-tabelas', quem: acesso.admin, caminho: '/estatisticas?tabela=periodos,periodosValor,funil,carga,valores,taxa' },
  { nome: 'relatorios', quem: acesso.admin, rota: '/relatorios', caminho: '/relatorios?periodo=ano' },
  { nome: 'relatorios-contatos', quem: acesso.admin, caminho: '/relatorios?aba=contatos&tabela=funil,funilPorVendedor,desfechos,desfechosPorVendedor,contatosNoTempo' },
  { nome: 'relatorios-previsao', quem: acesso.admin, caminho: '/relatorios?aba=previsao' },
  { nome: 'auditoria', quem: acesso.admin, rota: '/auditoria', caminho: '/auditoria' },
  { nome: 'auditoria-detalhe', quem: acesso.admin, caminho: '/auditoria?acao=login', abrir: abrirRegistro },
  { nome: 'configuracoes', quem: acesso.admin, rota: '/configuracoes', caminho: '/configuracoes' },
  { nome: 'configuracoes-efeito', quem: acesso.admin, caminho: '/configuracoes', abrir: mudarJanela },
  { nome: 'paleta', quem: acesso.admin, caminho: '/usuarios', abrir: abrirPaleta },
  { nome: 'atalhos', quem: acesso.admin, caminho: '/', abrir: abrirAtalhos },
  { nome: 'usuario-desativar', quem: acesso.admin, caminho: '/usuarios', abrir: abrirDesativar },
  { nome: 'usuarios', quem: acesso.admin, rota: '/usuarios', caminho: '/usuarios' },
  { nome: 'exportar', quem: acesso.admin, caminho: '/clientes?uf=SP,RJ&situacao=elegivel', abrir: abrirExportacao },
  { nome: 'exportacoes', quem: acesso.admin, rota: '/exportacoes', caminho: comExportacao },
  { nome: 'exportacoes-vazio', quem: vendedor, caminho: '/exportacoes' },
];

/** Widths and themes at which screens are looked at; the phone comes last, for it loads the page again. */
export const ASPECTOS = [
  { nome: '1440-claro', largura: 1440 },
  { nome: '1440-escuro', largura: 1440, escuro: true },
  { nome: '768-claro', largura: 768, altura: 1024 },
  { nome: '768-escuro', largura: 768, altura: 1024, escuro: true },
  { nome: '2560-claro', largura: 2560, altura: 1300 },
  { nome: '360-claro', largura: 360, altura: 740, toque: true },
  { nome: '360-escuro', largura: 360, altura: 740, toque: true, escuro: true },
];

/** Goes there inside of the loaded application, and waits until all is read. */
export async function irPara(pagina, tela) {
  const caminho = typeof tela.caminho === 'string' ? tela.caminho : await tela.caminho(pagina);
  await pagina.evaluate((c) => history.pushState(null, '', c), caminho);
  await pronta(pagina);
}

/** Loads the application anew: dialogs, palettes and unsaved text end with the page. */
export async function recomecar(pagina) {
  const aceitar = (pergunta) => void pergunta.accept();
  pagina.on('dialog', aceitar);
  await pagina.goto(URL_BASE);
  pagina.off('dialog', aceitar);
}

/** The screen has its title, nothing is being read or moves. */
export async function pronta(pagina) {
  // What was just asked for (an address, a theme) begins in the next frames.
  await pagina.evaluate(() => new Promise((feito) => requestAnimationFrame(() => requestAnimationFrame(feito))));
  await ate(pagina, () => document.querySelector('#conteudo h1, #campo-usuario') !== null && document.querySelector('[aria-busy=true]') === null);
  await parado(pagina);
}

async function abrirMenuDoCartao(pagina) {
  // A phone shows one column; the first may be empty.
  if ((await pagina.$('[data-cliente]')) === null) await (await pagina.$$('[role=tab]'))[1]?.click();
  await pagina.waitForSelector('[data-cliente]');
  await pagina.click('[data-cliente] button[aria-haspopup=menu]');
  await pagina.waitForSelector('[role=menu]', { visible: true });
  await parado(pagina);
}

/** Address of the settings of the first seller. */
async function doPrimeiroVendedor(pagina, aba) {
  const { vendedores } = (await chamar(pagina, 'GET', '/api/admin/vendedores')).corpo;
  return `/vendedores?vendedor=${vendedores[0].id}&aba=${aba}`;
}

async function selecionarCartoes(pagina) {
  await pagina.waitForSelector('[data-cliente] input[type=checkbox]');
  for (const caixa of (await pagina.$$('[data-cliente] input[type=checkbox]')).slice(0, 2)) await caixa.click();
  await pagina.waitForSelector('[data-barra]');
}

async function abrirDoCartao(pagina, acao, espera) {
  await abrirMenuDoCartao(pagina);
  await pagina.click(`[role=menu] [data-acao=${acao}], [role=dialog] [data-acao=${acao}]`);
  await pagina.waitForSelector(`[role=dialog] ${espera}`);
  await parado(pagina);
}

async function abrirContato(pagina) {
  await abrirMenuDoCartao(pagina);
  await pagina.click('[data-para=contatado]');
  await pagina.waitForSelector('[role=dialog] [name=observacoes]');
  await parado(pagina);
}

async function abrirCodigo(pagina) {
  await (await pagina.waitForSelector('::-p-text(Tenho um código)')).click();
  await pagina.waitForSelector('#campo-codigo');
  await parado(pagina);
}

async function abrirRegistro(pagina) {
  await (await pagina.waitForSelector('[data-registro] > button')).click();
  await pagina.waitForSelector('[data-detalhe]', { visible: true });
  await parado(pagina);
}

async function mudarJanela(pagina) {
  const campo = await pagina.waitForSelector('#config-janela_fim');
  await campo.click({ count: 3 });
  await pagina.keyboard.type('75');
  await (await pagina.waitForSelector('[data-efeito] table, [data-efeito] ul')).scrollIntoView();
  await parado(pagina);
}

async function abrirPaleta(pagina) {
  await pagina.keyboard.down('Control');
  await pagina.keyboard.press('k');
  await pagina.keyboard.up('Control');
  await pagina.waitForSelector('[role=combobox]');
  await pagina.keyboard.type('ma');
  await pagina.waitForSelector('[role=group][aria-label="Clientes"] [role=option]');
  await parado(pagina);
}

async function abrirAtalhos(pagina) {
  await pagina.keyboard.press('?');
  await pagina.waitForSelector('[role=dialog]');
  await parado(pagina);
}

/** With the most it shows: CSV, and sensitive data. */
async function abrirExportacao(pagina) {
  await (await pagina.waitForSelector('[data-exportar=clientes]', { visible: true })).click();
  await pagina.waitForSelector('[role=dialog] [data-campo]');
  await pagina.click('[name=formato][value=csv]');
  await pagina.click('[name=sensiveis]');
  await pagina.waitForSelector('[name=finalidade]');
  await parado(pagina);
}

/** Own exports, at least one. */
async function comExportacao(pagina) {
  if ((await chamar(pagina, 'GET', '/api/v1/exports')).corpo.total === 0) {
    await pagina.evaluate(async () => {
      const r = await fetch('/api/v1/exports?format=csv', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"origem":"periodo","filters":{"periodo":"30-45"}}' });
      await r.blob();
    });
  }
  return '/exportacoes';
}

async function abrirDesativar(pagina) {
  const linha = await pagina.evaluateHandle(() => [...document.querySelectorAll('tr, li')].find((n) => n.textContent.includes('Vendedor')));
  await (await linha.asElement().$('button[aria-haspopup=menu]')).click();
  await parado(pagina);
  await (await pagina.waitForSelector('::-p-xpath(//*[@role="menuitem"][.="Desativar"])')).click();
  await pagina.waitForSelector('[role=dialog] [data-carteira], [role=dialog] [role=alert]');
  await parado(pagina);
}
