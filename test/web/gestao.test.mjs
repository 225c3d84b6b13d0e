// The manager's board, redistribution, sellers and statistics (ADM-2, DIST-7, DIST-10, UI-1, EVENTOS-1).
// Also in Firefox.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import { abrirNavegador, aceitarOferta, acesso, anuncio, arrastar, ate, cartoes, chamar, entrar, novaPagina, parado, totais, URL_BASE } from './comum.mjs';

const [ana, joao, maria] = acesso.vendedores;
let navegador, pagina, abertas, ids;

before(async () => {
  navegador = await abrirNavegador();
  // Two sellers online, so that there is something to deal; the third comes later.
  for (const v of [ana, joao]) {
    const { pagina: p, contexto } = await novaPagina(navegador);
    await entrar(p, v, '/carteira');
    await contexto.close();
  }
});
after(() => navegador.close());

beforeEach(() => {
  abertas = [];
});
afterEach(async () => {
  const todas = abertas.flatMap((a) => a.falhas);
  for (const { contexto } of abertas) await contexto.close();
  assert.deepEqual(todas, []);
});

async function abrir(caminho, opcoes) {
  const nova = await novaPagina(navegador, opcoes);
  abertas.push(nova);
  await entrar(nova.pagina, acesso.admin, caminho);
  await ate(nova.pagina, () => globalThis.__sockets.some((s) => s.readyState === 1));
  const { vendedores } = (await chamar(nova.pagina, 'GET', '/api/admin/vendedores')).corpo;
  ids = Object.fromEntries(vendedores.map((v) => [v.nome, String(v.id)]));
  return nova.pagina;
}

const total = (p, coluna, n) => ate(p, (c, q) => document.querySelector(`[data-coluna="${c}"] [data-total]`)?.dataset.total === String(q), coluna, n);
const naColuna = (p, coluna, id) => ate(p, (c, i) => document.querySelector(`[data-coluna="${c}"] [data-cliente="${i}"]`) !== null, coluna, id);
const foraDaColuna = (p, coluna, id) => ate(p, (c, i) => document.querySelector(`[data-coluna="${c}"] [data-cliente="${i}"]`) === null, coluna, id);
const escolhidos = (p, n) => ate(p, (q) => document.querySelectorAll('[data-selecionado]').length === q, n);
const semOferta = (p) => ate(p, () => document.querySelector('[data-oferta]') === null);

/** Who holds each client, as the server says. */
async function donos(p) {
  const { colunas } = (await chamar(p, 'GET', '/api/admin/quadro?por=vendedor')).corpo;
  return Object.fromEntries(colunas.map((c) => [c.coluna, [c.total, c.valor]]));
}

async function desfazer(p) {
  await aceitarOferta(p);
  await semOferta(p);
}

