// The seller's board by mouse, menu and keyboard, and live (BOARD-4, EVENTOS-1).
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import { abrirNavegador, acesso, anuncio, ate, cartoes, centro, chamar, entrar, novaPagina, parado, totais, URL_BASE } from './comum.mjs';

const [ana, joao] = acesso.vendedores;
const DE = 'a_contatar_30_45';
let navegador, pagina, falhas, abertas;

before(async () => {
  navegador = await abrirNavegador();
});
after(() => navegador.close());

beforeEach(async () => {
  abertas = [];
  ({ pagina, falhas } = await abrir());
  await entrar(pagina, ana, '/carteira');
  await quadroPronto(pagina);
});
afterEach(async () => {
  const todas = abertas.flatMap((a) => a.falhas);
  for (const { contexto } of abertas) await contexto.close();
  assert.deepEqual(todas, []);
});

async function abrir(opcoes) {
  const nova = await novaPagina(navegador, opcoes);
  abertas.push(nova);
  return nova;
}

async function quadroPronto(p) {
  await p.waitForSelector(`[data-coluna="${DE}"] [data-cliente]`);
  await conectada(p);
}

const conectada = (p) => ate(p, () => globalThis.__sockets.some((s) => s.readyState === 1));
const total = (p, coluna, n) => ate(p, (c, q) => document.querySelector(`[data-coluna="${c}"] [data-total]`)?.dataset.total === String(q), coluna, n);
const naColuna = (p, coluna, id) => ate(p, (c, i) => document.querySelector(`[data-coluna="${c}"] [data-cliente="${i}"]`) !== null, coluna, id);
const foraDaColuna = (p, coluna, id) => ate(p, (c, i) => document.querySelector(`[data-coluna="${c}"] [data-cliente="${i}"]`) === null, coluna, id);
const focado = (p, id) => ate(p, (i) => document.activeElement?.dataset?.cliente === i, id);

async function primeiro(p) {
  const [id] = await cartoes(p, DE);
  return id;
}

/** Clicks the entry of the open menu once it stands still. */
async function escolherContatado(p) {
  await p.waitForSelector('[data-para=contatado]', { visible: true });
  await parado(p);
  await p.click('[data-para=contatado]');
}

async function confirmar(p, observacoes) {
  await p.waitForSelector('[role=dialog] [name=observacoes]');
  await parado(p);
  if (observacoes) await p.type('[role=dialog] [name=observacoes]', observacoes);
  await p.click('[role=dialog] button[type=submit]');
}

async function movido(p, id, antes) {
  await naColuna(p, 'contatado', id);
  await foraDaColuna(p, DE, id);
  await total(p, DE, antes[DE] - 1);
  await total(p, 'contatado', antes.contatado + 1);
  await anuncio(p, 'movido para Contatado');
  await focado(p, id);
}

