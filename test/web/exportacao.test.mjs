// Long lists, limits and refusals of the export, and one's own exports (EXPORT-1, EXPORT-4, EXPORT-5, LGPD-1, UI-2, EVENTOS-1).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, afterEach, before, test } from 'node:test';

import { abrirNavegador, acesso, ate, chamar, entrar, novaPagina, parado, semRolagemLateral, semViolacoes } from './comum.mjs';
import { abrirExportar, arquivos, csv, guardarDownloads } from './exportar.mjs';

let navegador;
let abertas = [];
let limites;
before(async () => {
  navegador = await abrirNavegador();
});
after(() => navegador.close());
afterEach(async () => {
  if (limites !== undefined) await configurar(abertas[0].pagina, limites);
  limites = undefined;
  const falhas = abertas.flatMap((a) => a.falhas);
  for (const { contexto } of abertas) await contexto.close();
  abertas = [];
  assert.deepEqual(falhas, []);
});

async function abrir(caminho, opcoes, downloads) {
  const nova = await novaPagina(navegador, opcoes);
  abertas.push(nova);
  await guardarDownloads(nova.pagina, downloads);
  // Set, no live connection begins any more: the server knows no such address.
  await nova.pagina.evaluateOnNewDocument(() => {
    const Antes = globalThis.WebSocket;
    globalThis.WebSocket = class extends Antes {
      constructor(url) {
        super(globalThis.__semLigacao ? `${url}-nao` : url);
      }
    };
  });
  await entrar(nova.pagina, acesso.admin, caminho);
  return nova.pagina;
}

async function configurar(p, mudancas) {
  const r = await chamar(p, 'PATCH', '/api/admin/configuracoes', { mudancas });
  assert.equal(r.status, 200, JSON.stringify(r.corpo));
}

/** A list of so many rows is long already, and one of so many too long. */
async function limitar(p, export_direto, export_maximo) {
  if (limites === undefined) {
    const { configuracoes } = (await chamar(p, 'GET', '/api/admin/configuracoes')).corpo;
    limites = Object.fromEntries(['export_direto', 'export_maximo'].map((c) => [c, configuracoes.find((x) => x.chave === c).valor]));
  }
  await configurar(p, { export_direto: String(export_direto), export_maximo: String(export_maximo) });
}

const enviar = (p) => p.click('[role=dialog] button[type=submit]');
const pronta = (p) => p.waitForSelector('[data-trabalho=pronta]');
const aviso = (p, texto) => ate(p, (t) => document.querySelector('.MuiSnackbar-root')?.textContent.includes(t), texto);
const noDialogo = async (p, texto) => (await p.waitForSelector(`[role=dialog] ::-p-xpath(.//button[normalize-space(.)="${texto}"])`, { visible: true })).click();
const noCorpo = async (p, texto) => (await p.waitForSelector(`#conteudo ::-p-xpath(.//button[normalize-space(.)="${texto}"])`, { visible: true })).click();
const gerando = (p) => p.waitForSelector('[role=dialog] [role=progressbar]', { visible: true });
const fechado = (p) => ate(p, () => document.querySelector('[role=dialog]') === null);

async function olhar(p, nome) {
  await ate(p, () => document.querySelector('[aria-busy=true]') === null);
  await semViolacoes(p, nome);
  await semRolagemLateral(p, nome);
}

