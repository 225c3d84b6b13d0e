// What the tests of the search screen share, and the session that each of them begins with.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';

import { abrirNavegador, acesso, ate, chamar, entrar, novaPagina, parado } from './comum.mjs';

export const API = '/api/v1/clients/search';

/** The list answers what is asked, and nothing is on its way. */
export const pronto = (p) => ate(p, () => document.querySelector('[data-total]:not([data-velha])') !== null && document.querySelector('#conteudo [aria-busy=true]') === null);

/** The address has these parameters (null: not), and the list is its answer. */
export async function mostra(p, params) {
  await ate(p, (esperados) => {
    const busca = new URLSearchParams(location.search);
    return Object.entries(esperados).every(([nome, valor]) => busca.get(nome) === valor);
  }, params);
  await pronto(p);
}

export const nomes = (p) => p.$$eval('[data-cliente] [id^=cliente-]', (nos) => nos.map((n) => n.textContent));
export const ids = (p) => p.$$eval('[data-cliente]', (nos) => nos.map((n) => Number(n.dataset.cliente)));
export const total = (p) => p.$eval('[data-total]', (n) => Number(n.dataset.total));
export const buscas = (pedidos) => pedidos.filter((r) => new URL(r.url()).pathname === API);
export const simples = (texto) => texto.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The button or box with this name, below `dentro`. */
export async function botao(p, nome, dentro = 'body') {
  const achado = await p.waitForFunction(
    (n, d) => [...document.querySelectorAll(`${d} button, ${d} [role=button], ${d} a, ${d} label`)].find((x) => (x.ariaLabel ?? x.textContent).trim() === n && x.getClientRects().length > 0),
    { polling: 100 },
    nome,
    dentro,
  );
  return achado.asElement();
}

export async function apertar(p, nome) {
  await parado(p);
  await (await botao(p, nome)).click();
}

export async function procurar(p, params) {
  const { status, corpo } = await chamar(p, 'GET', `${API}?${new URLSearchParams(params)}`);
  assert.equal(status, 200, JSON.stringify(corpo));
  return corpo;
}

/** A client with what the tests need, as the administrator sees it. */
export async function alguem(p) {
  const { items } = await procurar(p, { sort: 'id', size: '100' });
  return items.find((c) => c.celular && c.email && c.nome_completo.split(' ').length > 2);
}

/** Nothing that the browser keeps or shows holds these digits. */
export async function semRasto(p, pedidos, digitos) {
  const rasto = await p.evaluate(() =>
    [location.href, JSON.stringify(history.state), JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie, document.title, ...performance.getEntries().map((e) => e.name)].join('\n'),
  );
  assert.ok(!rasto.replace(/[^\d\n]/g, '').includes(digitos), 'digits in the browser');
  for (const r of pedidos) assert.ok(!decodeURIComponent(r.url()).replace(/\D/g, '').includes(digitos), r.url());
}

let navegador, abertas;
/** Of the first session of a test: its page, the requests it made. */
export let pagina, pedidos;

before(async () => {
  navegador = await abrirNavegador();
});
after(() => navegador.close());

beforeEach(async () => {
  abertas = [];
  pagina = await abrir(acesso.admin);
  await pronto(pagina);
});
afterEach(async () => {
  const todas = abertas.flatMap((a) => a.falhas);
  for (const { contexto } of abertas) await contexto.close();
  assert.deepEqual(todas, []);
});

/** A new session on the search screen; `pedidos` collects the requests of the first. */
export async function abrir(quem, caminho = '/clientes', opcoes = {}) {
  const nova = await novaPagina(navegador, opcoes);
  abertas.push(nova);
  if (abertas.length === 1) {
    pedidos = [];
    nova.pagina.on('request', (r) => pedidos.push(r));
  }
  await entrar(nova.pagina, quem, caminho);
  return nova.pagina;
}
