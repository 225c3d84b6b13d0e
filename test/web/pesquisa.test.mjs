// The search screen in detail: one box, filters, order, pages, failure, roles, widths; in short: busca.test.mjs
// (UI-2, UI-3, BUSCA-1, BUSCA-2, BUSCA-3, BUSCA-4, LGPD-1).
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { acesso, aparencia, ate, parado, semRolagemLateral, semViolacoes, URL_BASE } from './comum.mjs';
import { abrir, alguem, apertar, botao, buscas, ids, mostra, nomes, pagina, pedidos, procurar, pronto, simples, total } from './pesquisa.mjs';

describe('one box', () => {
  test('a link written by hand with a CPF loses it at once', async () => {
    const cliente = await alguem(pagina);
    await pagina.goto(`${URL_BASE}/clientes?q=${cliente.cpf}&uf=${cliente.uf}`);
    await pronto(pagina);
    await ate(pagina, () => !new URLSearchParams(location.search).has('q'));
    await ate(pagina, (id) => document.querySelector(`[data-cliente="${id}"]`) !== null, cliente.id_cliente);
    assert.equal(await pagina.evaluate(() => new URLSearchParams(location.search).get('uf')), cliente.uf);
  });

  test('phone and e-mail are recognised and find the client, by POST', async () => {
    const cliente = await alguem(pagina);
    for (const [texto, tipo] of [[cliente.celular.replace(/\D/g, ''), 'celular'], [cliente.email, 'email']]) {
      await pagina.goto(`${URL_BASE}/clientes`);
      await pronto(pagina);
      await pagina.type('#campo-busca', texto);
      await ate(pagina, (t) => document.querySelector('[data-tipo]')?.dataset.tipo === t, tipo);
      await ate(pagina, (id) => document.querySelector(`[data-cliente="${id}"]`) !== null, cliente.id_cliente);
      await pronto(pagina);
      assert.equal(buscas(pedidos).at(-1).method(), 'POST');
      assert.ok(!decodeURIComponent(pagina.url()).includes(texto));
    }
  });

  test('wrong check digits are said while typing', async () => {
    await pagina.type('#campo-busca', '12345678901');
    await ate(pagina, () => document.querySelector('#campo-busca-dica')?.textContent.includes('não batem'));
    await ate(pagina, () => document.querySelector('[data-total="0"]') !== null);
  });

  test('the next letter aborts the former request', async () => {
    const q = (r) => new URL(r.url()).searchParams.get('q');
    const abortados = [];
    pagina.on('requestfailed', (r) => abortados.push([q(r), r.failure()?.errorText]));
    // The first is held, so that it is surely on its way when the second comes.
    await pagina.setRequestInterception(true);
    pagina.on('request', (r) => q(r) !== 'ma' && void r.continue());
    const primeiro = pagina.waitForRequest((r) => q(r) === 'ma');
    await pagina.type('#campo-busca', 'ma');
    await primeiro;
    await pagina.type('#campo-busca', 'ria');
    await mostra(pagina, { q: 'maria' });
    assert.deepEqual(abortados, [['ma', 'net::ERR_ABORTED']]);
    for (const nome of (await nomes(pagina)).slice(0, 5)) assert.match(simples(nome), /mari/);
  });
});

