// Administration: life of a user by mouse, by keyboard alone and on a phone; settings (AUTH-8, AUTH-5, ADM-3, LGPD-1, UI-3).
// Also in Firefox.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { abrirNavegador, acesso, ate, chamar, entrar, novaPagina, parado, semViolacoes, URL_BASE } from './comum.mjs';

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

async function abrir(quem, caminho, opcoes) {
  const nova = await novaPagina(navegador, opcoes);
  abertas.push(nova);
  if (quem) await entrar(nova.pagina, quem, caminho);
  else await nova.pagina.goto(URL_BASE + caminho);
  return nova.pagina;
}

let numero = Date.now() % 1_000_000;
const pessoa = () => ({ nome: `Pessoa ${++numero}`, email: `pessoa.${numero}@exemplo.test` });
const temTexto = (p, texto) => ate(p, (t) => document.body.innerText.includes(t), texto);
const comTexto = (papel, texto) => `::-p-xpath(//*[@role="${papel}"][normalize-space(.)="${texto}"])`;

async function botao(p, texto, onde = '//body') {
  const no = await p.waitForSelector(`::-p-xpath(${onde}//button[normalize-space(.)="${texto}"])`, { visible: true });
  await parado(p);
  await no.click();
}
const NO_DIALOGO = '//*[@role="dialog"]';
const semDialogo = (p) => ate(p, () => document.querySelector('[role=dialog]') === null);

/** Opens the menu of a user, alone in the list, and chooses. */
async function naLinha(p, nome, acao) {
  await ate(p, (n) => document.querySelector(`[aria-label="Ações para ${n}"]`) !== null, nome);
  await parado(p);
  await p.click(`[aria-label="Ações para ${nome}"]`);
  const item = await p.waitForSelector(comTexto('menuitem', acao), { visible: true });
  await parado(p);
  await item.click();
}

async function procurar(p, nome) {
  await p.click('input[type=search]', { count: 3 });
  await p.type('input[type=search]', nome);
  await ate(p, (n) => document.querySelectorAll('[aria-label^="Ações para "]').length === 1 && document.querySelector(`[aria-label="Ações para ${n}"]`) !== null, nome);
  // Who is looked for is personal data (LGPD-1).
  assert.equal(await p.evaluate(() => location.search), '');
}

/** What is shown once: a provisional password, a code. */
async function segredo(p) {
  const texto = await (await p.waitForSelector('[role=dialog] output')).evaluate((n) => n.textContent);
  await botao(p, 'Fechar', NO_DIALOGO);
  await semDialogo(p);
  return texto;
}

/** The person chooses a password with the code and enters. */
async function usarCodigo(nova, codigo, senha, opcoes) {
  const p = await abrir(undefined, '/', opcoes);
  await botao(p, 'Tenho um código de senha');
  await p.waitForSelector('#campo-codigo');
  await p.type('#campo-usuario', nova.email);
  await p.type('#campo-codigo', codigo.toLowerCase());
  await p.type('#campo-nova', senha);
  await p.type('#campo-repete', senha);
  await p.keyboard.press('Enter');
  await temTexto(p, 'Senha trocada. Entre com a nova.');
  await p.type('#campo-usuario', nova.email);
  await p.type('#campo-senha', senha);
  await p.keyboard.press('Enter');
  await p.waitForSelector('#conteudo h1');
  return p;
}