test('a long list is made in the background, told on another screen, there to download and to delete', async () => {
  const p = await abrir('/clientes');
  await limitar(p, 100, 50_000);
  await abrirExportar(p, 'clientes');
  await p.click('[name=formato][value=csv]');
  await enviar(p);
  await pronta(p);
  await olhar(p, 'ready');
  // The button that fetches it has the focus.
  await ate(p, () => document.activeElement.textContent.startsWith('Baixar'));
  await p.keyboard.press('Enter');
  const [primeiro] = await arquivos(p, 1);
  await fechado(p);
  assert.ok(csv(primeiro.texto).length > 100);

  // One that was asked for elsewhere: told, and offered, where one works meanwhile.
  await p.click('header a[href="/"]');
  assert.equal((await chamar(p, 'POST', '/api/v1/exports?format=csv', { origem: 'clientes', filters: {}, fields: ['nome_completo'] })).status, 202);
  await aviso(p, 'Sua exportação está pronta');
  // Nothing was done that Ctrl+Z could take back, and nothing says so.
  assert.equal(await p.$eval('[data-oferta]', (n) => n.getAttribute('aria-keyshortcuts')), null);
  await p.keyboard.down('Control');
  await p.keyboard.press('z');
  await p.keyboard.up('Control');
  // A message may be drawn anew when it takes the place of another.
  await p.locator('[data-oferta]').click();
  const [, segundo] = await arquivos(p, 2);
  assert.equal(csv(segundo.texto).length, csv(primeiro.texto).length);

  await p.evaluate(() => history.pushState(null, '', '/exportacoes'));
  await p.waitForSelector('[data-exportacao][data-estado=pronta]');
  const prontas = await p.$$eval('[data-estado=pronta]', (nos) => nos.map((n) => n.dataset.exportacao));
  const some = (id) => ate(p, (n) => document.querySelector(`[data-exportacao="${n}"][data-estado=pronta]`) === null, id);
  await p.click('[aria-label^="Apagar "]');
  await noDialogo(p, 'Apagar');
  await some(prontas[0]);
  await ate(p, () => document.activeElement?.tagName === 'H1');

  // The other one is deleted in another tab: a download says so.
  assert.equal((await chamar(p, 'DELETE', `/api/v1/exports/${prontas[1]}`)).status, 200);
  await p.click('[aria-label^="Baixar "]');
  await aviso(p, 'falhou. O arquivo já foi apagado');
  await some(prontas[1]);
  // Without its file a row leads to where another is made.
  assert.ok(await p.$eval(`[data-exportacao="${prontas[1]}"]`, (n) => n.closest('tr').querySelector('a[aria-label^="Exportar de novo"]') !== null));
  assert.equal((await arquivos(p, 2)).length, 2);

  // A page that an old link asks for leads to one that exists.
  await p.evaluate(() => history.pushState(null, '', '/exportacoes?page=99'));
  await noCorpo(p, 'Voltar à primeira página');
  await p.waitForSelector('[data-exportacao]');
  assert.equal(await p.evaluate(() => location.search), '');
});

test('every screen with a list gives its file: portfolios, team board, periods, reports, audit', async () => {
  const p = await abrir('/carteiras');
  const [{ id }] = (await chamar(p, 'GET', '/api/admin/vendedores')).corpo.vendedores;
  // Of everybody, then of one seller.
  const listas = [
    ['clientes', 'situacao=elegivel', '/api/v1/clients/search?situacao=elegivel'],
    ['quadro', `vendedor=${id}&status=atribuido`, `/api/admin/todos-clientes?vendedor_id=${id}&status=atribuido`],
  ];
  for (const [i, [origem, filtros, lista]] of listas.entries()) {
    await p.evaluate((f) => history.pushState(null, '', `/carteiras?${f}`), filtros);
    await abrirExportar(p, origem);
    await p.click('[name=formato][value=csv]');
    await enviar(p);
    assert.equal(csv((await arquivos(p, i + 1))[i].texto).length - 1, (await chamar(p, 'GET', lista)).corpo.total, filtros);
  }
  await p.evaluate(() => {
    globalThis.__arquivos = [];
  });
  const nomes = { quadro: '/quadro', periodo: '/periodos?periodo=45-60', relatorio: '/relatorios?aba=previsao', auditoria: '/auditoria' };
  for (const [i, [origem, caminho]] of Object.entries(nomes).entries()) {
    await p.evaluate((c) => history.pushState(null, '', c), caminho);
    await abrirExportar(p, origem);
    await p.click('[name=formato][value=csv]');
    await enviar(p);
    const arquivo = (await arquivos(p, i + 1))[i];
    assert.ok(arquivo.nome.startsWith(origem), arquivo.nome);
    const [cabecalho, ...linhas] = csv(arquivo.texto);
    assert.ok(linhas.length > 0 && linhas.every((l) => l.length === cabecalho.length), origem);
  }
});