describe('filters and categories', () => {
  test('chips combine; the address brings all back; one click clears', async () => {
    await pagina.click('[data-filtro="Situação"]');
    await (await pagina.waitForSelector('[role=dialog] ::-p-text(Inativo)')).click();
    await mostra(pagina, { situacao: 'inativo' });
    await pagina.keyboard.press('Escape');
    await ate(pagina, () => document.querySelector('[role=dialog]') === null);
    await pagina.click('[data-filtro="Idade"]');
    await pagina.type('#campo-idade-de', '30');
    await pagina.type('#campo-idade-ate', '20');
    await pagina.keyboard.press('Enter');
    await pagina.waitForSelector('[role=dialog] [role=alert]');
    await pagina.$eval('#campo-idade-ate', (n) => n.select());
    await pagina.type('#campo-idade-ate', '50');
    await pagina.keyboard.press('Enter');
    await mostra(pagina, { situacao: 'inativo', idade_min: '30', idade_max: '50' });
    const achados = await ids(pagina);
    assert.ok(achados.length > 0);
    const { items } = await procurar(pagina, { situacao: 'inativo', idade_min: '30', idade_max: '50', size: '50' });
    assert.deepEqual(achados, items.map((c) => c.id_cliente));
    for (const c of items) assert.ok(c.situacao === 'inativo' && c.idade >= 30 && c.idade <= 50, JSON.stringify(c));

    const outra = await abrir(acesso.admin, new URL(pagina.url()).pathname + new URL(pagina.url()).search);
    await pronto(outra);
    assert.deepEqual(await ids(outra), achados);
    await apertar(pagina, 'Limpar filtros');
    await mostra(pagina, { situacao: null, idade_min: null, idade_max: null });
  });

  test('a CPF is no filter by name', async () => {
    await pagina.click('[data-filtro="Nome"]');
    await pagina.type('#campo-filtro-nome', '529.982.247-25');
    await ate(pagina, () => document.querySelector('#campo-filtro-nome-dica')?.textContent.includes('use a busca'));
    await pagina.keyboard.press('Enter');
    assert.equal(await pagina.evaluate(() => location.search), '');
  });

  test('nothing found says what to do', async () => {
    await pagina.goto(`${URL_BASE}/clientes?q=zzxxqq&uf=SP`);
    await ate(pagina, () => document.body.textContent.includes('Nenhum cliente encontrado'));
    await botao(pagina, 'Procurar nos desativados');
    await pagina.waitForSelector('#conteudo a[href="/clientes/novo"]');
    await pagina.waitForSelector('#conteudo a[href="/importar"]');
    await semViolacoes(pagina, 'empty');
    await apertar(pagina, 'Limpar filtros');
    await mostra(pagina, { uf: null, q: 'zzxxqq' });
  });

  test('a saved filter has a name, comes back, can be deleted and brought back; a CPF is refused', async () => {
    const cliente = await alguem(pagina);
    await pagina.goto(`${URL_BASE}/clientes?q=maria&uf=SP&sort=-valor_total`);
    await pronto(pagina);
    await apertar(pagina, 'Filtros salvos');
    await pagina.waitForSelector('#campo-salvar-nome');
    await pagina.type('#campo-salvar-nome', cliente.cpf);
    await pagina.keyboard.press('Enter');
    await ate(pagina, () => document.querySelector('#campo-salvar-nome-dica')?.textContent.includes('não pode ter CPF'));
    await pagina.$eval('#campo-salvar-nome', (n) => n.select());
    await pagina.type('#campo-salvar-nome', 'Paulistas');
    await pagina.keyboard.press('Enter');
    await botao(pagina, 'Apagar o filtro Paulistas');
    assert.ok(!(await pagina.evaluate(() => JSON.stringify({ ...localStorage }))).includes('maria'), 'the text was stored');

    await pagina.goto(`${URL_BASE}/clientes`);
    await pronto(pagina);
    await apertar(pagina, 'Filtros salvos');
    await (await pagina.waitForSelector('[role=dialog] ::-p-text(Paulistas)')).click();
    await mostra(pagina, { uf: 'SP', sort: '-valor_total', q: null });
    await apertar(pagina, 'Apagar o filtro Paulistas');
    await apertar(pagina, 'Desfazer');
    await apertar(pagina, 'Apagar o filtro Paulistas');
    await ate(pagina, () => document.querySelector('[role=dialog]')?.textContent.includes('Nenhum filtro salvo'));
    await ate(pagina, () => document.activeElement.textContent === 'Desfazer'); // else the focus got lost
    await pagina.keyboard.press('Escape');
    await ate(pagina, () => document.querySelector('[role=dialog]') === null);

    await pagina.goto(`${URL_BASE}/clientes`);
    await pronto(pagina);
    await pagina.type('#campo-busca', cliente.cpf);
    await ate(pagina, () => document.querySelectorAll('[data-cliente]').length === 1);
    await apertar(pagina, 'Filtros salvos');
    await pagina.waitForSelector('[data-impedido=pessoa]');
  });
});

