// Entering, leaving, provisional password, addresses (AUTH-1, AUTH-5, AUTH-8, BOARD-4, UI-1).
// Also in Firefox.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { abrirNavegador, acesso, ate, chamar, entrar as entrarComo, novaPagina, parado, URL_BASE } from './comum.mjs';

const [ana] = acesso.vendedores;
let navegador;
const entrar = (pagina, quem, caminho) => entrarComo(pagina, quem, caminho, { porFormulario: true });
before(async () => {
  navegador = await abrirNavegador();
});
after(() => navegador.close());

/** Runs with a fresh session; the page must stay clean. */
function comPagina(opcoes, fn) {
  return async () => {
    const { pagina, contexto, falhas } = await novaPagina(navegador, opcoes);
    try {
      await fn(pagina);
      assert.deepEqual(falhas, []);
    } finally {
      await contexto.close();
    }
  };
}

const focado = (pagina, id) => ate(pagina, (i) => document.activeElement?.id === i, id);

test('the form says what is missing and puts the focus there', comPagina({}, async (pagina) => {
  const pedidos = [];
  pagina.on('request', (r) => pedidos.push(new URL(r.url()).pathname));
  await pagina.goto(URL_BASE);
  await pagina.waitForSelector('#campo-usuario');
  assert.ok(!pedidos.includes('/api/auth/eu'), 'nobody entered here, and yet it was asked who');
  await focado(pagina, 'campo-usuario');
  await pagina.click('button[type=submit]');
  await pagina.waitForSelector('#campo-usuario[aria-invalid=true]');
  await focado(pagina, 'campo-usuario');
  await pagina.type('#campo-usuario', ana.email);
  await pagina.type('#campo-senha', 'curta');
  await pagina.keyboard.press('Enter');
  await ate(pagina, () => document.querySelector('#campo-senha-dica')?.textContent.includes('8 caracteres'));
  await focado(pagina, 'campo-senha');
}));

test('a wrong password is told without saying which part was wrong', comPagina({}, async (pagina) => {
  await pagina.goto(URL_BASE);
  await pagina.waitForSelector('#campo-usuario');
  await pagina.type('#campo-usuario', 'ninguem@exemplo.test');
  await pagina.type('#campo-senha', 'senha-errada');
  await pagina.keyboard.press('Enter');
  await ate(pagina, () => document.querySelector('[role=alert]')?.textContent.includes('não conferem'));
  await focado(pagina, 'campo-senha');
  assert.equal(await pagina.$eval('#campo-senha', (n) => n.value), '');
}));

test('the password can be shown', comPagina({}, async (pagina) => {
  await pagina.goto(URL_BASE);
  await pagina.waitForSelector('#campo-senha[type=password]');
  await pagina.click('[aria-label="Mostrar senha"]');
  await pagina.waitForSelector('#campo-senha[type=text]');
}));

test('a seller enters by name, sees the day, leaves', comPagina({}, async (pagina) => {
  await entrar(pagina, { email: ana.nome, senha: ana.senha });
  await ate(pagina, (nome) => document.querySelector('h1')?.textContent === `Olá, ${nome}`, ana.nome.split(' ')[0]);
  await pagina.waitForSelector('a[href="/carteira"]');
  assert.equal(await pagina.$('a[href="/usuarios"]'), null);
  await ate(pagina, () => document.querySelector('footer')?.textContent.includes('Versão'));
  await pagina.click('header button[aria-haspopup=menu]');
  await (await pagina.waitForSelector('::-p-text(Sair)')).click();
  await ate(pagina, () => document.body.textContent.includes('Você saiu'));
  await pagina.goto(`${URL_BASE}/carteira`);
  await pagina.waitForSelector('#campo-usuario');
}));

test('an address opens after entering; unknown and forbidden ones say so', comPagina({}, async (pagina) => {
  await entrar(pagina, ana, '/carteira?coluna=contatado');
  await ate(pagina, () => document.querySelector('h1')?.textContent === 'Minha carteira');
  assert.equal(await pagina.evaluate(() => location.pathname + location.search), '/carteira?coluna=contatado');
  await pagina.goto(`${URL_BASE}/usuarios`);
  await ate(pagina, () => document.querySelector('h1')?.textContent === 'Sem acesso a esta tela');
  await pagina.goto(`${URL_BASE}/nao-existe`);
  await ate(pagina, () => document.querySelector('h1')?.textContent === 'Página não encontrada');
  await pagina.click('#conteudo a[href="/"]');
  await ate(pagina, () => document.activeElement?.tagName === 'H1' && document.activeElement.textContent.startsWith('Olá'));
}));

