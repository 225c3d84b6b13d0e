// Audit: before and after, filters in the address, pages by keyset, histories, verification, keyboard, rights (AUDIT-1, AUDIT-2, AUDIT-3, UI-3).
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';

import { abrirNavegador, acesso, ate, chamar, entrar, novaPagina, parado, semRolagemLateral, sql } from './comum.mjs';

let navegador, pagina, contexto, falhas, cliente;

before(async () => {
  navegador = await abrirNavegador();
});
after(() => navegador.close());

beforeEach(async () => {
  ({ pagina, contexto, falhas } = await novaPagina(navegador));
});
afterEach(async () => {
  await contexto.close();
  assert.deepEqual(falhas, []);
});

const linhas = () => pagina.$$eval('[data-registro]', (l) => l.map((n) => Number(n.dataset.registro)));
const listada = () => ate(pagina, () => document.querySelector('[data-lista], #conteudo [data-antigas]') !== null && document.querySelector('[aria-busy=true]') === null);
const ir = async (caminho) => {
  await pagina.evaluate((c) => history.pushState(null, '', c), caminho);
  await ate(pagina, () => document.querySelector('[data-lista]') !== null && document.querySelector('[aria-busy=true]') === null);
};
/** The sides of each field of the open record, or of the first one with its difference shown. */
const diferenca = (onde) =>
  pagina.$eval(`${onde} [data-diferenca]`, (dl) =>
    Object.fromEntries([...dl.querySelectorAll('dt')].map((dt) => [dt.dataset.campo, [...dt.nextElementSibling.querySelectorAll('del, ins')].map((n) => `${n.tagName === 'DEL' ? '-' : '+'}${n.querySelector('span:last-child').textContent}`)])),
  );

async function mudarCliente(cidade) {
  const { corpo } = await chamar(pagina, 'GET', `/api/v1/clients/${cliente}`);
  const r = await pagina.evaluate(
    async (id, versao, nova) => (await fetch(`/api/v1/clients/${id}`, { method: 'PATCH', headers: { 'Content-Type': 'application/json', 'If-Match': `"${versao}"`, 'Idempotency-Key': crypto.randomUUID() }, body: JSON.stringify({ cidade: nova }) })).status,
    cliente,
    corpo.versao,
    cidade,
  );
  assert.equal(r, 200);
  return corpo.cidade;
}

test('a change shows before and after; the record tells its history, from its own screen, too', async () => {
  await entrar(pagina, acesso.admin, '/auditoria');
  cliente = (await chamar(pagina, 'POST', '/api/v1/clients/search', { size: 1 })).corpo.items[0].id_cliente;
  const nova = `Olinda ${Date.now()}`;
  const antes = await mudarCliente(nova);
  await ir('/auditoria?tabela=clientes&acao=alterar');
  await pagina.click('[data-registro] > button');
  await pagina.waitForSelector('[data-detalhe]');
  assert.deepEqual(await diferenca('[data-detalhe]'), { cidade: [`-${antes ?? 'vazio'}`, `+${nova}`] });
  await pagina.click('[data-detalhe] [data-historico]');
  await ate(pagina, (id) => document.querySelector('#conteudo h1')?.textContent === `Histórico: Cliente nº ${id}` && document.querySelector('[data-diferenca]') !== null, cliente);
  assert.deepEqual(await diferenca('[data-lista]'), { cidade: [`-${antes ?? 'vazio'}`, `+${nova}`] });
  const doServidor = (await chamar(pagina, 'GET', `/api/admin/auditoria?tabela=clientes&registro_id=${cliente}&size=50`)).corpo.items;
  assert.deepEqual(await linhas(), doServidor.map((r) => r.id));

  // From the record of the client.
  await pagina.evaluate((id) => history.pushState(null, '', `/clientes/${id}`), cliente);
  await (await pagina.waitForSelector('[data-acoes-da-tela] button[aria-haspopup=menu]')).click();
  await (await pagina.waitForSelector('[role=menu] [data-acao=historico]', { visible: true })).click();
  await ate(pagina, (id) => location.search === `?tabela=clientes&registro=${id}` && document.querySelector('[data-lista]') !== null, cliente);
});