describe('order, columns, pages', () => {
  test('a header orders up, down and back; screen readers are told', async () => {
    const cabecalho = () => pagina.$$eval('thead th', (nos) => nos.filter((n) => n.textContent.startsWith('Valor total')).map((n) => n.getAttribute('aria-sort'))[0]);
    const valores = async () => {
      const vistos = await ids(pagina);
      const { items } = await procurar(pagina, { sort: new URL(pagina.url()).searchParams.get('sort') ?? 'nome', size: '50' });
      assert.deepEqual(vistos, items.map((c) => c.id_cliente));
      return items.map((c) => c.valor_total);
    };
    await (await pagina.waitForSelector('thead ::-p-text(Valor total)')).click();
    await mostra(pagina, { sort: 'valor_total' });
    assert.equal(await cabecalho(), 'ascending');
    const subindo = await valores();
    assert.deepEqual(subindo, [...subindo].sort((a, b) => a - b));
    await (await pagina.waitForSelector('thead ::-p-text(Valor total)')).click();
    await mostra(pagina, { sort: '-valor_total' });
    assert.equal(await cabecalho(), 'descending');
    const descendo = await valores();
    assert.deepEqual(descendo, [...descendo].sort((a, b) => b - a));
    assert.ok(descendo[0] > subindo[0]);
    await (await pagina.waitForSelector('thead ::-p-text(Valor total)')).click();
    await mostra(pagina, { sort: null });
  });

  test('every order the screen offers is one the server knows', async () => {
    for (const chave of ['nome', 'cidade', 'uf', 'idade', 'data_ultima_compra', 'valor_total', 'status', 'situacao', 'id', 'cpf']) {
      for (const sort of [chave, `-${chave}`]) {
        const { items, proximo } = await procurar(pagina, { sort, size: '25' });
        assert.equal(items.length, 25, sort);
        assert.ok(proximo, sort);
      }
    }
  });

  test('pages do not overlap; next goes by cursor; Back and a link find the page', async () => {
    await (await pagina.waitForSelector('nav[aria-label="Paginação"]')).scrollIntoView();
    await apertar(pagina, '25');
    await mostra(pagina, { size: '25' });
    const vistos = [await ids(pagina)];
    for (const page of ['2', '3']) {
      await apertar(pagina, 'Próxima');
      await mostra(pagina, { page });
      vistos.push(await ids(pagina));
      assert.ok(new URL(buscas(pedidos).at(-1).url()).searchParams.has('cursor'));
    }
    assert.equal(new Set(vistos.flat()).size, 75);
    await apertar(pagina, 'Anterior');
    await mostra(pagina, { page: '2' });
    assert.deepEqual(await ids(pagina), vistos[1]);
    await pagina.goBack();
    await mostra(pagina, { page: '3' });
    await pagina.reload();
    await mostra(pagina, { page: '3' });
    assert.deepEqual(await ids(pagina), vistos[2], 'by number as by cursor');
    // A filter begins at the first page again.
    await pagina.click('[data-categoria="SP"]');
    await mostra(pagina, { uf: 'SP', page: null });
  });

  test('a phone draws the whole page of cards, and comes back to the last', async () => {
    const p = await abrir(acesso.admin, '/clientes?size=50', { largura: 360, altura: 800, toque: true });
    await pronto(p);
    const todos = await ids(p);
    assert.equal(todos.length, 50);
    await p.focus(`[id="cliente-${todos[0]}"]`);
    await p.keyboard.press('End');
    await ate(p, (id) => document.activeElement?.id === `cliente-${id}`, todos[49]);
    await p.keyboard.press('Enter');
    await ate(p, (id) => location.pathname === `/clientes/${id}` && document.querySelector('#campo-busca') === null, todos[49]);
    await p.goBack();
    await pronto(p);
    await ate(p, (id) => {
      const lugar = document.activeElement?.id === `cliente-${id}` && document.activeElement.getBoundingClientRect();
      return lugar && lugar.top >= 0 && lugar.bottom <= window.innerHeight;
    }, todos[49]);
    assert.deepEqual(await ids(p), todos);
  });

  test('the columns chosen are remembered, and go with the link', async () => {
    await apertar(pagina, 'Colunas');
    const email = await pagina.waitForSelector('[role=dialog] ::-p-text(E-mail)');
    await parado(pagina);    // the menu grows as it opens
    await email.click();
    await ate(pagina, () => [...document.querySelectorAll('thead th')].some((n) => n.textContent === 'E-mail'));
    await ate(pagina, () => new URLSearchParams(location.search).get('colunas')?.includes('email'));
    await pagina.goto(`${URL_BASE}/clientes`);
    await pronto(pagina);
    assert.ok(await pagina.$$eval('thead th', (nos) => nos.some((n) => n.textContent === 'E-mail')));
    await apertar(pagina, 'Colunas');
    await apertar(pagina, 'Voltar ao padrão');
    await ate(pagina, () => ![...document.querySelectorAll('thead th')].some((n) => n.textContent === 'E-mail'));
  });

  test('twins stand apart, behind those who match', async () => {
    let items = [];
    let uf;
    for (uf of ['SP', 'RJ', 'MG', 'PE', 'RS', 'BA', 'PR', 'SC', 'CE', 'AM', 'DF', 'GO']) {
      ({ items } = await procurar(pagina, { q: 'maria', uf, size: '100' }));
      if (items.some((c) => c.parecido) && !items[0].parecido) break;
    }
    const primeiro = items.findIndex((c) => c.parecido);
    assert.ok(primeiro > 0, 'no twin of maria in the demo data');
    assert.ok(items.slice(primeiro).every((c) => c.parecido));
    await pagina.goto(`${URL_BASE}/clientes?q=maria&uf=${uf}&size=100`);
    await pronto(pagina);
    const divisas = await pagina.$$eval('tbody tr', (nos) => nos.map((n, i) => (n.hasAttribute('data-divisa') ? i : -1)).filter((i) => i >= 0));
    assert.deepEqual(divisas, [primeiro]);
    await ate(pagina, () => document.querySelector('[data-divisa]').textContent.includes('Parecidos'));
    // In another order each says what it is.
    await (await pagina.waitForSelector('thead ::-p-text(Valor total)')).click();
    await mostra(pagina, { sort: 'valor_total' });
    assert.equal(await pagina.$('[data-divisa]'), null);
    assert.equal(await pagina.$$eval('tbody th', (nos) => nos.filter((n) => n.textContent.includes('Parecido')).length), items.filter((c) => c.parecido).length);
  });
});