test('a session that ends while a contact is written: why, and the text is there after entering again', comPagina({}, async (pagina) => {
  await entrar(pagina, ana, '/carteira');
  await pagina.waitForSelector('[data-cliente]');
  const id = await pagina.$eval('[data-cliente]', (n) => n.dataset.cliente);
  const escrever = async () => {
    await pagina.waitForSelector(`[data-cliente="${id}"]`);
    await pagina.focus(`[data-cliente="${id}"]`);
    await pagina.keyboard.down('Control');
    await pagina.keyboard.press('ArrowRight');
    await pagina.keyboard.up('Control');
    await pagina.waitForSelector('[role=dialog] [name=observacoes]');
    await parado(pagina);
  };
  await escrever();
  await pagina.type('[name=observacoes]', 'Volta na quinta');
  const contexto = pagina.browserContext();
  await contexto.deleteCookie(...(await contexto.cookies()));
  await pagina.click('[role=dialog] button[type=submit]');
  await pagina.waitForSelector('#campo-usuario');
  await ate(pagina, () => [...document.querySelectorAll('[role=alert]')].some((n) => /não foi salvo\. Sua sessão terminou.*está guardado/.test(n.textContent)));
  // The screen that could open it again is not here.
  assert.equal(await pagina.$('[data-oferta]'), null);
  await pagina.type('#campo-usuario', ana.email);
  await pagina.type('#campo-senha', ana.senha);
  await pagina.keyboard.press('Enter');
  await escrever();
  assert.equal(await pagina.$eval('[name=observacoes]', (n) => n.value), 'Volta na quinta');
}));

test('a session ended elsewhere closes the screen and says why', comPagina({}, async (pagina) => {
  await entrar(pagina, ana, '/conta');
  await pagina.waitForSelector('dl');
  const { corpo } = await chamar(pagina, 'GET', '/api/auth/sessoes');
  const atual = corpo.sessoes.find((s) => s.atual);
  const outra = await novaPagina(navegador);
  await entrar(outra.pagina, ana);
  assert.equal((await chamar(outra.pagina, 'DELETE', `/api/auth/sessoes/${atual.id}`)).status, 200);
  await ate(pagina, () => document.querySelector('[role=alert]')?.textContent.includes('Sua sessão terminou'));
  await outra.contexto.close();
}));

test('a provisional password opens only the change of password', comPagina({}, async (pagina) => {
  const adm = await novaPagina(navegador);
  await entrar(adm.pagina, acesso.admin);
  const email = `novo.${Date.now()}@exemplo.test`;
  const { status, corpo } = await chamar(adm.pagina, 'POST', '/api/admin/usuarios', { nome: `Pessoa ${Date.now()}`, email, papel: 'operador' });
  assert.ok(status === 200 || status === 201, `status ${status}`);
  await adm.contexto.close();

  const nova = 'uma frase bem longa';
  await pagina.goto(`${URL_BASE}/conta`);
  await pagina.waitForSelector('#campo-usuario');
  await pagina.type('#campo-usuario', email);
  await pagina.type('#campo-senha', corpo.senha_provisoria);
  await pagina.keyboard.press('Enter');
  await ate(pagina, () => document.querySelector('h1')?.textContent === 'Escolha uma senha nova');
  await pagina.type('#campo-senha-atual', corpo.senha_provisoria);
  await pagina.type('#campo-senha-nova', nova);
  await pagina.type('#campo-senha-repete', `${nova}!`);
  await pagina.keyboard.press('Enter');
  await ate(pagina, () => document.querySelector('#campo-senha-repete-dica')?.textContent.includes('não são iguais'));
  await pagina.keyboard.press('Backspace');
  await pagina.keyboard.press('Enter');
  await ate(pagina, () => document.querySelector('h1')?.textContent === 'Minha conta');
}));
