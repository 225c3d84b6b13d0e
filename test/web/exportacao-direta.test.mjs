// Also in Firefox. A short list leaves at once: from the search and from a board, by mouse and by keyboard (EXPORT-1, EXPORT-4, UI-2, UI-3).
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { abrirNavegador, acesso, ate, chamar, entrar, novaPagina, parado } from './comum.mjs';
import { abrirExportar, arquivos, csv, guardarDownloads, linha, marcadas } from './exportar.mjs';

const [, vendedor] = acesso.vendedores;
let navegador;
let abertas = [];
before(async () => {
  navegador = await abrirNavegador();
});
after(() => navegador.close());
afterEach(async () => {
  const falhas = abertas.flatMap((a) => a.falhas);
  for (const { contexto } of abertas) await contexto.close();
  abertas = [];
  assert.deepEqual(falhas, []);
});

async function abrir(quem, caminho) {
  const nova = await novaPagina(navegador);
  abertas.push(nova);
  await guardarDownloads(nova.pagina);
  await entrar(nova.pagina, quem, caminho);
  return nova.pagina;
}

test('the list on screen becomes a CSV: its rows, in its order, the columns chosen', async () => {
  const p = await abrir(acesso.admin, '/clientes?uf=SP&sort=-valor_total');
  await p.waitForSelector('[data-total]');
  const dialogo = await abrirExportar(p, 'clientes');
  assert.match(await dialogo.evaluate((n) => n.textContent), /UF: SP/);
  await p.click('[name=formato][value=csv]');
  await p.click('[name=email]');
  const antes = await marcadas(p);
  await p.click('[role=dialog] button[type=submit]');
  const [arquivo] = await arquivos(p, 1);
  // Who and when are in the name.
  assert.match(arquivo.nome, /^clientes.*\.csv$/);
  await ate(p, () => document.querySelector('[role=dialog]') === null && document.querySelector('.MuiSnackbar-root')?.textContent.includes('foi baixado'));

  const { items } = (await chamar(p, 'POST', '/api/v1/clients/search', { uf: 'SP', sort: '-valor_total', size: 100 })).corpo;
  const [cabecalho, ...linhas] = csv(arquivo.texto);
  assert.equal(cabecalho.length, antes.length);
  const nome = cabecalho.findIndex((c) => /nome/i.test(c));
  assert.deepEqual(linhas.slice(0, items.length).map((l) => l[nome]), items.map((c) => c.nome_completo));

  // The same choice stands there the next time.
  await abrirExportar(p, 'clientes');
  assert.deepEqual(await marcadas(p), antes);
  assert.equal(await p.$eval('[name=formato]:checked', (n) => n.value), 'csv');
});

test('by keyboard alone: format, a column moved and one left out, file', async () => {
  const p = await abrir(vendedor, '/carteira');
  await p.waitForSelector('[data-exportar=carteira]');
  await p.focus('[data-exportar=carteira]');
  await p.keyboard.press('Enter');
  await p.waitForSelector('[role=dialog] [data-campo]');
  await parado(p);
  await ate(p, () => document.activeElement.name === 'formato');
  await p.keyboard.press('ArrowDown');
  await p.keyboard.press('ArrowDown');
  assert.equal(await p.$eval('[name=formato]:checked', (n) => n.value), 'csv');

  // The columns are one stop of the Tab key.
  for (let i = 0; i < 8 && !(await p.evaluate(() => document.activeElement.closest('[data-campo]') !== null)); i++) await p.keyboard.press('Tab');
  const campos = await p.$$eval('[data-campo]', (nos) => nos.map((n) => n.dataset.campo));
  assert.equal(await linha(p), campos[0]);
  await p.keyboard.down('Alt');
  await p.keyboard.press('ArrowDown');
  await p.keyboard.up('Alt');
  await ate(p, (c) => document.querySelectorAll('[data-campo]')[1].dataset.campo === c, campos[0]);
  assert.equal(await linha(p), campos[0]);
  await p.keyboard.press('ArrowDown');
  assert.equal(await linha(p), campos[2]);
  await p.keyboard.press(' ');
  const fica = await marcadas(p);
  assert.equal(fica.includes(campos[2]), false);

  await p.keyboard.press('Tab');
  await p.keyboard.press('Tab');
  assert.equal(await p.evaluate(() => document.activeElement.type), 'submit');
  await p.keyboard.press('Enter');
  const [arquivo] = await arquivos(p, 1);
  assert.equal(csv(arquivo.texto)[0].length, fica.length);
  // The focus is back where it began.
  await ate(p, () => document.activeElement?.dataset.exportar === 'carteira');

  // A seller takes out the own board and nothing else.
  await p.evaluate(() => history.pushState(null, '', '/clientes'));
  await ate(p, () => document.querySelector('h1')?.textContent === 'Clientes' && document.querySelector('[aria-busy=true]') === null);
  assert.equal(await p.$('[data-exportar]'), null);
});