describe('moving to Contatado', () => {
  test('by mouse drag', async () => {
    const antes = await totais(pagina);
    const id = await primeiro(pagina);
    const de = await centro(pagina, `[data-cliente="${id}"] h3`);
    const para = await centro(pagina, '[data-coluna="contatado"]');
    await pagina.mouse.move(de.x, de.y);
    await pagina.mouse.down();
    await pagina.mouse.move(de.x + 20, de.y + 10, { steps: 4 });
    await pagina.mouse.move(para.x, para.y, { steps: 12 });
    await pagina.mouse.up();
    await confirmar(pagina, 'Falou que volta na sexta');
    await movido(pagina, id, antes);

    // The same after a new reading: it was saved.
    await pagina.reload();
    await quadroPronto(pagina);
    await foraDaColuna(pagina, DE, id);
    await contatadoNoServidor(pagina, id);
  });

  test('a drop elsewhere moves nothing', async () => {
    const antes = await totais(pagina);
    const id = await primeiro(pagina);
    const de = await centro(pagina, `[data-cliente="${id}"] h3`);
    const para = await centro(pagina, '[data-coluna="recuperado"]');
    await pagina.mouse.move(de.x, de.y);
    await pagina.mouse.down();
    await pagina.mouse.move(para.x, para.y, { steps: 12 });
    await pagina.mouse.up();
    assert.deepEqual(await totais(pagina), antes);
    assert.equal(await pagina.$('[role=dialog]'), null);
  });

  test('by the menu of the card', async () => {
    const antes = await totais(pagina);
    const id = await primeiro(pagina);
    await pagina.click(`[data-cliente="${id}"] button[aria-haspopup=menu]`);
    await pagina.waitForSelector('[role=menu]');
    assert.equal(await pagina.$eval('[data-para=recuperado]', (n) => n.getAttribute('aria-disabled')), 'true');
    await escolherContatado(pagina);
    await confirmar(pagina);
    await movido(pagina, id, antes);
  });

  test('by keyboard alone', async () => {
    const antes = await totais(pagina);
    const id = await primeiro(pagina);
    await pagina.focus(`[data-cliente="${id}"]`);
    await pagina.keyboard.press('ArrowDown');
    await ate(pagina, (i) => document.activeElement?.dataset?.cliente && document.activeElement.dataset.cliente !== i, id);
    await pagina.keyboard.press('ArrowUp');
    await focado(pagina, id);
    await pagina.keyboard.down('Control');
    await pagina.keyboard.press('ArrowRight');
    await pagina.keyboard.up('Control');
    await pagina.waitForSelector('[role=dialog] [name=observacoes]');
    await pagina.keyboard.press('ArrowDown');
    await pagina.keyboard.press('Tab');
    await pagina.keyboard.type('Pediu proposta');
    await pagina.keyboard.down('Control');
    await pagina.keyboard.press('Enter');
    await pagina.keyboard.up('Control');
    await movido(pagina, id, antes);
    await ate(pagina, (i) => document.querySelector(`[data-cliente="${i}"]`)?.textContent.includes('Tem interesse'), id);
  });

  test('giving up leaves the card and the focus where they were', async () => {
    const antes = await totais(pagina);
    const id = await primeiro(pagina);
    await pagina.focus(`[data-cliente="${id}"]`);
    await pagina.keyboard.press('Enter');
    await escolherContatado(pagina);
    await pagina.waitForSelector('[role=dialog]');
    await pagina.keyboard.press('Escape');
    await focado(pagina, id);
    assert.deepEqual(await totais(pagina), antes);
  });

  test('a refusal puts the card back and says why', async () => {
    const antes = await totais(pagina);
    const id = await primeiro(pagina);
    await pagina.setRequestInterception(true);
    pagina.on('request', (r) => {
      if (!r.url().includes('/marcar-contatado/')) void r.continue();
      else void r.respond({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ status: 403, codigo: 'acesso_negado', requisicao: 'teste' }) });
    });
    await pagina.click(`[data-cliente="${id}"] button[aria-haspopup=menu]`);
    await escolherContatado(pagina);
    await confirmar(pagina);
    await anuncio(pagina, 'voltou para');
    await naColuna(pagina, DE, id);
    await total(pagina, DE, antes[DE]);
    await pagina.waitForSelector('[role=alert]');
  });

  test('an unknown outcome is repeated with the same key and done once', async () => {
    const antes = await totais(pagina);
    const id = await primeiro(pagina);
    const chaves = [];
    await pagina.setRequestInterception(true);
    pagina.on('request', (r) => {
      if (!r.url().includes('/marcar-contatado/')) return void r.continue();
      chaves.push(r.headers()['idempotency-key']);
      return void (chaves.length === 1 ? r.abort('connectionreset') : r.continue());
    });
    await pagina.click(`[data-cliente="${id}"] button[aria-haspopup=menu]`);
    await escolherContatado(pagina);
    await confirmar(pagina);
    await movido(pagina, id, antes);
    assert.equal(chaves.length, 2);
    assert.ok(chaves[0] && chaves[0] === chaves[1]);
  });
});