describe('board by seller', () => {
  let de, para;
  beforeEach(async () => {
    pagina = await abrir('/quadro');
    [de, para] = [ids[ana.nome], ids[joao.nome]];
    await pagina.waitForSelector(`[data-coluna="${de}"] [data-cliente]`);
  });

  test('a card is dragged to another seller, stays pinned there, and comes back', async () => {
    const antes = await totais(pagina);
    const [id] = await cartoes(pagina, de);
    // What the board is read again with, after the move.
    const lido = pagina.waitForResponse((r) => r.request().method() === 'GET' && new URL(r.url()).pathname === '/api/admin/quadro');
    await arrastar(pagina, `[data-cliente="${id}"] h3`, `[data-coluna="${para}"]`);
    await naColuna(pagina, para, id);
    await total(pagina, de, antes[de] - 1);
    await total(pagina, para, antes[para] + 1);
    await lido;
    await parado(pagina);
    await ate(pagina, (i) => document.querySelector(`[data-cliente="${i}"]`)?.textContent.includes('Fixado'), id);
    assert.equal(await pagina.evaluate(() => document.activeElement?.dataset?.cliente), id, 'the focus stays on it');
    await anuncio(pagina, `movido para ${joao.nome}`);
    await desfazer(pagina);
    await naColuna(pagina, de, id);
    await total(pagina, de, antes[de]);
    await total(pagina, para, antes[para]);
  });

  test('many are chosen by click and Shift, moved by the menu, and come back by Ctrl+Z', async () => {
    const antes = await donos(pagina);
    const [a, , , d] = await cartoes(pagina, de);
    await pagina.click(`[data-cliente="${a}"] h3`);
    await escolhidos(pagina, 1);
    await pagina.keyboard.down('Shift');
    await pagina.click(`[data-cliente="${d}"] h3`);
    await pagina.keyboard.up('Shift');
    await escolhidos(pagina, 4);
    await pagina.click('[data-mover]');
    await pagina.waitForSelector(`[data-para="${para}"]`, { visible: true });
    await parado(pagina);
    await pagina.click(`[data-para="${para}"]`);
    await total(pagina, de, antes[de][0] - 4);
    await total(pagina, para, antes[para][0] + 4);
    await escolhidos(pagina, 0);
    await pagina.waitForSelector('[data-oferta]');
    await pagina.keyboard.down('Control');
    await pagina.keyboard.press('z');
    await pagina.keyboard.up('Control');
    await total(pagina, de, antes[de][0]);
    await total(pagina, para, antes[para][0]);
    assert.deepEqual(await donos(pagina), antes);
  });

  test('by keyboard alone: Shift+arrow chooses, Ctrl+arrow passes to the neighbour, Enter opens the menu', async () => {
    const antes = await donos(pagina);
    const ordem = (await chamar(pagina, 'GET', '/api/admin/quadro?por=vendedor')).corpo.colunas.map((c) => c.coluna);
    const vizinho = ordem[ordem.indexOf(de) + 1];
    const [a, b] = await cartoes(pagina, de);
    await pagina.focus(`[data-cliente="${a}"]`);
    await pagina.keyboard.down('Shift');
    await pagina.keyboard.press('ArrowDown');
    await pagina.keyboard.up('Shift');
    await escolhidos(pagina, 2);
    await ate(pagina, (i) => document.activeElement?.dataset?.cliente === i, b);
    await pagina.keyboard.down('Control');
    await pagina.keyboard.press('ArrowRight');
    await pagina.keyboard.up('Control');
    await naColuna(pagina, vizinho, a);
    await naColuna(pagina, vizinho, b);
    await total(pagina, vizinho, antes[vizinho][0] + 2);
    // The focus goes with the card; its menu gives it back.
    await ate(pagina, (i) => document.activeElement?.dataset?.cliente === i, b);
    await desfazer(pagina);
    await total(pagina, de, antes[de][0]);

    await pagina.focus(`[data-cliente="${a}"]`);
    await pagina.keyboard.press('Enter');
    await pagina.waitForSelector('[role=menu]', { visible: true });
    await pagina.keyboard.press('Escape');
    await ate(pagina, (i) => document.activeElement?.dataset?.cliente === i, a);
  });

  test('clients are left without a seller only after a question', async () => {
    const antes = await donos(pagina);
    const [id] = await cartoes(pagina, de);
    await pagina.click(`[data-cliente="${id}"] button[aria-haspopup=menu]`);
    await pagina.waitForSelector('[data-para=""]', { visible: true });
    await parado(pagina);
    await pagina.click('[data-para=""]');
    await pagina.waitForSelector('[role=dialog]');
    await parado(pagina);
    await ate(pagina, () => document.activeElement?.textContent === 'Cancelar');
    await pagina.click('[role=dialog] .MuiButton-contained');
    await naColuna(pagina, 'sem_vendedor', id);
    await total(pagina, de, antes[de][0] - 1);
    await desfazer(pagina);
    await naColuna(pagina, de, id);
    assert.deepEqual((await donos(pagina))[de], antes[de]);
  });

  test("another browser's move slides in here", async () => {
    const outra = await abrir('/quadro');
    await outra.waitForSelector(`[data-coluna="${de}"] [data-cliente]`);
    const [id] = await cartoes(outra, de);
    await arrastar(outra, `[data-cliente="${id}"] h3`, `[data-coluna="${para}"]`);
    await naColuna(outra, para, id);
    await foraDaColuna(pagina, de, id);
    await desfazer(outra);
    await naColuna(pagina, de, id);
  });

  test('a card that had its focus here may be moved by others without the board following it', async () => {
    await pagina.setViewport({ width: 960, height: 800 });
    const colunas = (await chamar(pagina, 'GET', '/api/admin/quadro?por=vendedor')).corpo.colunas.map((c) => c.coluna);
    const longe = colunas.at(-1) === de ? colunas.at(-2) : colunas.at(-1);
    await pagina.$eval(`[data-coluna="${de}"]`, (n) => n.scrollIntoView({ inline: 'center' }));
    const [a, b] = await cartoes(pagina, de);
    await pagina.focus(`[data-cliente="${a}"]`);
    await pagina.keyboard.press('ArrowDown');
    await ate(pagina, (i) => document.activeElement?.dataset?.cliente === i, b);
    await ate(pagina, (c) => document.querySelector(`[data-coluna="${c}"]`) === null, longe);
    const onde = await pagina.$eval('[data-quadro]', (n) => n.scrollLeft);
    assert.equal((await chamar(pagina, 'POST', '/api/admin/realocar-cliente', { cliente_id: Number(b), vendedor_id: Number(longe) })).status, 200);
    await foraDaColuna(pagina, de, b);
    await parado(pagina);
    assert.equal(await pagina.$eval('[data-quadro]', (n) => n.scrollLeft), onde);
    assert.equal((await chamar(pagina, 'POST', '/api/admin/realocar-cliente', { cliente_id: Number(b), vendedor_id: Number(de) })).status, 200);
    await naColuna(pagina, de, b);
  });
});

