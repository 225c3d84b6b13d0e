// The shell: palette, shortcuts and their switch, first steps, logo at the door, installable, offline (UI-1, UI-3, LGPD-1).
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { abrirNavegador, acesso, aparencia, ate, chamar, entrar, novaPagina, semRolagemLateral, URL_BASE } from './comum.mjs';
import { sql } from './dados.mjs';

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
  await entrar(nova.pagina, quem, caminho);
  return nova.pagina;
}

const titulo = (p, texto) => ate(p, (t) => document.querySelector('#conteudo h1')?.textContent.startsWith(t) && document.activeElement?.tagName === 'H1', texto);

async function paleta(p) {
  await p.keyboard.down('Control');
  await p.keyboard.press('k');
  await p.keyboard.up('Control');
  await ate(p, () => document.activeElement?.getAttribute('role') === 'combobox');
}
const escolhida = (p, texto) => ate(p, (t) => {
  const campo = document.activeElement;
  const opcao = document.getElementById(campo?.getAttribute('aria-activedescendant') ?? '');
  return opcao?.getAttribute('aria-selected') === 'true' && opcao.textContent.includes(t);
}, texto);

test('Ctrl+K finds a screen, an action, a client and a user; Esc gives the focus back', async () => {
  const p = await abrir(acesso.admin, '/');
  await paleta(p);
  await p.keyboard.type('estat');
  await escolhida(p, 'Estatísticas');
  await p.keyboard.press('Enter');
  await titulo(p, 'Estatísticas');

  await paleta(p);
  await p.keyboard.type('tema escuro');
  await escolhida(p, 'Tema escuro');
  await p.keyboard.press('Enter');
  await ate(p, () => document.documentElement.dataset.tema === 'dark');

  await paleta(p);
  await p.keyboard.type('maria');
  await p.waitForSelector('[role=group][aria-label="Clientes"] [role=option]');
  await p.waitForSelector('[role=group][aria-label="Usuários"] [role=option]');
  await ate(p, () => document.querySelector('[role=option][aria-selected=true]') !== null);
  const nome = await p.$eval('[role=group][aria-label="Clientes"] [role=option] span', (n) => n.textContent);
  await (await p.$('[role=group][aria-label="Clientes"] [role=option]')).click();
  await titulo(p, nome);
  assert.match(await p.evaluate(() => location.pathname), /^\/clientes\/\d+$/);

  // A user found stands alone in the list, and in no address (LGPD-1).
  await paleta(p);
  await p.keyboard.type('maria');
  const usuario = await p.waitForSelector('[role=group][aria-label="Usuários"] [role=option]');
  const quem = await usuario.$eval('span', (n) => n.textContent);
  await usuario.click();
  await titulo(p, 'Usuários');
  await ate(p, (n) => document.querySelector('input[type=search]')?.value === n && document.querySelector(`[aria-label="Ações para ${n}"]`) !== null, quem);
  assert.equal(await p.evaluate(() => location.search), '');

  await paleta(p);
  await p.keyboard.press('Escape');
  await ate(p, () => document.querySelector('[role=dialog]') === null && document.activeElement?.tagName === 'H1');
});

test('a seller is offered the own screens only', async () => {
  const p = await abrir(acesso.vendedores[2], '/');
  await paleta(p);
  const nomes = await p.$$eval('[role=group][aria-label="Ir para"] [role=option]', (nos) => nos.map((n) => n.textContent));
  assert.ok(nomes.some((n) => n.includes('Minha carteira')));
  assert.ok(!nomes.some((n) => /Usuários|Configurações|Redistribuição/.test(n)), nomes.join());
  await p.keyboard.press('Escape');
  // The figures of the home fill their rows.
  await p.waitForSelector('#conteudo section ul > li');
  for (const largura of [1440, 768, 360]) {
    await aparencia(p, { largura });
    const [ultima, todas] = await p.$eval('#conteudo section ul', (ul) => [ul.lastElementChild.getBoundingClientRect().right, ul.getBoundingClientRect().right]);
    assert.ok(Math.abs(todas - ultima) < 2, `${largura}: the last figure ends at ${ultima} of ${todas} px`);
  }
});