describe('live', () => {
  test('two browsers of one seller see the same, and keep it after a cut', async () => {
    const segunda = await abrir();
    await entrar(segunda.pagina, ana, '/carteira');
    await quadroPronto(segunda.pagina);

    const antes = await totais(pagina);
    const id = await primeiro(pagina);
    const marca = await chamar(segunda.pagina, 'POST', `/api/vendedor/marcar-contatado/${await idDe(segunda.pagina)}`, { cliente_id: Number(id), observacoes: '' });
    assert.equal(marca.status, 200);
    await foraDaColuna(pagina, DE, id);
    await total(pagina, DE, antes[DE] - 1);
    await total(pagina, 'contatado', antes.contatado + 1);

    // The network goes; the banner comes; meanwhile another client is marked.
    await pagina.setOfflineMode(true);
    await pagina.evaluate(() => globalThis.__sockets.forEach((s) => s.close()));
    await ate(pagina, () => /sem rede|Sem ligação/.test(document.body.textContent));
    const outro = (await cartoes(segunda.pagina, DE)).find((c) => c !== id);
    assert.equal((await chamar(segunda.pagina, 'POST', `/api/vendedor/marcar-contatado/${await idDe(segunda.pagina)}`, { cliente_id: Number(outro), observacoes: '' })).status, 200);

    await pagina.setOfflineMode(false);
    await conectada(pagina);
    await ate(pagina, () => !/sem rede|Sem ligação/.test(document.querySelector('header ~ [role=status]')?.textContent ?? ''));
    await foraDaColuna(pagina, DE, outro);
    await total(pagina, 'contatado', antes.contatado + 2);
  });

  test("a manager opens a seller's board and moves a client to another; both screens follow", async () => {
    const gestor = await abrir();
    const outro = await abrir();
    await entrar(outro.pagina, joao, '/carteira');
    await quadroPronto(outro.pagina);
    await quadroPronto(pagina);
    const idAna = await idDe(pagina);
    const idJoao = await idDe(outro.pagina);
    await entrar(gestor.pagina, acesso.admin, `/carteira/${idAna}`);
    await quadroPronto(gestor.pagina);
    await ate(gestor.pagina, (nome) => document.querySelector('h1')?.textContent === `Carteira de ${nome}`, ana.nome);

    const id = await primeiro(gestor.pagina);
    const r = await chamar(gestor.pagina, 'POST', '/api/admin/realocar-cliente', { cliente_id: Number(id), vendedor_id: idJoao });
    assert.equal(r.status, 200, JSON.stringify(r.corpo));
    await foraDaColuna(pagina, DE, id);
    await foraDaColuna(gestor.pagina, DE, id);
    await ate(outro.pagina, () => document.querySelector('[data-cliente]') !== null);
    const { corpo } = await chamar(outro.pagina, 'GET', `/api/vendedor/meus-clientes/${idJoao}?size=500`);
    assert.ok(corpo.clientes.some((c) => c.id === Number(id) && c.fixado));
  });
});

describe('size', () => {
  test('columns load by pages while scrolling and draw only what is seen', async () => {
    // Alone online, Ana holds everything there is to contact.
    for (const outro of acesso.vendedores.slice(1, 3)) {
      const { pagina: p } = await abrir();
      await entrar(p, outro);
      assert.equal((await chamar(p, 'POST', '/api/auth/logout', {})).status, 200);
    }
    await pagina.reload();
    await quadroPronto(pagina);
    const antes = await totais(pagina);
    const coluna = antes.a_contatar_46_60 > antes[DE] ? 'a_contatar_46_60' : DE;
    assert.ok(antes[coluna] > 50, `the demo has more than a page: ${antes[coluna]}`);

    const paginas = [];
    pagina.on('request', (r) => {
      if (r.url().includes(`coluna=${coluna}`)) paginas.push(new URL(r.url()).searchParams.get('page'));
    });
    await pagina.focus(`[data-cliente="${(await cartoes(pagina, coluna))[0]}"]`);
    await pagina.keyboard.press('End');
    await ate(pagina, (c) => Number([...document.querySelectorAll(`[data-coluna=${c}] li`)].at(-1)?.getAttribute('aria-posinset')) >= 50, coluna);
    await ate(pagina, () => document.activeElement?.dataset?.cliente !== undefined);
    await pagina.keyboard.press('End');
    await ate(pagina, (c, n) => [...document.querySelectorAll(`[data-coluna=${c}] li`)].at(-1)?.getAttribute('aria-posinset') === String(n), coluna, antes[coluna]);
    assert.deepEqual(paginas, ['2']);
    assert.ok((await cartoes(pagina, coluna)).length < 40, 'cards drawn');
  });

  test('narrow screens show one column under tabs', async () => {
    const { pagina: p } = await abrir({ largura: 360, altura: 740, toque: true });
    await entrar(p, ana, '/carteira');
    await p.waitForSelector('[role=tab]');
    assert.equal((await p.$$('[data-coluna]')).length, 1);
    await p.click('#aba-contatado');
    await p.waitForSelector('[data-coluna=contatado]');
    assert.match(await p.evaluate(() => location.search), /coluna=contatado/);
    await p.goto(`${URL_BASE}/carteira?coluna=a_contatar_46_60`);
    await p.waitForSelector('[data-coluna=a_contatar_46_60] [data-cliente]');
    // By touch the menu is a sheet at the bottom.
    await p.tap('[data-cliente] button[aria-haspopup=menu]');
    await p.waitForSelector('[role=dialog] [data-para=contatado]');
  });
});

/** The server has it as contacted. (A long column draws only what is seen.) */
async function contatadoNoServidor(p, id) {
  const { corpo } = await chamar(p, 'GET', `/api/vendedor/meus-clientes/${await idDe(p)}?coluna=contatado&size=500`);
  assert.ok(corpo.clientes.some((c) => c.id === Number(id)));
}

async function idDe(p) {
  return (await chamar(p, 'GET', '/api/auth/eu')).corpo.id;
}
