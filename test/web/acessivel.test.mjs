// Every screen: axe, no sideways scroll, no CSP violation; light, dark, 360 px (UI-3, OPS-2).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { abrirNavegador, acesso, ate, entrar, novaPagina, semRolagemLateral, semViolacoes, URL_BASE } from './comum.mjs';

const DO_VENDEDOR = ['/', '/clientes', '/carteira', '/conta', '/nao-existe'];
const DO_ADMIN = ['/', '/periodos', '/clientes', '/carteiras', '/vendedores', '/estatisticas', '/usuarios'];
const ASPECTOS = [
  { nome: 'light 1440', largura: 1440 },
  { nome: 'dark 1440', largura: 1440, escuro: true },
  { nome: 'light 360', largura: 360, altura: 740, toque: true },
  { nome: 'light 768', largura: 768, altura: 1024 },
  { nome: 'light 2560', largura: 2560, altura: 1300 },
];

let navegador;
before(async () => {
  navegador = await abrirNavegador();
});
after(() => navegador.close());

for (const aspecto of ASPECTOS) {
  test(`screens of a seller, ${aspecto.nome}`, () => percorrer(acesso.vendedores[2], DO_VENDEDOR, aspecto));
  test(`screens of the administrator, ${aspecto.nome}`, () => percorrer(acesso.admin, DO_ADMIN, aspecto));
}

async function percorrer(quem, caminhos, aspecto) {
  const { pagina, contexto, falhas } = await novaPagina(navegador, aspecto);
  if (quem !== acesso.admin) {
    await pagina.goto(URL_BASE);
    await pagina.waitForSelector('#campo-usuario');
    await conferir(pagina, `${aspecto.nome} login`);
  }
  await entrar(pagina, quem);
  for (const caminho of caminhos) {
    await pagina.goto(URL_BASE + caminho);
    await pagina.waitForSelector('#conteudo h1');
    await ate(pagina, () => document.querySelector('[aria-busy=true]') === null);
    await conferir(pagina, `${aspecto.nome} ${caminho}`);
  }
  assert.deepEqual(falhas, []);
  await contexto.close();
}

async function conferir(pagina, nome) {
  await semViolacoes(pagina, nome);
  await semRolagemLateral(pagina, nome);
}

test('menu and contact dialog, light and dark', async () => {
  for (const escuro of [false, true]) {
    const { pagina, contexto, falhas } = await novaPagina(navegador, { escuro });
    await entrar(pagina, acesso.vendedores[2], '/carteira');
    await pagina.waitForSelector('[data-cliente]');
    await pagina.click('[data-cliente] button[aria-haspopup=menu]');
    await pagina.waitForSelector('[role=menu]');
    await semViolacoes(pagina, 'menu', { aberto: true });
    await pagina.click('[data-para=contatado]');
    await pagina.waitForSelector('[role=dialog] [name=observacoes]');
    await semViolacoes(pagina, 'dialog');
    assert.deepEqual(falhas, []);
    await contexto.close();
  }
});

test('the keyboard reaches the content first by the skip link', async () => {
  const { pagina, contexto } = await novaPagina(navegador);
  await entrar(pagina, acesso.vendedores[2], '/conta');
  await pagina.evaluate(() => document.activeElement?.blur());
  await pagina.keyboard.press('Tab');
  assert.equal(await pagina.evaluate(() => document.activeElement?.textContent), 'Ir para o conteúdo');
  await pagina.keyboard.press('Enter');
  assert.equal(await pagina.evaluate(() => document.activeElement?.tagName), 'H1');
  await contexto.close();
});