test('over the limit: how many there are and how to narrow; without live connection a job is asked for', async () => {
  const p = await abrir('/clientes', { largura: 360, altura: 740, toque: true, escuro: true });
  await limitar(p, 100, 200);
  await abrirExportar(p, 'clientes');
  await p.tap('[name=formato][value=pdf]');
  await enviar(p);
  const recusa = await p.waitForSelector('[data-recusa=exportacao_grande]');
  assert.match(await recusa.evaluate((n) => n.textContent), /^São [\d.]+ linhas, e um arquivo leva até 200\..*Escolha uma UF/);
  await ate(p, () => document.activeElement.querySelector('[data-recusa]') !== null);
  assert.equal(await p.$eval('[name=formato]:checked', (n) => n.value), 'pdf');
  await olhar(p, 'too long, 360 dark');

  // A message does not lie on the buttons of a dialog as large as the window.
  await limitar(p, 100, 50_000);
  assert.equal((await chamar(p, 'POST', '/api/v1/exports?format=csv', { origem: 'clientes', filters: {}, fields: ['uf'] })).status, 202);
  await aviso(p, 'Sua exportação está pronta');
  await ate(p, () => document.querySelector('.MuiSnackbar-root').getBoundingClientRect().bottom <= document.querySelector('.MuiDialogActions-root').getBoundingClientRect().top);
  await noDialogo(p, 'Mudar os filtros');
  await fechado(p);

  await p.evaluate(() => {
    globalThis.__semLigacao = true;
    globalThis.__sockets.forEach((s) => s.close());
  });
  await ate(p, () => document.body.innerText.includes('Sem conexão ao vivo'));
  await abrirExportar(p, 'clientes');
  await enviar(p);
  await pronta(p);
});

test('a direct export that is refused, cancelled or fails after the dialog was closed', async () => {
  const p = await abrir('/clientes?uf=SP');
  await abrirExportar(p, 'clientes');
  const problema = (codigo, status) => ({ status, contentType: 'application/problem+json', body: JSON.stringify({ status, codigo, requisicao: 'r7' }) });
  let resposta = (r) => r.respond(problema('exportacoes_demais', 429));
  await p.setRequestInterception(true);
  p.on('request', (r) => void (r.method() === 'POST' && r.url().includes('/api/v1/exports?') ? resposta(r) : r.continue()));
  await enviar(p);
  const recusa = await p.waitForSelector('[data-recusa=exportacoes_demais]');
  assert.match(await recusa.evaluate((n) => n.textContent), /Espere uma terminar.*r7/);

  let presa;
  resposta = (r) => {
    presa = r;
  };
  await enviar(p);
  await gerando(p);
  await olhar(p, 'under way');
  await noDialogo(p, 'Cancelar exportação');
  await p.waitForSelector('[role=dialog] button[type=submit]', { visible: true });

  await enviar(p);
  await gerando(p);
  await noDialogo(p, 'Fechar');
  await fechado(p);
  await presa.respond(problema('exportacao_ocupada', 503));
  await aviso(p, 'O arquivo não foi feito. Outras exportações estão sendo feitas');
});