describe('moving, failure', () => {
  test('who may can move a client from the result', async () => {
    await pagina.goto(`${URL_BASE}/clientes?situacao=elegivel`);
    await pronto(pagina);
    const [id] = await ids(pagina);
    const vendedor = acesso.vendedores[3];
    await pagina.click(`[data-cliente="${id}"] button[aria-haspopup=menu]`);
    await pagina.waitForSelector('[role=menu]');
    await parado(pagina);
    await (await pagina.waitForSelector('[role=menu] ::-p-text(Realocar)')).click();
    await (await pagina.waitForSelector('[role=dialog] [role=combobox]')).click();
    await parado(pagina);
    await (await pagina.waitForSelector(`[role=listbox] ::-p-text(${vendedor.nome})`)).click();
    await parado(pagina);
    await (await botao(pagina, 'Realocar', '[role=dialog]')).click();
    await ate(pagina, (i, nome) => document.querySelector(`[data-cliente="${i}"]`)?.textContent.includes(nome), id, vendedor.nome);
  });

  test('without a network the last answer stays, and one click tries again', async () => {
    const antes = await ids(pagina);
    await pagina.setOfflineMode(true);
    await pagina.type('#campo-busca', 'maria');
    await ate(pagina, () => [...document.querySelectorAll('#conteudo [role=alert]')].some((n) => n.textContent.includes('busca anterior')));
    assert.deepEqual(await ids(pagina), antes);
    await pagina.setOfflineMode(false);
    await (await pagina.waitForSelector('#conteudo [role=alert] button')).click();
    await mostra(pagina, { q: 'maria' });
    assert.notDeepEqual(await ids(pagina), antes);
  });
});

