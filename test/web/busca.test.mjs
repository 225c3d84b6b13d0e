// The search in short: typed names, CPF out of every address, a category, the keyboard (UI-2, UI-3, BUSCA-2, LGPD-1).
// Also in Firefox.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ate, FIREFOX, semViolacoes } from './comum.mjs';
import { alguem, apertar, buscas, ids, mostra, pagina, pedidos, pronto, semRasto, simples, total } from './pesquisa.mjs';

test('a name is searched while typed, without accents, in any order; one step of Back', async () => {
  const cliente = await alguem(pagina);
  const partes = simples(cliente.nome_completo).split(' ');
  const consulta = `${partes.at(-1)} ${partes[0].slice(0, 4)}`;
  const antes = await total(pagina);
  await pagina.type('#campo-busca', consulta, { delay: 40 });
  await mostra(pagina, { q: consulta });
  assert.equal(await pagina.$eval('[data-tipo]', (n) => n.dataset.tipo), 'nome');
  assert.ok(await total(pagina) < antes);
  assert.ok((await ids(pagina)).length > 0);
  assert.ok((await pagina.$$eval('[data-cliente] mark', (nos) => nos.length)) > 0);
  for (const r of buscas(pedidos)) assert.equal(r.method(), 'GET');
  await pagina.goBack();
  await mostra(pagina, { q: null });
  assert.equal(await pagina.$eval('#campo-busca', (n) => n.value), '');
  assert.equal(await total(pagina), antes);
  await pagina.goForward();
  await mostra(pagina, { q: consulta });
  assert.equal(await pagina.$eval('#campo-busca', (n) => n.value), consulta);
});

test('a CPF gets its mask, goes by POST and leaves no trace; Back finds it, a new load does not', async () => {
  const cliente = await alguem(pagina);
  const cpf = cliente.cpf.replace(/\D/g, '');
  assert.equal(cpf.length, 11, 'the administrator sees the CPF');
  await pagina.type('#campo-busca', cpf, { delay: 20 });
  assert.equal(await pagina.$eval('#campo-busca', (n) => n.value), `${cpf.slice(0, 3)}.${cpf.slice(3, 6)}.${cpf.slice(6, 9)}-${cpf.slice(9)}`);
  await ate(pagina, () => document.querySelector('[data-tipo]')?.dataset.tipo === 'cpf');
  await ate(pagina, (id) => document.querySelectorAll('[data-cliente]').length === 1 && document.querySelector(`[data-cliente="${id}"]`) !== null, cliente.id_cliente);
  await pronto(pagina);
  const ultimo = buscas(pedidos).at(-1);
  assert.equal(ultimo.method(), 'POST');
  // WebDriver BiDi shows no bodies.
  if (!FIREFOX) assert.equal(JSON.parse(ultimo.postData()).q.replace(/\D/g, ''), cpf);
  await semRasto(pagina, pedidos, cpf);

  await apertar(pagina, 'Limpar a busca');
  await mostra(pagina, { s: null });
  await pagina.goBack();
  await ate(pagina, () => document.querySelectorAll('[data-cliente]').length === 1);
  assert.equal((await pagina.$eval('#campo-busca', (n) => n.value)).replace(/\D/g, ''), cpf);
  await pagina.reload();
  await pronto(pagina);
  assert.equal(await pagina.$eval('#campo-busca', (n) => n.value), '');
  await ate(pagina, () => document.querySelector('[role=alert]')?.textContent.includes('não ficam no endereço'));
  await semRasto(pagina, pedidos, cpf);
});

for (const [como, limpar] of [['Escape', (p) => p.keyboard.press('Escape')], ['the button', (p) => apertar(p, 'Limpar a busca')]]) {
  test(`cleared by ${como} before the pause is over, Back shows what was typed, not the part of it that was asked for`, async () => {
    const cpf = (await alguem(pagina)).cpf.replace(/\D/g, '');
    await pagina.type('#campo-busca', cpf.slice(0, 4));
    await ate(pagina, () => new URLSearchParams(location.search).has('s'));
    await pronto(pagina);
    // From here on the pause does not end.
    await pagina.evaluate(() => {
      const esperar = globalThis.setTimeout;
      globalThis.setTimeout = (fazer, ms, ...args) => (ms === 250 ? 0 : esperar(fazer, ms, ...args));
    });
    await pagina.type('#campo-busca', cpf.slice(4));
    await limpar(pagina);
    await mostra(pagina, { s: null });
    await pagina.goBack();
    await ate(pagina, () => new URLSearchParams(location.search).has('s'));
    await ate(pagina, (c) => document.querySelector('#campo-busca').value.replace(/\D/g, '') === c, cpf);
    await semRasto(pagina, pedidos, cpf);
  });
}

test('a category filters, its count is the total; the chip takes it out', async () => {
  const [uf, n] = await pagina.$$eval('[data-categoria]', (nos) => nos.filter((x) => /^[A-Z]{2}$/.test(x.dataset.categoria)).map((x) => [x.dataset.categoria, Number(x.dataset.n)])[2]);
  const antes = await total(pagina);
  await pagina.click(`[data-categoria="${uf}"]`);
  await mostra(pagina, { uf });
  assert.equal(await pagina.$eval(`[data-categoria="${uf}"]`, (x) => x.getAttribute('aria-pressed')), 'true');
  const exato = await pagina.$eval(`[data-categoria="${uf}"]`, (x) => Number(x.dataset.n));
  assert.equal(await total(pagina), exato);
  // Before, over the bound of the exact total, the count was an estimate.
  assert.ok(Math.abs(n - exato) <= Math.max(5, exato * 0.5), `${n} told, ${exato} found`);
  await apertar(pagina, 'Remover o filtro UF');
  await mostra(pagina, { uf: null });
  assert.equal(await total(pagina), antes);
});

const focado = (p, id) => ate(p, (i) => document.activeElement?.id === `cliente-${i}`, id);

test('all without a mouse: search, walk, preview, profile, back to the row', async () => {
  await pagina.evaluate(() => document.activeElement?.blur());
  await pagina.keyboard.press('/');
  await ate(pagina, () => document.activeElement?.id === 'campo-busca');
  await pagina.keyboard.type('ana');
  await mostra(pagina, { q: 'ana' });
  const [um, dois, tres] = await ids(pagina);
  await pagina.keyboard.press('ArrowDown');
  await focado(pagina, um);
  await pagina.keyboard.press(' ');
  await ate(pagina, (id) => document.querySelector('[data-previa]')?.dataset.previa === String(id), um);
  await pagina.keyboard.press('ArrowDown');
  await focado(pagina, dois);
  await ate(pagina, (id) => document.querySelector('[data-previa]')?.dataset.previa === String(id), dois);
  await semViolacoes(pagina, 'preview');
  await pagina.keyboard.press('Escape');
  await ate(pagina, () => document.querySelector('[data-previa]') === null);
  await focado(pagina, dois);
  await pagina.keyboard.press('ArrowDown');
  await focado(pagina, tres);
  await pagina.keyboard.press('Enter');
  await ate(pagina, (id) => location.pathname === `/clientes/${id}` && document.activeElement?.tagName === 'H1' && document.querySelector('#campo-busca') === null, tres);
  await pagina.goBack();
  await mostra(pagina, { q: 'ana' });
  await focado(pagina, tres);
  await pagina.keyboard.press('Home');
  await focado(pagina, um);
  await pagina.keyboard.press('ArrowUp');
  await ate(pagina, () => document.activeElement?.id === 'campo-busca');
  await pagina.keyboard.press('Escape');
  await mostra(pagina, { q: null });
});