test('board by period: a card is dragged to the tray of sellers; the address restores it', async () => {
  pagina = await abrir('/quadro');
  const para = ids[joao.nome];
  await pagina.goto(`${URL_BASE}/quadro?por=periodo&vendedor=${ids[ana.nome]}`);
  await pagina.waitForSelector('[data-coluna="30-45"] [data-cliente], [data-coluna="45-60"] [data-cliente]');
  const antes = await donos(pagina);
  // One that was contacted is moved only after a question.
  const id = await pagina.$$eval('[data-cliente]', (nos) => nos.find((n) => !n.textContent.includes('Contatado')).dataset.cliente);
  await arrastar(pagina, `[data-cliente="${id}"] h3`, `[data-destino="${para}"]`);
  await ate(pagina, (n) => document.querySelector('[data-oferta]') !== null && document.body.textContent.includes(n), `movido para ${joao.nome}`);
  assert.equal((await donos(pagina))[para][0], antes[para][0] + 1);
  await desfazer(pagina);
  await ate(pagina, async (c, n) => (await (await fetch('/api/admin/quadro?por=vendedor')).json()).colunas.find((x) => x.coluna === c).total === n, para, antes[para][0]);
});

test('board at 360 px: one column, a card goes by its sheet', async () => {
  pagina = await abrir('/quadro', { largura: 360, altura: 740, toque: true });
  const [de, para] = [ids[ana.nome], ids[joao.nome]];
  await pagina.goto(`${URL_BASE}/quadro?coluna=${de}`);
  await pagina.waitForSelector(`[data-coluna="${de}"] [data-cliente]`);
  const antes = await donos(pagina);
  const [id] = await cartoes(pagina, de);
  await parado(pagina);
  await pagina.tap(`[data-cliente="${id}"] button[aria-haspopup=menu]`);
  await pagina.waitForSelector(`[data-para="${para}"]`, { visible: true });
  await parado(pagina);
  await pagina.$eval(`[data-para="${para}"]`, (n) => n.scrollIntoView({ block: 'center' }));
  await pagina.tap(`[data-para="${para}"]`);
  await foraDaColuna(pagina, de, id);
  await total(pagina, de, antes[de][0] - 1);
  await pagina.waitForSelector('[data-oferta]');
  await parado(pagina);
  await pagina.tap('[data-oferta]');
  await naColuna(pagina, de, id);
  assert.deepEqual((await donos(pagina))[de], antes[de]);
});

