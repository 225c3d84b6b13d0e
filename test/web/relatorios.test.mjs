// Reports: tables against the API, filters in the address, chart and table, export, who may see them (ADM-4, EXPORT-5, UI-3).
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { abrirNavegador, acesso, ate, chamar, entrar, novaPagina, parado, sql, URL_BASE } from './comum.mjs';

const [ana] = acesso.vendedores;
let navegador, pagina, contexto, falhas, id;

before(async () => {
  navegador = await abrirNavegador();
  // Somebody was contacted, and one of them bought.
  const p = await novaPagina(navegador);
  await entrar(p.pagina, ana, '/carteira');
  id = (await chamar(p.pagina, 'GET', '/api/auth/eu')).corpo.id;
  const { clientes } = (await chamar(p.pagina, 'GET', `/api/vendedor/meus-clientes/${id}`)).corpo;
  const [um, outro, terceiro] = clientes.filter((c) => !c.contatado && c.coluna.startsWith('a_contatar'));
  for (const [c, resultado] of [[um, 'interessado'], [outro, 'sem_resposta'], [terceiro, 'contatado']]) {
    assert.equal((await chamar(p.pagina, 'POST', `/api/vendedor/marcar-contatado/${id}`, { cliente_id: c.id, observacoes: 'falei', resultado })).status, 200);
  }
  sql(`INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) VALUES (${um.id}, crm.hoje(), 123.45), (${terceiro.id}, crm.hoje(), 10.55)`);
  await p.contexto.close();
});
after(() => navegador.close());

beforeEach(async () => {
  ({ pagina, contexto, falhas } = await novaPagina(navegador));
});
afterEach(async () => {
  await contexto.close();
  assert.deepEqual(falhas, []);
});

const relatorio = async (nome, filtros) => (await chamar(pagina, 'GET', `/api/admin/relatorios/${nome}?${new URLSearchParams(filtros)}`)).corpo[nome];
/** Numbers of the rows of a table, without its first column. */
const numeros = async (nome) => {
  await pagina.waitForSelector(`[data-grafico=${nome}] tbody tr`);
  return pagina.$$eval(`[data-grafico=${nome}] tbody tr`, (l) => l.map((r) => [...r.cells].slice(1).map((c) => Number(/[\d.]+(,\d+)?/.exec(c.textContent)?.[0].replaceAll('.', '').replace(',', '.')))));
};
const nomes = (nome) => pagina.$$eval(`[data-grafico=${nome}] tbody th`, (l) => l.map((c) => c.textContent));
/** The days that the address says now. */
const dias = () => pagina.evaluate(() => Object.fromEntries(new URLSearchParams(location.search)));

test('every table says what the API says', async () => {
  await entrar(pagina, acesso.admin, '/relatorios?tabela=valorPorVendedor,clientesPorVendedor,valorNoTempo');
  const hoje = (await chamar(pagina, 'GET', '/api/auth/eu')).corpo.hoje;
  const ultimos = { ate: hoje };

  const r = await relatorio('recuperados', ultimos);
  assert.ok(r.totais.clientes >= 2);
  assert.deepEqual((await numeros('valorPorVendedor')).map((l) => l.slice(0, 2)), r.vendedores.map((v) => [v.clientes, v.valor]));
  assert.deepEqual(await nomes('valorPorVendedor'), r.vendedores.map((v) => v.vendedor));
  assert.deepEqual(await numeros('valorNoTempo'), [...r.dias].reverse().map((d) => [d.clientes, d.valor]));

  await pagina.click('#aba-contatos');
  await pagina.evaluate(() => history.replaceState(null, '', '/relatorios?aba=contatos&tabela=funil,funilPorVendedor,desfechos,desfechosPorVendedor,contatosNoTempo'));
  const [d, f] = [await relatorio('desfechos', ultimos), await relatorio('funil', ultimos)];
  assert.deepEqual((await numeros('funil')).map((l) => l[0]), f.etapas.map((e) => e.atribuicoes));
  assert.deepEqual((await numeros('funilPorVendedor')).map((l) => l), f.vendedores.map((v) => [v.recebidos, v.contatados, v.responderam, v.recuperados, v.sem_contato, v.valor]));
  assert.deepEqual(await numeros('desfechos'), d.resultados.map((x) => [x.contatos, x.valor]));
  assert.deepEqual(await numeros('desfechosPorVendedor'), d.vendedores.map((v) => [v.contatos, v.interessado, v.contatado, v.sem_resposta, v.recusou, v.numero_errado, v.recuperado, v.valor]));
  assert.deepEqual(await numeros('contatosNoTempo'), [...d.dias].reverse().map((x) => [x.contatos, x.recuperados]));

  await pagina.evaluate(() => history.pushState(null, '', '/relatorios?aba=previsao&tabela=risco,cruzam'));
  const p = await relatorio('previsao', ultimos);
  const porDia = (campo) => [...new Set(p.linhas.map((l) => l.dia))].map((dia) => {
    const limites = p.linhas.filter((l) => l.dia === dia).map((l) => l[campo]);
    return [...limites, Math.round(limites.reduce((a, b) => a + b, 0) * 100) / 100];
  });
  assert.equal(p.linhas.length, 14 * 4);
  assert.deepEqual(await numeros('risco'), porDia('valor'));
  assert.deepEqual(await numeros('cruzam'), porDia('clientes'));

  // A search is counted by the front within a second.
  const antes = (await relatorio('buscas', ultimos)).totais.buscas;
  await chamar(pagina, 'POST', '/api/v1/clients/search', { nome: 'maria' });
  await ate(pagina, async (n, h) => (await (await fetch(`/api/admin/relatorios/buscas?ate=${h}`)).json()).buscas.totais.buscas > n, antes, hoje);
  await pagina.evaluate(() => history.pushState(null, '', '/relatorios?aba=uso&tabela=buscasPorPessoa'));
  const b = await relatorio('buscas', ultimos);
  assert.deepEqual((await numeros('buscasPorPessoa')).map((l) => l.at(-1)), b.usuarios.map((u) => u.buscas));
});