test('histories of a user and of a setting, and of nothing else', async () => {
  await entrar(pagina, acesso.admin, '/usuarios');
  const { usuarios } = (await chamar(pagina, 'GET', '/api/admin/usuarios?busca=vendedor1')).corpo;
  assert.equal((await chamar(pagina, 'POST', `/api/admin/usuarios/${usuarios[0].id}/desbloquear`, {})).status, 200);
  await (await pagina.waitForSelector(`#conteudo button[aria-label="Ações para ${usuarios[0].nome}"]`)).click();
  await (await pagina.waitForSelector('[role=menu] [data-acao=historico]', { visible: true })).click();
  await ate(pagina, (id) => document.querySelector('#conteudo h1')?.textContent === `Histórico: Usuário nº ${id}` && document.querySelector('[data-registro]') !== null, usuarios[0].id);

  const anterior = (await chamar(pagina, 'GET', '/api/admin/configuracoes')).corpo.configuracoes.find((c) => c.chave === 'contato').valor;
  for (const valor of ['ajuda@exemplo.test', anterior]) assert.equal((await chamar(pagina, 'PATCH', '/api/admin/configuracoes', { mudancas: { contato: valor } })).status, 200);
  await pagina.evaluate(() => history.pushState(null, '', '/configuracoes'));
  await (await pagina.waitForSelector('[data-historico=contato]')).click();
  await ate(pagina, () => document.querySelector('#conteudo h1')?.textContent === 'Histórico: Configuração “contato”' && document.querySelector('[data-diferenca]') !== null);
  assert.deepEqual((await diferenca('[data-lista]')).valor, ['-ajuda@exemplo.test', `+${anterior || 'vazio'}`]);
  const { items } = (await chamar(pagina, 'GET', '/api/admin/auditoria?tabela=configuracoes&chave=contato')).corpo;
  assert.deepEqual(await linhas(), items.map((r) => r.id));
  assert.ok(items.every((r) => (r.depois ?? r.antes).chave === 'contato'));
  // The file has what the screen has.
  const exportadas = await pagina.evaluate(async () => {
    const corpo = { origem: 'auditoria', filters: { tabela: 'configuracoes', chave: 'contato' }, fields: ['id', 'acao'] };
    const r = await fetch('/api/v1/exports?format=csv', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() }, body: JSON.stringify(corpo) });
    return (await r.text()).trim().split('\r\n').slice(1).map((l) => Number(l.split(',')[0]));
  });
  assert.deepEqual(exportadas, items.map((r) => r.id));
});

test('filters and pages: nothing twice, nothing left out; Back returns', async () => {
  // More than a page, by a role of the database and in one statement each.
  sql("DO $$ BEGIN FOR i IN 1..60 LOOP UPDATE crm.produtos SET preco = coalesce(preco, 0) + i WHERE id = (SELECT min(id) FROM crm.produtos); END LOOP; END $$");
  await entrar(pagina, acesso.admin, '/auditoria?tabela=produtos&acao=alterar');
  await listada();
  const primeira = await linhas();
  assert.equal(primeira.length, 50);
  await pagina.click('[data-antigas]');
  await ate(pagina, (n) => location.search.includes('cursor=') && Number(document.querySelector('[data-registro]')?.dataset.registro) < n, primeira.at(-1));
  const segunda = await linhas();
  const todas = (await chamar(pagina, 'GET', '/api/admin/auditoria?tabela=produtos&acao=alterar&size=100')).corpo.items.map((r) => r.id);
  assert.deepEqual([...primeira, ...segunda], todas.slice(0, primeira.length + segunda.length));
  await pagina.goBack();
  await ate(pagina, (n) => Number(document.querySelector('[data-registro]')?.dataset.registro) === n, primeira[0]);

  // Who: chosen from the list of users.
  const eu = (await chamar(pagina, 'GET', '/api/auth/eu')).corpo;
  await ir(`/auditoria?usuario=${eu.id}&acao=login&periodo=7d`);
  const { items } = (await chamar(pagina, 'GET', `/api/admin/auditoria?usuario_id=${eu.id}&acao=login&size=50`)).corpo;
  assert.deepEqual(await linhas(), items.map((r) => r.id));
  await ate(pagina, (nome) => [...document.querySelectorAll('[role=search] [role=combobox]')].some((n) => n.textContent === nome), eu.nome);

  // A request that is no one's.
  await pagina.type('input[name=requisicao]', 'nao-existe');
  await ate(pagina, () => location.search.includes('requisicao=nao-existe') && document.querySelector('[data-lista]') === null);
  await (await pagina.waitForSelector('::-p-text(Limpar filtros)')).click();
  await ate(pagina, () => location.search === '' && document.querySelector('[data-lista]') !== null);
});