describe('roles', () => {
  test('a seller finds the own clients only, masked', async () => {
    const vendedor = acesso.vendedores[4];
    // Entering brings the seller clients of the others, so who holds whom is asked after it.
    const p = await abrir(vendedor, '/clientes?size=100');
    await pronto(p);
    const { items } = await procurar(pagina, { sort: 'id', size: '100', situacao: 'elegivel' });
    const meus = await procurar(p, { size: '100' });
    assert.ok(meus.items.every((c) => c.vendedor?.id === vendedor.id || c.vendedor?.nome === vendedor.nome));
    assert.deepEqual(await ids(p), meus.items.map((c) => c.id_cliente));
    for (const c of meus.items) assert.match(c.cpf, /^\*{3}\.\d{3}\.\d{3}-\*{2}$/);
    assert.equal(await p.$('#conteudo a[href="/clientes/novo"]'), null);
    assert.equal(await p.$('[data-cliente] button[aria-haspopup=menu]'), null);
    const alheio = items.find((c) => c.vendedor?.nome !== vendedor.nome);
    await p.type('#campo-busca', alheio.cpf);
    await ate(p, () => document.body.textContent.includes('Nenhum cliente encontrado'));
  });

  test('the home leads to the search', async () => {
    await pagina.goto(URL_BASE);
    await (await pagina.waitForSelector('#conteudo ::-p-text(Pesquisar Clientes)')).click();
    await ate(pagina, () => location.pathname === '/clientes' && document.activeElement?.tagName === 'H1');
  });
});

describe('every width, light and dark', () => {
  /** The page as it stands, with a preview, with a filter open; then as it was. */
  async function olhar(p, nome, largura) {
    await pronto(p);
    await parado(p);    // the colours of the other theme fade
    await semViolacoes(p, nome);
    await semRolagemLateral(p, nome);
    assert.equal((await p.$('#conteudo table')) === null, largura < 900);
    // What one touches is 24 px or more (WCAG 2.5.8).
    const pequenos = await p.$$eval('#conteudo button, #conteudo [role=button]', (nos) => nos.map((n) => [n.textContent || n.ariaLabel, n.getBoundingClientRect()]).filter(([, r]) => r.width > 0 && (r.width < 24 || r.height < 24)).map(([t]) => t));
    assert.deepEqual(pequenos, []);
    await p.click('[data-cliente] button[aria-pressed]');
    await p.waitForSelector('[data-previa]');
    await semViolacoes(p, `${nome}, preview`);
    await semRolagemLateral(p, `${nome}, preview`);
    await apertar(p, 'Fechar a prévia');
    await ate(p, () => document.querySelector('[data-previa]') === null);
    await parado(p);
    await p.click('[data-filtro="UF"]');
    await p.waitForSelector('[role=dialog] input[type=checkbox]');
    await semViolacoes(p, `${nome}, filter`, { aberto: true });
    await semRolagemLateral(p, `${nome}, filter`);
    await p.keyboard.press('Escape');
    await ate(p, () => document.querySelector('[role=dialog]') === null);
  }

  for (const [onde, toque, larguras] of [
    ['a phone', true, [[360, false], [360, true]]],
    ['a computer', false, [[768, false], [1024, false], [1440, true], [2560, false]]],
  ]) {
    test(`on ${onde}: ${larguras.map(([px, escuro]) => `${px} px${escuro ? ' dark' : ''}`).join(', ')}`, async () => {
      let p;
      for (const [largura, escuro] of larguras) {
        const aspecto = { largura, altura: 800, escuro, toque };
        // The screen changes its width and theme while it stands there.
        if (p === undefined) p = await abrir(acesso.admin, '/clientes?q=maria&uf=SP,RJ,MG,PE', aspecto);
        else await aparencia(p, aspecto);
        await ate(p, (px) => window.innerWidth === px && (document.querySelector('#conteudo table') === null) === (px < 900), largura);
        await olhar(p, `${largura}${escuro ? ' dark' : ''}`, largura);
      }
    });
  }
});