test('period and seller live in the address; Back brings them back', async () => {
  await entrar(pagina, acesso.admin, `/relatorios?vendedor=${id}`);
  await pagina.waitForSelector('[data-grafico=valorPorVendedor] svg');
  const titulo = () => pagina.$eval('#conteudo h1 + p', (n) => n.textContent);
  const escolher = async (opcao) => {
    await (await pagina.waitForSelector('[role=search] [role=combobox]')).click();
    await (await pagina.waitForSelector(`::-p-xpath(//*[@role="option"][.="${opcao}"])`)).click();
    await ate(pagina, () => document.querySelector('[role=listbox]') === null);
    await parado(pagina);
  };
  await escolher('Este ano');
  await ate(pagina, () => location.search.includes('periodo=ano'));
  const doAno = await titulo();
  assert.match(doAno, /^01\/01\/\d{4}/);
  await escolher('Outro período…');
  await pagina.waitForSelector('input[name=de]');
  // As a date picker sets it.
  const escrever = (nome, dia) => pagina.$eval(`input[name=${nome}]`, (n, v) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(n, v);
    n.dispatchEvent(new Event('input', { bubbles: true }));
  }, dia);
  await escrever('de', '2026-02-30');
  await escrever('de', '2020-01-01');
  await ate(pagina, () => document.querySelector('input[name=de]').getAttribute('aria-invalid') === 'true');
  assert.equal((await dias()).periodo, 'ano');
  await escrever('de', `${doAno.slice(6, 10)}-01-02`);
  await ate(pagina, () => /de=\d{4}-01-02/.test(location.search));
  assert.deepEqual(Object.keys(await dias()).sort(), ['ate', 'de', 'vendedor']);
  // All that is shown is of this seller.
  await pagina.waitForSelector('[data-grafico=valorPorVendedor] button[value=tabela]');
  await pagina.click('[data-grafico=valorPorVendedor] button[value=tabela]');
  await pagina.waitForSelector('[data-grafico=valorPorVendedor] tbody th');
  assert.deepEqual(await nomes('valorPorVendedor'), [ana.nome]);
  await pagina.goBack();
  await pagina.goBack();
  await ate(pagina, () => location.search.includes('periodo=ano'));
  assert.equal(await titulo(), doAno);
});