for (const [como, opcoes] of [['by mouse', {}], ['on a phone', { largura: 360, altura: 740, toque: true }]]) {
  test(`life of a user, ${como}: create, code, sessions, role, deactivate with the portfolio, bring back`, async () => {
    const nova = pessoa();
    const adm = await abrir(acesso.admin, '/usuarios', opcoes);
    await botao(adm, 'Novo usuário');
    await adm.waitForSelector('[role=dialog] input[type=email]');
    await adm.type('[role=dialog] input:not([type=email])', nova.nome);
    await adm.type('[role=dialog] input[type=email]', nova.email);
    await botao(adm, 'Criar usuário');
    assert.match(await segredo(adm), /^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);

    // The single-use code replaces the password nobody wrote down.
    await procurar(adm, nova.nome);
    await naLinha(adm, nova.nome, 'Dar código de senha');
    await botao(adm, 'Dar código de senha', NO_DIALOGO);
    const codigo = await segredo(adm);
    const dela = await usarCodigo(nova, codigo, 'uma frase bem longa', opcoes);
    const outra = await chamar(dela, 'POST', '/api/auth/redefinir', { usuario: nova.email, codigo, senha_nova: 'outra frase bem longa' });
    assert.deepEqual([outra.status, outra.corpo.codigo], [401, 'codigo_invalido']);

    // A seller got clients by entering; the session is seen and ended.
    const { corpo: eu } = await chamar(dela, 'GET', '/api/auth/eu');
    await naLinha(adm, nova.nome, 'Ver sessões');
    await ate(adm, () => document.querySelectorAll('[role=dialog] [aria-label^="Encerrar a sessão"]').length === 1);
    await semViolacoes(adm, 'sessions of a user');
    await botao(adm, 'Encerrar todas', NO_DIALOGO);
    await semDialogo(adm);
    await ate(dela, () => document.querySelector('[role=alert]')?.textContent.includes('Sua sessão terminou'));

    // Deactivate: the figures are those of the database, the portfolio goes to one seller.
    const { corpo: carteira } = await chamar(adm, 'GET', `/api/admin/usuarios/${eu.id}/carteira`);
    const aContatar = carteira.pendentes + carteira.fixados;
    await naLinha(adm, nova.nome, 'Desativar');
    await adm.waitForSelector('[role=dialog] [data-carteira], [role=dialog] [role=alert]');
    if (aContatar > 0) {
      assert.equal(await adm.$eval('[data-carteira=a_contatar]', (n) => Number(n.textContent)), aContatar);
      const destino = carteira.recebem[0];
      await parado(adm);
      await adm.click('[role=dialog] [role=combobox]');
      await (await adm.waitForSelector(`[role=option][data-value="${destino.id}"]`, { visible: true })).click();
      await botao(adm, 'Desativar', NO_DIALOGO);
      await semDialogo(adm);
      const { corpo: depois } = await chamar(adm, 'GET', `/api/admin/usuarios/${destino.id}/carteira`);
      assert.ok(depois.pendentes + depois.fixados >= aContatar, `${JSON.stringify(depois)} after ${aContatar}`);
    } else {
      await botao(adm, 'Desativar', NO_DIALOGO);
      await semDialogo(adm);
    }
    await temTexto(adm, 'Desativado');
    assert.equal((await chamar(adm, 'GET', `/api/admin/usuarios/${eu.id}/carteira`)).corpo.pendentes, 0);
    await naLinha(adm, nova.nome, 'Reativar');
    await temTexto(adm, `${nova.nome} pode entrar de novo.`);
  });
}

test('by keyboard alone: create a user, read the password, edit the role', async () => {
  const nova = pessoa();
  const adm = await abrir(acesso.admin, '/usuarios');
  const tecla = (k) => adm.keyboard.press(k);
  const foco = (fn, ...args) => ate(adm, fn, ...args);
  // The palette knows what this screen offers.
  await adm.keyboard.down('Control');
  await tecla('k');
  await adm.keyboard.up('Control');
  await foco(() => document.activeElement?.getAttribute('role') === 'combobox');
  await adm.keyboard.type('novo us');
  await foco(() => document.querySelector('[role=option][aria-selected=true]')?.textContent.includes('Novo usuário'));
  await tecla('Enter');
  await foco(() => document.querySelector('[role=dialog] input[type=email]') !== null);
  await parado(adm);
  // Into the first field of the dialog.
  for (let i = 0; i < 4 && !(await adm.evaluate(() => document.activeElement?.tagName === 'INPUT')); i++) await tecla('Tab');
  await adm.keyboard.type(nova.nome);
  await tecla('Tab');
  await adm.keyboard.type(nova.email);
  await tecla('Tab');
  await tecla('Enter');
  await foco(() => document.activeElement?.getAttribute('role') === 'option');
  await tecla('ArrowDown');
  await foco(() => document.activeElement?.textContent === 'Operador');
  await tecla('Enter');
  await foco(() => document.querySelector('[role=listbox]') === null);
  await parado(adm);
  for (let i = 0; i < 4 && (await adm.evaluate(() => document.activeElement?.textContent)) !== 'Criar usuário'; i++) await tecla('Tab');
  await tecla('Enter');
  await adm.waitForSelector('[role=dialog] output');
  await tecla('Escape');
  await semDialogo(adm);
  const { corpo } = await chamar(adm, 'GET', `/api/admin/usuarios?busca=${encodeURIComponent(nova.email)}`);
  assert.deepEqual(corpo.usuarios.map((u) => [u.nome, u.papel]), [[nova.nome, 'operador']]);
});

test('the last administrator stays', async () => {
  const adm = await abrir(acesso.admin, '/usuarios');
  const eu = (await chamar(adm, 'GET', '/api/auth/eu')).corpo;
  const todos = (await chamar(adm, 'GET', '/api/admin/usuarios?size=100')).corpo.usuarios;
  assert.deepEqual(todos.filter((u) => u.papel === 'administrador' && u.ativo).map((u) => u.id), [eu.id]);
  await procurar(adm, eu.nome);
  await naLinha(adm, eu.nome, 'Desativar');
  await botao(adm, 'Desativar', NO_DIALOGO);
  await ate(adm, () => document.querySelector('[role=dialog] [role=alert]')?.textContent.includes('último administrador'));
});