describe('redistribution', () => {
  const planoPronto = (p) => ate(p, () => document.querySelector('[data-plano]') !== null && document.querySelector('[data-aplicar]')?.disabled === false);
  const lotes = async (p) => (await chamar(p, 'GET', '/api/admin/redistribuicao')).corpo.lotes;

  /** The button that was pressed is off while a plan is made; the focus is not lost with it. */
  const focoNaTela = (p) => ate(p, () => document.activeElement?.closest('#conteudo') != null);

  async function confirmar(p) {
    await p.waitForSelector('[role=dialog] .MuiButton-contained', { visible: true });
    await parado(p);
    await p.click('[role=dialog] .MuiButton-contained');
    await ate(p, () => document.querySelector('[role=dialog]') === null);
  }

  test('by mouse: the plan is what is done, and the undo gives everything back', async () => {
    pagina = await abrir('/redistribuicao');
    await planoPronto(pagina);
    const antes = await donos(pagina);
    const plano = await pagina.$$eval('[data-plano] tbody tr', (l) => Object.fromEntries(l.map((r) => [r.cells[0].textContent, Number(r.cells[4].textContent.replaceAll('.', ''))])));
    await pagina.click('[data-aplicar]');
    await confirmar(pagina);
    await pagina.waitForSelector('[data-oferta]');
    const { vendedores } = (await chamar(pagina, 'GET', '/api/admin/vendedores')).corpo;
    for (const [nome, n] of Object.entries(plano)) {
      const v = vendedores.find((x) => x.nome === nome);
      assert.equal(v.pendentes + v.fixados, n, nome);
    }
    // The history says of the run what its record says, though all were freed first.
    const [lote] = await lotes(pagina);
    assert.equal(lote.movimentos, 0);
    await ate(pagina, (id, n) => document.querySelector(`[data-desfazer="${id}"]`)?.closest('tr')?.cells[4].textContent === n, lote.id, lote.trocaram.toLocaleString('pt-BR'));
    await desfazer(pagina);
    await anuncio(pagina, 'voltaram');
    assert.deepEqual(await donos(pagina), antes);
    await ate(pagina, () => /desfeito \(lote/.test(document.body.textContent));
  });

  test('by keyboard alone', async () => {
    pagina = await abrir('/redistribuicao');
    await planoPronto(pagina);
    const antes = await donos(pagina);
    for (let i = 0; i < 80 && !(await pagina.evaluate(() => document.activeElement?.hasAttribute('data-aplicar'))); i++) await pagina.keyboard.press('Tab');
    await pagina.keyboard.press('Enter');
    await pagina.waitForSelector('[role=dialog]');
    await parado(pagina);
    await ate(pagina, () => document.activeElement?.textContent === 'Cancelar');
    await pagina.keyboard.press('Tab');
    await pagina.keyboard.press('Enter');
    await pagina.waitForSelector('[data-oferta]');
    await focoNaTela(pagina);
    await pagina.keyboard.down('Control');
    await pagina.keyboard.press('z');
    await pagina.keyboard.up('Control');
    await anuncio(pagina, 'voltaram');
    assert.deepEqual(await donos(pagina), antes);
  });

  test('at 360 px, undone from the history', async () => {
    pagina = await abrir('/redistribuicao', { largura: 360, altura: 740, toque: true });
    await planoPronto(pagina);
    const antes = await donos(pagina);
    await pagina.tap('[data-aplicar]');
    await confirmar(pagina);
    await pagina.waitForSelector('[data-oferta]');
    const [{ id }] = await lotes(pagina);
    await pagina.waitForSelector(`[data-desfazer="${id}"]`);
    await pagina.$eval(`[data-desfazer="${id}"]`, (n) => n.scrollIntoView({ block: 'center' }));
    let pedidos = 0;
    pagina.on('request', (r) => {
      if (r.url().endsWith('/desfazer')) pedidos += 1;
    });
    await pagina.tap(`[data-desfazer="${id}"]`);
    await pagina.waitForSelector('[role=dialog] .MuiButton-contained', { visible: true });
    await parado(pagina);
    // Pressed twice, it is asked once.
    await pagina.click('[role=dialog] .MuiButton-contained', { count: 2 });
    await anuncio(pagina, 'voltaram');
    await ate(pagina, () => document.querySelector('[role=dialog]') === null);
    assert.equal(pedidos, 1);
    assert.deepEqual(await donos(pagina), antes);
  });

  test('when the board changed nothing is done and the new plan shows', async () => {
    pagina = await abrir('/redistribuicao');
    await planoPronto(pagina);
    const hash = await pagina.$eval('[data-plano]', (n) => n.dataset.plano);
    await pagina.click('[data-aplicar]');
    await pagina.waitForSelector('[role=dialog] .MuiButton-contained', { visible: true });
    const { colunas } = (await chamar(pagina, 'GET', `/api/admin/quadro?coluna=${ids[ana.nome]}`)).corpo;
    const movido = await chamar(pagina, 'POST', '/api/admin/realocar-lote', { cliente_ids: [colunas[0].clientes[0].id], vendedor_id: Number(ids[joao.nome]) });
    assert.equal(movido.status, 200);
    const quantos = (await lotes(pagina)).length;
    await confirmar(pagina);
    await pagina.waitForSelector('[data-mudou]');
    await ate(pagina, (h) => document.querySelector('[data-plano]') !== null && document.querySelector('[data-plano]').dataset.plano !== h, hash);
    await focoNaTela(pagina);
    assert.equal((await lotes(pagina)).length, quantos);
    assert.equal((await chamar(pagina, 'POST', `/api/admin/redistribuicao/${movido.corpo.lote}/desfazer`, {})).status, 200);
  });
});

test('sellers live: who enters and leaves changes here', async () => {
  pagina = await abrir('/vendedores');
  const estado = (p) => p.$$eval('tbody tr', (l, nome) => l.find((r) => r.cells[0].textContent === nome)?.querySelector('[data-presenca]')?.dataset.presenca, maria.nome);
  await pagina.waitForSelector('[data-presenca]');
  const outra = await novaPagina(navegador);
  abertas.push(outra);
  await entrar(outra.pagina, maria, '/carteira', { porFormulario: true });
  await ate(pagina, (nome) => [...document.querySelectorAll('tbody tr')].find((r) => r.cells[0].textContent === nome)?.querySelector('[data-presenca=online]') !== null, maria.nome);
  assert.equal((await chamar(outra.pagina, 'POST', '/api/auth/logout', {})).status, 200);
  await ate(pagina, (nome) => [...document.querySelectorAll('tbody tr')].find((r) => r.cells[0].textContent === nome)?.querySelector('[data-presenca=offline]') !== null, maria.nome);
  assert.equal(await estado(pagina), 'offline');
});

test("the empty queue of somebody else is not told as one's own", async () => {
  pagina = await abrir('/usuarios');
  const nome = `Vendedora ${Date.now()}`;
  const { corpo } = await chamar(pagina, 'POST', '/api/admin/usuarios', { nome, email: `v${Date.now()}@exemplo.test`, papel: 'vendedor' });
  await pagina.goto(`${URL_BASE}/fila/${corpo.id}`);
  await ate(pagina, (n) => document.querySelector('#conteudo')?.textContent.includes(`um contato de ${n}`), nome);
});

test('working hours until midnight: 00:00 in the field, 24:00 on the server', async () => {
  pagina = await abrir('/vendedores');
  const id = ids[maria.nome];
  const jornada = `/api/admin/vendedores/${id}/jornada`;
  await pagina.goto(`${URL_BASE}/vendedores?vendedor=${id}&aba=jornada`);
  const segunda = '[data-dia="1"]';
  await (await pagina.waitForSelector(`${segunda} input[type=checkbox]`)).click();
  await pagina.waitForSelector(`${segunda} input[type=time]`);
  assert.match(await pagina.$eval(segunda, (n) => n.textContent), /^Segunda/);
  for (const [i, hora] of ['16:00', '', '', '00:00'].entries()) {
    await pagina.$$eval(`${segunda} input[type=time]`, (campos, n, v) => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(campos[n], v);
      campos[n].dispatchEvent(new Event('input', { bubbles: true }));
    }, i, hora);
  }
  await ate(pagina, (s) => document.querySelector(s).textContent.includes('meia-noite'), segunda);
  await pagina.click('[role=dialog] button[type=submit]');
  await ate(pagina, () => document.querySelector('[role=dialog]') === null);
  assert.deepEqual((await chamar(pagina, 'GET', jornada)).corpo.dias.map((d) => [d.dia_semana, d.inicio, d.fim]), [[1, '16:00', '24:00']]);
  assert.equal((await chamar(pagina, 'PUT', jornada, { dias: [] })).status, 200);
});

