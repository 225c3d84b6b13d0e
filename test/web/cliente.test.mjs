// The record of a client in the browser: create, edit, conflict, duplicate, reveal, deactivate (BUSCA-5, DADOS-2, DADOS-10, LGPD-1, UI-3, API-4).
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';

import { abrirNavegador, acesso, aparencia, ate, chamar, entrar, novaPagina, parado, semViolacoes, sql, URL_BASE } from './comum.mjs';
import { comMascara, novoCpf } from './dados.mjs';

let navegador;
let operador;
let abertas = [];
before(async () => {
  navegador = await abrirNavegador();
  const { pagina, contexto } = await novaPagina(navegador);
  await entrar(pagina, acesso.admin);
  operador = { email: `operador.${Date.now()}@exemplo.test`, senha: 'uma frase bem longa mesmo' };
  const { status } = await chamar(pagina, 'POST', '/api/admin/usuarios', { nome: `Operador ${Date.now()}`, papel: 'operador', ...operador });
  assert.ok(status === 200 || status === 201, `operator: ${status}`);
  await contexto.close();
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

/** The operator was given a password by somebody else and has to change it first. */
async function comoOperador(caminho, opcoes) {
  const nova = await novaPagina(navegador, opcoes);
  abertas.push(nova);
  const p = nova.pagina;
  await entrar(p, operador, caminho);
  if ((await chamar(p, 'GET', '/api/auth/eu')).corpo.trocar_senha) {
    const senha_nova = `${operador.senha} nova`;
    assert.equal((await chamar(p, 'POST', '/api/auth/senha', { senha_atual: operador.senha, senha_nova })).status, 200);
    operador.senha = senha_nova;
    await p.goto(URL_BASE + caminho);
    await p.waitForSelector('#conteudo h1');
  }
  return p;
}

const titulo = (p, texto) => ate(p, (t) => document.querySelector('#conteudo h1')?.textContent === t, texto);
const temTexto = (p, texto) => ate(p, (t) => document.body.innerText.includes(t), texto);
const valor = (p, campo) => p.$eval(`#campo-${campo}`, (n) => n.value);

async function botao(p, texto, onde = '') {
  const no = await p.waitForSelector(`${onde} ::-p-xpath(.//*[self::button or self::a][normalize-space(.)="${texto}"])`.trim(), { visible: true });
  await parado(p);
  await no.click();
}

async function trocar(p, campo, texto) {
  await p.click(`#campo-${campo}`, { count: 3 });
  await p.keyboard.press('Backspace');
  await p.type(`#campo-${campo}`, texto);
}

async function novoCliente(p, dados = {}) {
  const corpo = { cpf: novoCpf(), nome_completo: 'Beatriz Prova', data_nascimento: '1980-05-17', nome_mae: 'Dalva Prova', celular: '11912345678', cidade: 'Santos', uf: 'SP', ...dados };
  const r = await chamar(p, 'POST', '/api/v1/clients', corpo);
  assert.equal(r.status, 201, JSON.stringify(r.corpo));
  return { ...corpo, id: r.corpo.id_cliente };
}

describe('create', () => {
  test('by keyboard alone: key n, mistakes named at their fields, then saved', async () => {
    const p = await abrir(acesso.admin, '/clientes');
    await p.evaluate(() => document.activeElement?.blur());
    await p.keyboard.press('n');
    await titulo(p, 'Novo cliente');
    const cpf = novoCpf();
    // From the h1 the first stop of Tab is the CPF.
    await p.keyboard.press('Tab');
    assert.equal(await p.evaluate(() => document.activeElement.id), 'campo-cpf');
    await p.keyboard.type('11111111111');
    await p.keyboard.press('Enter');
    await ate(p, () => document.querySelector('#campo-cpf-dica')?.textContent.includes('não existe'));
    await ate(p, () => document.querySelector('#campo-nome_completo-dica')?.textContent.includes('Informe'));
    await ate(p, () => document.activeElement.id === 'campo-cpf');
    await p.keyboard.down('Control');
    await p.keyboard.press('a');
    await p.keyboard.up('Control');
    await p.keyboard.type(cpf);
    assert.equal(await valor(p, 'cpf'), comMascara(cpf));
    await p.keyboard.press('Tab');
    await p.keyboard.type('Ivo Prova');
    await p.keyboard.press('Tab');
    await p.keyboard.type('29021984');
    assert.equal(await valor(p, 'data_nascimento'), '29/02/1984');
    await p.keyboard.press('Enter');
    await titulo(p, 'Ivo Prova');
    assert.match(await p.evaluate(() => location.pathname), /^\/clientes\/\d+$/);
    await temTexto(p, comMascara(cpf));
    await temTexto(p, '29/02/1984');
  });

  test('pasted forms of a CPF are all taken; letters of a field are not a shortcut', async () => {
    const p = await abrir(acesso.admin, '/clientes/novo');
    const cpf = novoCpf();
    for (const forma of [cpf, comMascara(cpf), `CPF: ${comMascara(cpf)} `, cpf.replace(/(...)/g, '$1 ')]) {
      await p.focus('#campo-cpf');
      await p.evaluate((texto) => {
        document.activeElement.select();
        document.execCommand('insertText', false, texto);
      }, forma);
      assert.equal(await valor(p, 'cpf'), comMascara(cpf), forma);
    }
    await p.type('#campo-nome_completo', 'nnn');
    assert.equal(await p.evaluate(() => location.pathname), '/clientes/novo');
    assert.equal(await valor(p, 'nome_completo'), 'nnn');
  });

  test('what only the server finds wrong lands on its field', async () => {
    const p = await abrir(acesso.admin, '/clientes/novo');
    await p.type('#campo-cpf', novoCpf());
    await p.type('#campo-nome_completo', 'Ivo Prova');
    // An area code that does not exist passes the screen, not the server.
    await p.type('#campo-celular', '20912345678');
    await botao(p, 'Cadastrar cliente');
    await p.waitForSelector('#campo-celular[aria-invalid=true]');
    await ate(p, () => document.activeElement?.id === 'campo-celular');
  });

  test('a CPF that exists: the way to the record; deactivated, it can be brought back', async () => {
    const p = await abrir(acesso.admin, '/clientes/novo');
    const c = await novoCliente(p);
    await p.type('#campo-cpf', c.cpf);
    await p.type('#campo-nome_completo', 'Outra Pessoa');
    await botao(p, 'Cadastrar cliente');
    await temTexto(p, 'Já existe um cliente com este CPF.');
    assert.equal(await p.$eval('#conteudo [role=alert] a', (n) => n.getAttribute('href')), `/clientes/${c.id}`);
    assert.equal((await chamar(p, 'DELETE', `/api/v1/clients/${c.id}`)).status, 200);
    await botao(p, 'Cadastrar cliente');
    await temTexto(p, 'desativado');
    await botao(p, 'Reativar e abrir');
    await titulo(p, c.nome_completo);
    assert.equal((await chamar(p, 'GET', `/api/v1/clients/${c.id}`)).corpo.ativo, true);
  });
});

describe('edit', () => {
  test('only what changed is sent; the timeline shows it', async () => {
    const p = await abrir(acesso.admin, '/clientes');
    const c = await novoCliente(p);
    await p.goto(`${URL_BASE}/clientes/${c.id}/editar`);
    await p.waitForSelector('#campo-cidade');
    const corpos = [];
    p.on('request', (r) => r.method() === 'PATCH' && corpos.push(JSON.parse(r.postData())));
    await trocar(p, 'cidade', 'Campinas');
    await botao(p, 'Salvar');
    await titulo(p, c.nome_completo);
    assert.deepEqual(corpos, [{ cidade: 'Campinas' }]);
    await botao(p, 'Linha do tempo');
    await ate(p, () => document.querySelector('[role=tabpanel]')?.innerText.includes('Santos') && document.querySelector('[role=tabpanel]').innerText.includes('Campinas'));
  });

  test('two browsers: the second chooses field by field and nothing is lost', async () => {
    const a = await abrir(acesso.admin, '/clientes');
    const c = await novoCliente(a);
    const b = await abrir(acesso.admin, `/clientes/${c.id}/editar`);
    await a.goto(`${URL_BASE}/clientes/${c.id}/editar`);
    for (const p of [a, b]) await p.waitForSelector('#campo-cidade');
    await trocar(a, 'cidade', 'Campinas');
    await trocar(a, 'celular', '11955554444');
    await botao(a, 'Salvar');
    await titulo(a, c.nome_completo);

    await trocar(b, 'email', 'nova@exemplo.test');
    await trocar(b, 'celular', '11933332222');
    await botao(b, 'Salvar');
    await b.waitForSelector('[role=dialog] [data-conflito=celular]');
    await semViolacoes(b, 'conflict');
    // Theirs stands where only they changed, mine where only I did; both: I must say.
    assert.equal(await b.$eval('[data-conflito=cidade] input[value=deles]', (n) => n.checked), true);
    assert.equal(await b.$eval('[data-conflito=email] input[value=meu]', (n) => n.checked), true);
    await botao(b, 'Salvar o escolhido', '[role=dialog]');
    await temTexto(b, 'Escolha em: Celular.');
    await b.click('[data-conflito=celular] input[value=meu]');
    await botao(b, 'Salvar o escolhido', '[role=dialog]');
    await titulo(b, c.nome_completo);
    const { corpo } = await chamar(b, 'GET', `/api/v1/clients/${c.id}`);
    assert.equal(corpo.cidade, 'Campinas');
    assert.equal(corpo.email, 'nova@exemplo.test');
    assert.match(corpo.celular.replace(/\D/g, ''), /11933332222$/);
  });

  test('without a connection the text stays, and saving again is one request for the server', async () => {
    const p = await abrir(acesso.admin, '/clientes');
    const c = await novoCliente(p);
    await p.goto(`${URL_BASE}/clientes/${c.id}/editar`);
    await p.waitForSelector('#campo-cidade');
    await trocar(p, 'cidade', 'Sorocaba');
    const chaves = [];
    p.on('request', (r) => r.method() === 'PATCH' && chaves.push(r.headers()['idempotency-key']));
    await p.setOfflineMode(true);
    await botao(p, 'Salvar');
    await temTexto(p, 'continua aqui');
    assert.equal(await valor(p, 'cidade'), 'Sorocaba');
    await p.setOfflineMode(false);
    await botao(p, 'Salvar');
    await titulo(p, c.nome_completo);
    assert.equal(new Set(chaves).size, 1, `one key: ${chaves}`);
    assert.ok(chaves.length > 1);
  });

  test('a link asks before unsaved text is lost; Back and an ended session keep it', async () => {
    const p = await abrir(acesso.admin, '/clientes');
    const c = await novoCliente(p);
    // In the tab's own history, without loading the page again.
    await p.evaluate((id) => {
      history.pushState(null, '', `/clientes/${id}/editar`);
    }, c.id);
    await p.waitForSelector('#campo-cidade');
    await trocar(p, 'cidade', 'Sorocaba');
    await p.click('header a[href="/"]');
    await temTexto(p, 'Sair sem salvar?');
    await botao(p, 'Continuar editando', '[role=dialog]');
    assert.equal(await valor(p, 'cidade'), 'Sorocaba');
    await p.goBack();
    await titulo(p, 'Clientes');
    await p.goForward();
    await p.waitForSelector('#campo-cidade');
    assert.equal(await valor(p, 'cidade'), 'Sorocaba');
    await temTexto(p, 'Recuperamos o que você tinha digitado');

    const { corpo } = await chamar(p, 'GET', '/api/auth/sessoes');
    await chamar(p, 'DELETE', `/api/auth/sessoes/${corpo.sessoes.find((s) => s.atual).id}`);
    await p.waitForSelector('#campo-usuario');
    await p.type('#campo-usuario', acesso.admin.email);
    await p.type('#campo-senha', acesso.admin.senha);
    await p.keyboard.press('Enter');
    await p.waitForSelector('#campo-cidade');
    assert.equal(await valor(p, 'cidade'), 'Sorocaba');
  });
});

describe('who sees what', () => {
  test('an operator sees masks, reveals with a purpose, and hides again', async () => {
    const p = await comoOperador('/clientes');
    const c = await novoCliente(p);
    await p.goto(`${URL_BASE}/clientes/${c.id}`);
    await titulo(p, c.nome_completo);
    const mascara = `***.${c.cpf.slice(3, 6)}.${c.cpf.slice(6, 9)}-**`;
    assert.equal(await p.$eval('[data-dado=cpf]', (n) => n.textContent), mascara);
    assert.ok(!(await p.content()).includes('Dalva'));
    assert.match(await p.$eval('[data-dado=data_nascimento]', (n) => n.textContent), /•••.*anos/);

    await p.click('[data-revelar]');
    await p.waitForSelector('[role=dialog] [name=finalidade]');
    await p.click('[role=dialog] input[value=outra]');
    await botao(p, 'Revelar dados', '[role=dialog]');
    await temTexto(p, 'pelo menos 5 letras');
    await p.type('#campo-detalhe', 'Prova do sistema');
    await botao(p, 'Revelar dados', '[role=dialog]');
    await ate(p, (cpf) => document.querySelector('[data-dado=cpf]')?.textContent === cpf, comMascara(c.cpf));
    await temTexto(p, 'Dalva Prova');
    await temTexto(p, '17/05/1980');
    const restantes = Number(await p.$eval('[data-restantes]', (n) => n.dataset.restantes));
    assert.ok(restantes >= 0 && restantes < 50, `${restantes} left`);
    await p.click('[data-ocultar]');
    await ate(p, (m) => document.querySelector('[data-dado=cpf]')?.textContent === m, mascara);
    assert.ok(!(await p.content()).includes('Dalva'));
  });

  test('the quota used up is told; a change by who sees masks keeps what is hidden', async () => {
    const p = await comoOperador('/clientes');
    const c = await novoCliente(p);
    for (let i = 0; i < 60; i++) {
      const r = await chamar(p, 'POST', `/api/v1/clients/${c.id}/reveal`, { campos: ['cpf'], finalidade: 'Prova da cota' });
      if (r.status === 429) break;
      assert.equal(r.status, 200);
    }
    await p.goto(`${URL_BASE}/clientes/${c.id}`);
    await p.waitForSelector('[data-revelar]');
    await p.click('[data-revelar]');
    await botao(p, 'Revelar dados', '[role=dialog]');
    await ate(p, () => document.querySelector('[role=dialog] [role=alert]')?.textContent.includes('24 horas'));

    await p.goto(`${URL_BASE}/clientes/${c.id}/editar`);
    await p.waitForSelector('#campo-cidade');
    assert.equal(await valor(p, 'cpf'), '');
    await trocar(p, 'cidade', 'Bauru');
    await botao(p, 'Salvar');
    await titulo(p, c.nome_completo);
    const adm = await abrir(acesso.admin, `/clientes/${c.id}`);
    await temTexto(adm, 'Dalva Prova');
    await temTexto(adm, 'Bauru');
  });

  test('unknown and foreign addresses say so', async () => {
    const p = await abrir(acesso.admin, '/clientes/999999999999');
    await titulo(p, 'Cliente');
    await temTexto(p, 'Cliente não encontrado');
    await p.goto(`${URL_BASE}/clientes/abc`);
    await titulo(p, 'Página não encontrada');
    const v = await abrir(acesso.vendedores[1], '/clientes/novo');
    await titulo(v, 'Sem acesso a esta tela');
  });
});

// UI-1: the page of a list is in the address.
test('the page of the orders and of the timeline survives a reload, Back and Forward', async () => {
  const p = await abrir(acesso.admin, '/clientes');
  const { id } = await novoCliente(p);
  sql(`INSERT INTO crm.pedidos (cliente_id, data_pedido, valor) SELECT ${id}, crm.hoje() - 100 - n, 10 FROM generate_series(1, 45) n`);
  const pagina = (n, de) => ate(p, (e) => document.querySelector('nav [aria-live]')?.textContent === e, `Página ${n} de ${de}`);
  const linhas = (n) => ate(p, (q) => document.querySelectorAll('#painel-pedidos tbody tr').length === q, n);
  await p.goto(`${URL_BASE}/clientes/${id}?page=2`);
  await pagina(2, 3);
  await linhas(20);
  await botao(p, 'Próxima');
  await pagina(3, 3);
  await linhas(5);
  assert.equal(await p.evaluate(() => location.search), '?page=3');
  await p.reload();
  await pagina(3, 3);
  await linhas(5);
  await p.goBack();
  await pagina(2, 3);
  await p.goForward();
  await pagina(3, 3);
  // Another tab begins at its first page; beyond the last one there is a way back.
  await p.click('#aba-tempo');
  await ate(p, () => location.search === '?aba=tempo');
  await p.goto(`${URL_BASE}/clientes/${id}?aba=tempo&page=9`);
  await botao(p, 'Anterior');
  await ate(p, () => /^\?aba=tempo&page=\d$/.test(location.search) && document.querySelector('#painel-tempo li') !== null);
});

test('deactivate says what happens, reactivate brings back', async () => {
  const p = await abrir(acesso.admin, '/clientes');
  const c = await novoCliente(p);
  await p.goto(`${URL_BASE}/clientes/${c.id}`);
  await p.waitForSelector('[aria-label="Mais ações"]');
  await p.click('[aria-label="Mais ações"]');
  await p.waitForSelector('[data-acao=desativar]', { visible: true });
  await parado(p);
  await p.click('[data-acao=desativar]');
  await temTexto(p, 'Pedidos, atribuições e histórico ficam guardados');
  await semViolacoes(p, 'deactivate');
  await botao(p, 'Desativar', '[role=dialog]');
  await temTexto(p, 'Este cliente está desativado');
  await botao(p, 'Reativar');
  await ate(p, () => !document.body.innerText.includes('Este cliente está desativado'));
  assert.equal((await chamar(p, 'GET', `/api/v1/clients/${c.id}`)).corpo.ativo, true);
});

test('a seller marks the own client as contacted from the record', async () => {
  const p = await abrir(acesso.vendedores[2], '/carteira');
  const no = await p.waitForSelector('[data-coluna=a_contatar_30_45] [data-cliente]');
  const id = await no.evaluate((n) => n.dataset.cliente);
  await p.goto(`${URL_BASE}/clientes/${id}`);
  await botao(p, 'Marcar como contatado');
  await p.waitForSelector('[role=dialog] [name=observacoes]');
  await p.type('[role=dialog] [name=observacoes]', 'Volta na sexta');
  await botao(p, 'Marcar como contatado', '[role=dialog]');
  await temTexto(p, 'Contatos · 1');
  await botao(p, 'Contatos · 1');
  await temTexto(p, 'Volta na sexta');
});

test('the longest period leaves room before the next figure, at every width', async () => {
  const p = await abrir(acesso.admin, '/clientes');
  const { corpo } = await chamar(p, 'GET', '/api/v1/clients/search?size=1&sort=-valor_total');
  await p.goto(`${URL_BASE}/clientes/${corpo.items[0].id_cliente}`);
  const li = await p.waitForSelector('#conteudo ul > li');
  await li.evaluate((n) => {
    n.querySelector('p:nth-of-type(2) > *').lastChild.textContent = 'Perdido · 1.391 dias';
  });
  for (const aspecto of [{ largura: 2560 }, { largura: 1440 }, { largura: 768 }, { largura: 360 }]) {
    await aparencia(p, aspecto);
    const [etiqueta, vizinha] = await li.evaluate((n) => [
      n.querySelector('p:nth-of-type(2) > *').getBoundingClientRect().right,
      n.nextElementSibling.getBoundingClientRect().left,
    ]);
    // Below it, on a phone, is apart too.
    assert.ok(etiqueta + 8 <= vizinha || vizinha < etiqueta - 100, `${aspecto.largura}: ${etiqueta} px beside ${vizinha} px`);
  }
});