test('a dialog that an address opened has the focus, and the screen has it afterwards', async () => {
  const p = await abrir(acesso.admin, '/vendedores?feriados=sim');
  const dentro = () => ate(p, () => document.activeElement?.closest('[role=dialog]') != null);
  const fora = () => ate(p, () => document.querySelector('[role=dialog]') === null && document.activeElement?.matches('#conteudo h1'));
  await dentro();
  await p.keyboard.press('Escape');
  await fora();
  const { vendedores } = (await chamar(p, 'GET', '/api/admin/vendedores')).corpo;
  await p.goto(`${URL_BASE}/vendedores?vendedor=${vendedores[0].id}&aba=ausencias`);
  await dentro();
  await p.keyboard.press('Escape');
  await fora();
  // The keyboard goes on in the screen, not at the top of the page.
  await p.keyboard.press('Tab');
  assert.ok(await p.evaluate(() => document.activeElement?.closest('#conteudo') !== null));
});

test('a right given or taken away shows on an open screen; a refusal is enough to notice', async () => {
  const p = await abrir(acesso.vendedores[1], '/carteira');
  await p.waitForSelector('[data-acao=whatsapp]');
  await ate(p, () => globalThis.__sockets.some((s) => s.readyState === 1));
  const mudou = (fn) => ate(p, fn);
  try {
    sql("DELETE FROM crm.permissoes WHERE papel = 'vendedor' AND acao = 'contato.marcar'");
    await mudou(() => document.querySelector('[data-acao=whatsapp]') === null);
    sql("INSERT INTO crm.permissoes VALUES ('vendedor', 'contato.marcar')");
    await p.waitForSelector('[data-acao=whatsapp]');
    // Without a word from the server.
    await p.evaluate(() => {
      for (const s of globalThis.__sockets) s.onmessage = null;
    });
    sql("DELETE FROM crm.permissoes WHERE papel = 'vendedor' AND acao = 'contato.marcar'");
    await p.click('[data-acao=whatsapp]');
    await p.waitForSelector('[name=modelo]');
    await p.type('[name=modelo]', ' Até logo');
    await p.click('[role=dialog] button[type=submit]');
    await mudou(() => document.querySelector('[data-acao=whatsapp]') === null);
  } finally {
    sql("INSERT INTO crm.permissoes VALUES ('vendedor', 'contato.marcar') ON CONFLICT DO NOTHING");
  }
});