test('a leave that was cancelled comes back by the undo', async () => {
  pagina = await abrir('/vendedores');
  const ausencias = `/api/admin/vendedores/${ids[maria.nome]}/ausencias`;
  const { hoje } = (await chamar(pagina, 'GET', '/api/auth/eu')).corpo;
  const de = new Date(Date.parse(hoje) + 30 * 86_400_000).toISOString().slice(0, 10);
  assert.equal((await chamar(pagina, 'POST', ausencias, { de, ate: de, motivo: 'licenca' })).status, 201);
  await pagina.goto(`${URL_BASE}/vendedores?vendedor=${ids[maria.nome]}&aba=ausencias`);
  await (await pagina.waitForSelector('[data-ausencia] button', { visible: true })).click();
  await ate(pagina, () => document.querySelector('[role=dialog]') !== null && document.querySelector('[data-ausencia]') === null);
  await aceitarOferta(pagina);
  await ate(pagina, () => document.querySelector('[data-ausencia]')?.textContent.includes('Licença'));
  const [volta] = (await chamar(pagina, 'GET', ausencias)).corpo.ausencias;
  assert.deepEqual([volta.de, volta.ate, volta.motivo], [de, de, 'licenca']);

  // Another leave stands there by then: that is told, whether the dialog is open or not.
  await (await pagina.waitForSelector('[data-ausencia] button', { visible: true })).click();
  await pagina.waitForSelector('[data-oferta]', { visible: true });
  assert.equal((await chamar(pagina, 'POST', ausencias, { de, ate: de, motivo: 'ferias' })).status, 201);
  await aceitarOferta(pagina);
  await pagina.waitForSelector('.MuiSnackbar-root .MuiAlert-colorError', { visible: true });
  const [outra] = (await chamar(pagina, 'GET', ausencias)).corpo.ausencias;
  assert.equal(outra.motivo, 'ferias');
  assert.equal((await chamar(pagina, 'DELETE', `${ausencias}/${outra.id}`)).status, 200);
});