test('settings: mistakes at their field, the effect before, a smaller window deals anew, discard', async () => {
  const adm = await abrir(acesso.admin, '/configuracoes');
  const escrever = async (chave, valor) => {
    await (await adm.waitForSelector(`#config-${chave}`)).click({ count: 3 });
    await adm.keyboard.type(valor);
  };
  const erro = (chave, texto) => ate(adm, (c, t) => document.querySelector(`#config-${c}-helper-text`)?.textContent === t, chave, texto);

  await escrever('janela_fim', '9999');
  await erro('janela_fim', 'Use um número de 1 a 3650.');
  // What only the settings together tell, the database says.
  await escrever('janela_fim', '95');
  await erro('periodo_perdido', 'O último dia em risco (90) tem de vir depois do último da janela (95).');
  await escrever('janela_fim', '50');
  await adm.waitForSelector('[data-efeito-saem]');
  await ate(adm, () => Number(document.querySelector('[data-efeito-saem]')?.textContent) > 0);
  const { corpo: previa } = await chamar(adm, 'POST', '/api/admin/configuracoes/previa', { mudancas: { janela_fim: '50' } });
  assert.equal(await adm.$eval('[data-efeito-saem]', (n) => Number(n.textContent.replaceAll('.', ''))), previa.saem);
  await semViolacoes(adm, 'effect');

  // Leaving asks; staying keeps.
  await adm.click('header a[href="/"]');
  await botao(adm, 'Continuar editando', NO_DIALOGO);
  await semDialogo(adm);
  await botao(adm, 'Salvar');
  await temTexto(adm, 'Mudar a janela de contato?');
  await botao(adm, 'Salvar e redistribuir', NO_DIALOGO);
  await temTexto(adm, 'Configurações salvas.');
  const agora = (await chamar(adm, 'POST', '/api/admin/configuracoes/previa', { mudancas: { janela_fim: '60' } })).corpo;
  assert.equal(agora.elegiveis_antes, previa.elegiveis_depois);
  assert.equal(agora.elegiveis_depois, previa.elegiveis_antes);

  // Back as it was, and a draft thrown away.
  assert.equal((await chamar(adm, 'PATCH', '/api/admin/configuracoes', { mudancas: { janela_fim: '60' } })).status, 200);
  await ate(adm, () => document.querySelector('#config-janela_fim')?.value === '60');
  // Faster than the preview: asked all the same.
  await escrever('janela_fim', '50');
  await adm.keyboard.press('Enter');
  await temTexto(adm, 'Mudar a janela de contato?');
  await botao(adm, 'Cancelar', NO_DIALOGO);
  await semDialogo(adm);
  await botao(adm, 'Descartar');
  await ate(adm, () => document.querySelector('[data-barra]') === null);
  await escrever('contato', 'Ramal 7');
  await botao(adm, 'Descartar');
  await ate(adm, () => document.querySelector('[data-barra]') === null && document.querySelector('#config-contato')?.value === '');

  // The Back button asks nothing, and loses nothing.
  await adm.click('header a[href="/"]');
  await (await adm.waitForSelector('#conteudo a[href="/configuracoes"]')).click();
  await escrever('contato', 'Ramal 8');
  await adm.goBack();
  await ate(adm, () => location.pathname === '/' && document.querySelector('#config-contato') === null);
  await adm.goForward();
  await ate(adm, () => document.querySelector('#config-contato')?.value === 'Ramal 8');
  // What was left on purpose is gone.
  await adm.click('header a[href="/"]');
  await botao(adm, 'Sair sem salvar', NO_DIALOGO);
  await (await adm.waitForSelector('#conteudo a[href="/configuracoes"]')).click();
  await ate(adm, () => document.querySelector('#config-contato')?.value === '');
});

test('name, contact and logo of the company reach another open screen', async () => {
  const adm = await abrir(acesso.admin, '/configuracoes');
  const outra = await abrir(acesso.vendedores[1], '/conta');
  const logo = await adm.evaluate(() => {
    const c = document.createElement('canvas');
    c.width = 40;
    c.height = 20;
    c.getContext('2d').fillRect(0, 0, 40, 20);
    return c.toDataURL('image/png');
  });
  const mudar = (mudancas) => chamar(adm, 'PATCH', '/api/admin/configuracoes', { mudancas });
  assert.equal((await mudar({ empresa: 'Padaria Sol', contato: 'Ramal 7', logo })).status, 200);
  await ate(outra, () => document.querySelector('header a[href="/"]')?.textContent.includes('Padaria Sol') && document.querySelector('footer')?.textContent.includes('Ramal 7'));
  await ate(outra, (src) => document.querySelector('header a[href="/"] img')?.getAttribute('src') === src, logo);
  assert.equal((await mudar({ empresa: 'CRM', contato: null, logo: null })).status, 200);
  await ate(outra, () => document.querySelector('header a[href="/"] img')?.getAttribute('src') === '/icone.svg');
});