test('nothing jumps while a screen loads', async () => {
  for (const [quem, caminhos] of [[acesso.vendedores[1], ['/', '/carteira', '/fila']], [acesso.admin, ['/', '/clientes', '/estatisticas', '/quadro']]]) {
    const p = await abrir(quem, '/conta');
    await p.evaluateOnNewDocument(() => {
      globalThis.__saltos = [];
      const caixa = (r) => [r.x, r.y, r.width, r.height].map(Math.round).join(' ');
      new PerformanceObserver((lista) => {
        for (const { value, hadRecentInput, sources } of lista.getEntries()) {
          if (hadRecentInput) continue;
          globalThis.__saltos.push({ value, quem: sources.map((f) => `${f.node?.outerHTML?.slice(0, 160) ?? '?'}: ${caixa(f.previousRect)} to ${caixa(f.currentRect)}`) });
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    for (const largura of [412, 1440]) {
      await aparencia(p, { largura, altura: 823 });
      for (const caminho of caminhos) {
        await p.goto(URL_BASE + caminho, { waitUntil: 'domcontentloaded' });
        await ate(p, () => document.querySelector('#conteudo h1') !== null && document.querySelector('[aria-busy=true]') === null);
        const saltos = await p.evaluate(() => new Promise((feito) => requestAnimationFrame(() => requestAnimationFrame(() => feito(globalThis.__saltos)))));
        const soma = saltos.reduce((n, s) => n + s.value, 0);
        assert.ok(soma < 0.05, `${caminho} at ${largura} px: ${soma.toFixed(3)}\n${saltos.flatMap((s) => s.quem).join('\n')}`);
      }
    }
  }
});

test('a CPF typed into the palette goes in no address', async () => {
  const p = await abrir(acesso.admin, '/');
  const enderecos = [];
  p.on('request', (r) => enderecos.push(r.url()));
  await paleta(p);
  await p.keyboard.type('52998224725');
  await p.waitForResponse((r) => r.url().endsWith('/api/v1/clients/search'));
  assert.deepEqual(enderecos.filter((e) => e.includes('529982')), []);
});

test('g and a letter lead to screens, ? tells all; the switch turns letters off, not Ctrl+K', async () => {
  const p = await abrir(acesso.admin, '/');
  const letras = async (...ks) => {
    for (const k of ks) await p.keyboard.press(k);
  };
  await letras('g', 'c');
  await titulo(p, 'Clientes');
  await letras('g', 's');
  await titulo(p, 'Configurações');
  // The letter after g is no shortcut of its own, and a field takes letters as text.
  await letras('g', 'u');
  await titulo(p, 'Usuários');
  await p.click('input[type=search]');
  await p.keyboard.type('g c');
  await ate(p, () => document.querySelector('input[type=search]').value === 'g c');
  await p.click('#conteudo h1');
  await letras('?');
  await ate(p, () => document.querySelector('[role=dialog]')?.textContent.includes('Ir para: g e depois a letra'));
  await letras('Escape');
  await ate(p, () => document.querySelector('[role=dialog]') === null);

  await letras('g', 'a');
  await titulo(p, 'Minha conta');
  await p.click('#conteudo input[type=checkbox]');
  await p.click('#conteudo h1');
  await letras('g', 'c');
  await paleta(p);
  assert.equal(await p.evaluate(() => location.pathname), '/conta');
});

test('first steps lead to what is missing, and can be hidden', async () => {
  const p = await abrir(acesso.admin, '/');
  await p.waitForSelector('[data-passo=clientes][data-feito=true]');
  await p.click('[data-passo=empresa] a');
  await titulo(p, 'Configurações');
  await p.goBack();
  await p.waitForSelector('[data-passo=empresa]');
  await (await p.waitForSelector('::-p-xpath(//button[.="Esconder"])')).click();
  await ate(p, () => document.querySelector('[data-passo]') === null);
  await p.reload();
  await p.waitForSelector('#conteudo h1');
  await ate(p, () => document.querySelector('[aria-busy=true]') === null);
  assert.equal(await p.$('[data-passo]'), null);
});

test('installable: a manifest with icons that exist; nothing is kept offline', async () => {
  const p = await abrir(acesso.admin, '/');
  const icones = await p.evaluate(async () => {
    const manifesto = await (await fetch(document.querySelector('link[rel=manifest]').href)).json();
    const estados = await Promise.all(manifesto.icons.map(async (i) => [i.src, (await fetch(i.src)).headers.get('content-type')]));
    return { display: manifesto.display, estados, operarios: (await navigator.serviceWorker.getRegistrations()).length, guardados: (await caches.keys()).length };
  });
  assert.equal(icones.display, 'standalone');
  assert.ok(icones.estados.length >= 3 && icones.estados.every(([, tipo]) => /^image\/(png|svg)/.test(tipo)), JSON.stringify(icones));
  assert.deepEqual([icones.operarios, icones.guardados], [0, 0]);
});

test('without a network a screen says so and reads itself again when it is back', async () => {
  const p = await abrir(acesso.admin, '/usuarios');
  await p.waitForSelector('table');
  await p.setOfflineMode(true);
  await p.type('input[type=search]', 'ana');
  await ate(p, () => document.querySelector('#conteudo [role=alert]')?.textContent.includes('Você está sem rede'));
  await p.setOfflineMode(false);
  await ate(p, () => document.querySelectorAll('#conteudo tbody tr').length > 0 && document.querySelector('#conteudo [role=alert]') === null);
});

test('a company and a contact without a space, as long as the settings let them be, fit 360 px', async () => {
  const p = await abrir(acesso.admin, '/', { largura: 360, altura: 740 });
  const mudar = (mudancas) => chamar(p, 'PATCH', '/api/admin/configuracoes', { mudancas });
  const { configuracoes } = (await chamar(p, 'GET', '/api/admin/configuracoes')).corpo;
  const valor = (chave) => configuracoes.find((c) => c.chave === chave).valor;
  const antes = { empresa: valor('empresa'), contato: valor('contato') };
  const contato = `https://${'w'.repeat(112)}`;
  try {
    assert.equal((await mudar({ empresa: 'W'.repeat(60), contato })).status, 200);
    await p.reload();
    await ate(p, (c) => document.querySelector('footer')?.textContent.includes(c), contato);
    await semRolagemLateral(p, 'footer');
    const { pagina: porta, contexto } = await novaPagina(navegador, { largura: 360, altura: 740 });
    await porta.goto(URL_BASE);
    await ate(porta, (c) => document.querySelector('footer')?.textContent.includes(c), contato);
    await semRolagemLateral(porta, 'door');
    await contexto.close();
  } finally {
    await mudar(antes);
  }
});