test('the trail is verified, also against a seal that was noted', async () => {
  await entrar(pagina, acesso.admin, '/auditoria');
  // The first seal comes some seconds after the first row.
  await ate(pagina, async () => (await (await fetch('/api/admin/auditoria/verificar')).json()).selo !== null);
  await pagina.click('[data-verificar]');
  const selo = await (await pagina.waitForSelector('[data-verificacao=integra] [data-selo]')).evaluate((n) => n.textContent);
  assert.match(selo, /^\d+:[0-9a-f]{64}$/);
  // The button was disabled while the server worked, and has its focus back.
  await ate(pagina, () => document.activeElement === document.querySelector('[data-verificar]'));
  await pagina.type('input[name=selo]', selo);
  await pagina.click('[data-verificacao] button[type=submit]');
  await ate(pagina, () => document.querySelector('[data-verificar]').disabled === false && document.querySelector('[data-verificacao=integra]') !== null);
  // Another hash under that number: the trail is not the one that was noted.
  await pagina.$eval('input[name=selo]', (n) => n.select());
  await pagina.type('input[name=selo]', selo.replace(/.$/, (c) => (c === '0' ? '1' : '0')));
  await pagina.keyboard.press('Enter');
  await pagina.waitForSelector('[data-verificacao=rompida] [data-problema]');
  // What the filter took away had the focus: the title has it.
  await ir('/auditoria?acao=login');
  await pagina.click('[data-registro] > button');
  await (await pagina.waitForSelector('[data-detalhe] [data-historico]')).click();
  await ate(pagina, () => document.activeElement?.tagName === 'H1' && document.activeElement.textContent.startsWith('Histórico'));
});

test('by keyboard alone: arrows walk, Enter opens, closing gives the focus back', async () => {
  await entrar(pagina, acesso.admin, '/auditoria?tabela=produtos&acao=alterar');
  await listada();
  const [a, b] = await linhas();
  await pagina.focus(`[data-registro="${a}"] > button`);
  await pagina.keyboard.press('ArrowDown');
  await ate(pagina, (id) => document.activeElement?.id === `registro-${id}`, b);
  await pagina.keyboard.press('Enter');
  await pagina.waitForSelector(`[data-detalhe="${b}"]`);
  await pagina.focus('[data-detalhe] [aria-label="Fechar o detalhe"]');
  await pagina.keyboard.press('Enter');
  await ate(pagina, (id) => document.querySelector('[data-detalhe]') === null && document.activeElement?.id === `registro-${id}`, b);
});

test('on a phone a record opens as a sheet; a seller sees nothing of it', async () => {
  const fone = await novaPagina(navegador, { largura: 360, altura: 740, toque: true });
  await entrar(fone.pagina, acesso.admin, '/auditoria?tabela=produtos');
  await fone.pagina.waitForSelector('[data-registro] > button');
  await parado(fone.pagina);
  await fone.pagina.tap('[data-registro] > button');
  await fone.pagina.waitForSelector('[role=dialog] [data-detalhe] del', { visible: true });
  await semRolagemLateral(fone.pagina, 'auditoria 360');
  assert.deepEqual(fone.falhas, []);
  await fone.contexto.close();

  await entrar(pagina, acesso.vendedores[0], '/auditoria');
  await ate(pagina, () => document.querySelector('#conteudo h1')?.textContent.includes('Sem acesso'));
  assert.equal((await chamar(pagina, 'GET', '/api/admin/auditoria')).status, 403);
});