test('sensitive data need a purpose each time; the file arrives where the browser keeps downloads', async () => {
  const pasta = mkdtempSync(`${tmpdir()}/crm-exportacao-`);
  const p = await abrir('/clientes?uf=SP', undefined, { tambem: true });
  const sessao = await p.createCDPSession();
  await sessao.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: pasta, browserContextId: p.browserContext().id });
  const cpfs = (arquivo) => {
    const [cabecalho, ...linhas] = csv(arquivo.texto);
    assert.ok(linhas.length > 0);
    return linhas.map((l) => l[cabecalho.indexOf('CPF')]);
  };
  await abrirExportar(p, 'clientes');
  await p.click('[name=formato][value=csv]');
  await enviar(p);
  const [mascarado] = await arquivos(p, 1);
  for (const cpf of cpfs(mascarado)) assert.match(cpf, /^\*{3}\.\d{3}\.\d{3}-\*{2}$/);

  await abrirExportar(p, 'clientes');
  // To choose such a column is to ask for it.
  await p.click('[name=data_nascimento]');
  await p.waitForSelector('[name=finalidade]');
  await enviar(p);
  await ate(p, () => document.activeElement?.name === 'finalidade' && document.activeElement.getAttribute('aria-invalid') === 'true');
  await p.keyboard.type('Conferência do cadastro');
  await enviar(p);
  const [, claro] = await arquivos(p, 2);
  for (const cpf of cpfs(claro)) assert.match(cpf, /^\d{3}\.\d{3}\.\d{3}-\d{2}$/);

  await abrirExportar(p, 'clientes');
  assert.equal(await p.$('[name=finalidade]'), null);
  assert.equal(await p.$eval('[name=data_nascimento]', (n) => n.checked), false);
  await parado(p);
  await p.click('[name=formato][value=excel]');
  await enviar(p);
  await arquivos(p, 3);
  let planilha;
  for (let i = 0; i < 1200 && planilha === undefined; i++) {
    planilha = readdirSync(pasta).find((n) => n.endsWith('.xlsx'));
    await new Promise((r) => setTimeout(r, 50));
  }
  // A zip, as every xlsx.
  assert.equal(readFileSync(`${pasta}/${planilha}`).subarray(0, 2).toString(), 'PK');
  rmSync(pasta, { recursive: true });
});

test('who waits sees how many come first, and that one comes after the other', async () => {
  const p = await abrir('/exportacoes');
  await limitar(p, 1, 50_000);
  const trava = spawn('psql', ['-XAtq', '-h', process.env.CRM_SOCK, '-U', 'postgres', '-d', 'crm'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const pedidos = [];
  try {
    trava.stdin.write("BEGIN; LOCK TABLE crm.exportacao_partes IN ACCESS EXCLUSIVE MODE; SELECT 'pego';\n"); // none can end
    await new Promise((feito) => trava.stdout.once('data', feito));
    for (let i = 0; i < 3; i++) {
      const r = await chamar(p, 'POST', '/api/v1/exports?format=csv', { origem: 'clientes', filters: {}, fields: ['nome_completo'] });
      assert.equal(r.status, 202);
      pedidos.push(r.corpo.id);
    }
    await p.reload();
    const diz = (id, texto) => ate(p, (n, t) => document.querySelector(`[data-exportacao="${n}"]`)?.textContent.includes(t), id, texto);
    await diz(pedidos[1], 'Na fila: começa depois de 1 exportação.');
    await diz(pedidos[2], 'Na fila: começa depois de 2 exportações.');
    // One that was before it leaves the queue.
    await p.click(`tr:has([data-exportacao="${pedidos[1]}"]) [aria-label^="Cancelar"]`);
    await noDialogo(p, 'Cancelar exportação');
    await diz(pedidos[2], 'Na fila: começa depois de 1 exportação.');
    await olhar(p, 'queue');
  } finally {
    trava.stdin.end();
    await new Promise((feito) => trava.once('close', feito));
  }
  await p.waitForSelector(`[data-exportacao="${pedidos[2]}"][data-estado=pronta]`);
  for (const id of pedidos) assert.equal((await chamar(p, 'DELETE', `/api/v1/exports/${id}`)).status, 200);
});