test('statistics: every table of a chart says what the API says', async () => {
  pagina = await abrir('/estatisticas?tabela=periodos,periodosValor,funil,carga,valores,taxa');
  await pagina.waitForSelector('[data-grafico=periodos] table');
  const n = (await chamar(pagina, 'GET', '/api/admin/estatisticas-gerais')).corpo;
  const { periodos } = (await chamar(pagina, 'GET', '/api/admin/clientes-por-periodo?size=1')).corpo;
  const linhas = (nome) => pagina.$$eval(`[data-grafico=${nome}] tbody tr`, (l) => l.map((r) => [...r.cells].map((c) => c.textContent.replace(/[^\d,]/g, '').replace(',', '.'))));
  assert.deepEqual((await linhas('periodos')).map((l) => l.slice(1).map(Number)), periodos.map((p) => [p.total, p.valor]));
  assert.deepEqual((await linhas('funil')).map((l) => Number(l[1])), [n.por_situacao.elegivel, n.por_status.atribuido, n.por_status.contatado, n.recuperados]);
  assert.deepEqual((await linhas('carga')).map((l) => l.slice(1).map(Number)), n.vendedores.map((v) => [v.pendentes + v.fixados, v.contatados]));
  assert.deepEqual((await linhas('valores')).map((l) => l.slice(1).map(Number)), n.vendedores.map((v) => [v.valor_pendente, v.valor_recuperado]));
  // And back to the drawing.
  await pagina.click('[data-grafico=funil] button[value=grafico]');
  await pagina.waitForSelector('[data-grafico=funil] svg.MuiChartsSurface-root, [data-grafico=funil] svg');
  assert.match(await pagina.evaluate(() => location.search), /tabela=periodos%2CperiodosValor%2Ccarga/);
});

test('portfolios on a phone: the order is chosen, turned and kept in the address; a name opens the record', async () => {
  pagina = await abrir('/carteiras?sort=xx', { largura: 360, altura: 740, toque: true });
  const emOrdem = async (sort) => {
    const { clientes } = (await chamar(pagina, 'GET', `/api/admin/todos-clientes?size=50&sort=${sort}`)).corpo;
    await ate(pagina, (s, ids) => new URLSearchParams(location.search).get('sort') === s && [...document.querySelectorAll('ul[aria-label=Carteiras] > li a[href^="/clientes/"]')].map((n) => n.pathname.split('/').at(-1)).join() === ids, sort, clientes.map((c) => c.id).join());
  };
  // An order that no list knows is that by name.
  await (await pagina.waitForSelector('[data-ordem=nome]')).tap();
  await (await pagina.waitForSelector('::-p-xpath(//*[@role="menuitemradio"][.="Valor total"])', { visible: true })).tap();
  await emOrdem('valor_total');
  await (await pagina.waitForSelector('[aria-label^="Inverter a ordem"]')).tap();
  await emOrdem('-valor_total');
  const primeiro = await pagina.$eval('ul[aria-label=Carteiras] > li a[href^="/clientes/"]', (n) => n.pathname);
  await pagina.tap('ul[aria-label=Carteiras] > li a[href^="/clientes/"]');
  await ate(pagina, (caminho) => location.pathname === caminho, primeiro);
});