test('each chart is drawn, has its table and leaves as a file', async () => {
  await entrar(pagina, acesso.admin, '/relatorios');
  const hoje = (await chamar(pagina, 'GET', '/api/auth/eu')).corpo.hoje;
  for (const aba of ['recuperacao', 'contatos', 'previsao', 'uso']) {
    await pagina.click(`#aba-${aba}`);
    await ate(pagina, () => document.querySelector('[aria-busy=true]') === null && document.querySelector('[data-grafico] svg.MuiChartsSurface-root, [data-grafico] .MuiChartsSurface-root') !== null);
    const cartoes = await pagina.$$eval('[data-grafico]', (l) => l.map((n) => ({ nome: n.dataset.grafico, cheio: n.querySelector('button[value=tabela]') !== null, exporta: n.querySelector('[data-exportar=relatorio]') !== null })));
    assert.ok(cartoes.some((c) => c.cheio), aba);
    for (const c of cartoes) assert.equal(c.exporta, c.cheio, `${aba} ${c.nome}`);
    if (aba !== 'previsao') continue;
    // Its days are to come, whatever interval the comparison below has.
    await pagina.click('[data-grafico=risco] [data-exportar]');
    const filtros = await pagina.waitForSelector('[role=dialog] ul[aria-label="Filtros da lista"]');
    assert.equal(await filtros.evaluate((n) => n.textContent), 'Próximos 14 dias');
    await pagina.keyboard.press('Escape');
    await ate(pagina, () => document.querySelector('[role=dialog]') === null);
  }
  const estados = await pagina.evaluate(
    (nomesDosRelatorios, ateDia) =>
      Promise.all(
        nomesDosRelatorios.map(async (nome) => {
          const { campos } = await (await fetch(`/api/v1/exports/campos?origem=relatorio&relatorio=${nome}`)).json();
          const r = await fetch('/api/v1/exports?format=csv', {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
            body: JSON.stringify({ origem: 'relatorio', filters: { nome, de: ateDia, ate: ateDia }, fields: campos.filter((c) => c.padrao).map((c) => c.campo) }),
          });
          return [nome, r.status, (await r.text()).split('\r\n')[0].split(',').length === campos.filter((c) => c.padrao).length];
        }),
      ),
    ['recuperados', 'desfechos', 'funil', 'buscas', 'exportacoes', 'previsao', 'previsao_acompanhamento'],
    hoje,
  );
  for (const [nome, status, colunas] of estados) assert.deepEqual([nome, status, colunas], [nome, 200, true]);
});

test('a seller has neither the entry nor the screen; who may gets there by the palette', async () => {
  await entrar(pagina, ana, '/relatorios');
  await ate(pagina, () => document.querySelector('#conteudo h1')?.textContent.includes('Sem acesso'));
  assert.equal(await pagina.$('a[href="/relatorios"]'), null);
  const outra = await novaPagina(navegador);
  await entrar(outra.pagina, acesso.admin, '/conta');
  await outra.pagina.keyboard.down('Control');
  await outra.pagina.keyboard.press('k');
  await outra.pagina.keyboard.up('Control');
  await outra.pagina.waitForSelector('[role=combobox]');
  await outra.pagina.keyboard.type('relat');
  await outra.pagina.waitForSelector('[role=option][aria-selected=true]');
  await outra.pagina.keyboard.press('Enter');
  await ate(outra.pagina, (base) => location.href === `${base}/relatorios`, URL_BASE);
  assert.deepEqual(outra.falhas, []);
  await outra.contexto.close();
});

// UI-1: two requests make a screen; who there is to filter by is asked for when the filter is opened.
for (const [caminho, pronto] of [['/relatorios?aba=contatos', '[data-grafico=funil] button[value=tabela]'], ['/periodos', '#conteudo tbody tr']]) {
  test(`${caminho}: two requests, a third when the seller filter is opened`, async () => {
    const pedidos = [];
    pagina.on('request', (r) => r.url().includes('/api/admin/') && pedidos.push(new URL(r.url()).pathname));
    await entrar(pagina, acesso.admin, caminho);
    await pagina.waitForSelector(pronto);
    await parado(pagina);
    assert.equal(pedidos.length, 2, pedidos.join());
    const filtro = await pagina.waitForSelector('::-p-xpath(//*[@id="conteudo"]//*[@role="combobox"][contains(., "Todos")])');
    await filtro.click();
    await (await pagina.waitForSelector('::-p-xpath(//*[@role="option"][not(contains(., "Todos"))])')).click();
    await ate(pagina, () => /vendedor=\d+/.test(location.search) && document.querySelector('[role=listbox]') === null);
    assert.equal(pedidos.filter((c) => c === '/api/admin/vendedores').length, 1);
    // The name of the one chosen is there from its address too.
    const nome = await filtro.evaluate((n) => n.textContent);
    await pagina.reload();
    await ate(pagina, (e) => [...document.querySelectorAll('#conteudo [role=combobox]')].some((n) => n.textContent === e), nome);
  });
}
