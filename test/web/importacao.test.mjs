// The import of clients in the browser: CSV and XLSX, refused rows, undo, hostile files (BUSCA-6, UI-3).
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, afterEach, before, describe, test } from 'node:test';

import { abrirNavegador, acesso, ate, chamar, entrar, novaPagina, parado, semRolagemLateral, semViolacoes, URL_BASE } from './comum.mjs';
import { bomba, bombaMentirosa, comMascara, cpfComZeros, gravar, novoCpf, xlsx } from './dados.mjs';

let navegador;
let pasta;
let abertas = [];
before(async () => {
  navegador = await abrirNavegador();
  pasta = mkdtempSync(`${tmpdir()}/crm-importacao-`);
});
after(async () => {
  await navegador.close();
  rmSync(pasta, { recursive: true });
});
afterEach(async () => {
  const falhas = abertas.flatMap((a) => a.falhas);
  for (const { contexto } of abertas) await contexto.close();
  abertas = [];
  assert.deepEqual(falhas, []);
});

async function abrir(opcoes) {
  const nova = await novaPagina(navegador, opcoes);
  abertas.push(nova);
  await entrar(nova.pagina, acesso.admin, '/importar');
  await nova.pagina.waitForSelector('[data-alvo]');
  return nova.pagina;
}

const temTexto = (p, texto) => ate(p, (t) => document.body.innerText.includes(t), texto);
const contagem = (p, qual, n) => ate(p, (q, v) => document.querySelector(`[data-contagem=${q}]`)?.textContent === v, qual, String(n));

async function botao(p, texto, onde = '') {
  const no = await p.waitForSelector(`${onde} ::-p-xpath(.//*[self::button or self::a][normalize-space(.)="${texto}"])`.trim(), { visible: true });
  await parado(p);
  await no.click();
}

async function enviar(p, nome, conteudo) {
  await (await p.$('input[type=file]')).uploadFile(gravar(pasta, nome, conteudo));
}

/** Uploads, maps as suggested, checks. */
async function conferir(p, nome, conteudo) {
  await enviar(p, nome, conteudo);
  await p.waitForSelector('[data-coluna]');
  await botao(p, 'Conferir');
  await p.waitForSelector('[data-contagem=incluir]');
}

async function executar(p) {
  await parado(p);
  await p.click('[data-executar]');
  await p.waitForSelector('[data-estado=concluida]');
}

const achar = async (p, cpf) => (await chamar(p, 'POST', '/api/v1/clients/search', { cpf })).corpo.items[0];

describe('CSV', () => {
  test('bad lines are shown, refused, downloaded, mended and imported; the columns are remembered', async () => {
    const p = await abrir();
    const [a, b, c] = [novoCpf(), novoCpf(), novoCpf()];
    const titulos = `CPF;Nome do cliente;Fone;Nota ${Date.now().toString(36)}`;
    const csv = [titulos, `${comMascara(a)};Alda Importada;11912345678;x`, `${b.slice(0, 10)}${(Number(b[10]) + 1) % 10};Bento Torto;;y`, `${comMascara(c)};Célia Importada;;z`].join('\r\n');
    await enviar(p, 'lote.csv', csv);
    await p.waitForSelector('[data-coluna="0"]');
    assert.deepEqual(await p.$$eval('[data-coluna]', (n) => n.slice(0, 2).map((s) => s.value)), ['cpf', 'nome_completo']);
    await p.select('[data-coluna="2"]', 'celular');
    await p.select('[data-coluna="3"]', 'celular');
    await temTexto(p, 'Duas colunas vão para Celular');
    await p.select('[data-coluna="3"]', 'cidade');
    await botao(p, 'Conferir');
    await contagem(p, 'incluir', 2);
    await contagem(p, 'recusar', 1);
    // What is wrong comes first.
    await ate(p, () => document.querySelectorAll('tbody tr').length === 1 && document.querySelector('tbody').innerText.includes('CPF'));
    await semViolacoes(p, 'preview');
    assert.equal(await achar(p, a), undefined, 'nothing is written before the last step');
    await executar(p);
    await contagem(p, 'incluidos', 2);
    await contagem(p, 'recusadas', 1);
    assert.equal((await achar(p, a)).nome_completo, 'Alda Importada');
    await semViolacoes(p, 'result');

    const sessao = await p.createCDPSession();
    await sessao.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: pasta, browserContextId: p.browserContext().id });
    await botao(p, 'Baixar as recusadas');
    const baixado = await esperarArquivo((n) => n.startsWith('recusadas-') && n.endsWith('.csv'));
    const recusadas = readFileSync(`${pasta}/${baixado}`, 'utf8');
    assert.match(recusadas, /motivo/);
    assert.match(recusadas, /Bento Torto/);
    assert.doesNotMatch(recusadas, /Alda/);

    // Mended, it goes in; its own columns were mapped a moment ago, but for "motivo".
    const linhas = recusadas.replace(/^\ufeff/, '').split(/\r?\n/);
    const corrigido = linhas.map((l) => l.replace(/\d{10}\d?(?=;|")/, b)).join('\r\n');
    await p.goto(`${URL_BASE}/importar`);
    await p.waitForSelector('[data-alvo]');
    await conferir(p, 'corrigido.csv', corrigido);
    await contagem(p, 'incluir', 1);
    await executar(p);
    assert.equal((await achar(p, b)).nome_completo, 'Bento Torto');

    // The same titles again: chosen as the last time.
    await p.goto(`${URL_BASE}/importar`);
    await p.waitForSelector('[data-alvo]');
    await enviar(p, 'lote2.csv', csv);
    await temTexto(p, 'mesma escolha da última vez');
    assert.deepEqual(await p.$$eval('[data-coluna]', (n) => n.map((s) => s.value)), ['cpf', 'nome_completo', 'celular', 'cidade']);
    await temTexto(p, 'Descartar este envio');
  });

  test('who is known is updated; undo gives back what was, but not what changed since', async () => {
    const p = await abrir();
    const [a, b, c] = [novoCpf(), novoCpf(), novoCpf()];
    const novo = async (cpf, nome_completo, cidade) => (await chamar(p, 'POST', '/api/v1/clients', { cpf, nome_completo, cidade })).corpo.id_cliente;
    const idA = await novo(a, 'Alba Antes', 'Santos');
    const idB = await novo(b, 'Bia Antes', 'Santos');
    await conferir(p, 'atualiza.csv', ['cpf;nome;cidade', `${a};Alba Antes;Campinas`, `${b};Bia Antes;Campinas`, `${c};Caio Novo;Campinas`].join('\n'));
    await contagem(p, 'incluir', 1);
    await contagem(p, 'atualizar', 2);
    await executar(p);
    await contagem(p, 'atualizados', 2);
    const ler = async (id) => (await chamar(p, 'GET', `/api/v1/clients/${id}`)).corpo;
    assert.equal((await ler(idA)).cidade, 'Campinas');
    const { versao } = await ler(idB);
    const status = await p.evaluate(async (id, v) => (await fetch(`/api/v1/clients/${id}`, { method: 'PATCH', headers: { 'Content-Type': 'application/json', 'If-Match': `"${v}"` }, body: '{"cidade":"Bauru"}' })).status, idB, versao);
    assert.equal(status, 200);

    await p.reload();
    await p.waitForSelector('[data-estado=concluida]');
    await botao(p, 'Desfazer a importação');
    await temTexto(p, 'Os cadastros novos são excluídos (1) e os atualizados voltam ao que eram (2).');
    await semViolacoes(p, 'undo');
    await botao(p, 'Desfazer a importação', '[role=dialog]');
    await p.waitForSelector('[data-estado=desfeita]');
    await contagem(p, 'desfeitas', 2);
    await contagem(p, 'mantidas', 1);
    assert.equal((await ler(idA)).cidade, 'Santos');
    assert.equal((await ler(idB)).cidade, 'Bauru');
    assert.equal(await achar(p, c), undefined);
  });

  test('the address of a step survives a reload; an upload can be given up', async () => {
    const p = await abrir();
    await conferir(p, 'meio.csv', `cpf;nome\n${novoCpf()};Davi Meio`);
    const endereco = await p.evaluate(() => location.pathname + location.search);
    assert.match(endereco, /^\/importar\/\d+\?passo=conferencia$/);
    await p.reload();
    await contagem(p, 'incluir', 1);
    await botao(p, 'Descartar este envio');
    await botao(p, 'Descartar', '[role=dialog]');
    await p.waitForSelector('[data-alvo]');
    await temTexto(p, 'meio.csv');
    // The page of earlier imports is in the address.
    await p.goto(`${URL_BASE}/importar?page=90`);
    await botao(p, 'Anterior');
    await ate(p, () => /^\?page=\d$/.test(location.search));
    await p.goBack();
    await ate(p, () => location.search === '?page=90' && document.body.innerText.includes('Página 90 de'));
  });
});

describe('XLSX', () => {
  test('text, numbers, days and lost zeros arrive as they should', async () => {
    const p = await abrir();
    const [a, b] = [cpfComZeros(), novoCpf()];
    await conferir(p, 'clientes.xlsx', xlsx({ Plan1: [['CPF', 'Nome', 'Nascimento', 'CEP'], [Number(a), 'Eva Planilha', { dia: 29221 }, 1310100], [comMascara(b), 'Fábio; "Fa" & Cia', null, '01310-100']] }));
    await contagem(p, 'incluir', 2);
    await executar(p);
    const eva = await achar(p, a);
    assert.equal(eva.nome_completo, 'Eva Planilha');
    assert.equal(eva.data_nascimento, '1980-01-01');
    assert.equal((await achar(p, b)).nome_completo, 'Fábio; "Fa" & Cia');
  });

  test('of several sheets one is chosen', async () => {
    const p = await abrir();
    const cpf = novoCpf();
    await enviar(p, 'duas.xlsx', xlsx({ Capa: [['nada']], Base: [['CPF', 'Nome'], [cpf, 'Gil Segunda']] }));
    await temTexto(p, 'Qual planilha?');
    await semViolacoes(p, 'sheets');
    await p.click('input[name=folha][value="2"]');
    await botao(p, 'Usar esta planilha');
    await p.waitForSelector('[data-coluna="1"]');
    await botao(p, 'Conferir');
    await contagem(p, 'incluir', 1);
  });

  test('formulas are refused with their cells; nothing goes up', async () => {
    const p = await abrir();
    const envios = [];
    p.on('request', (r) => r.method() === 'POST' && r.url().includes('/import') && envios.push(r.url()));
    await enviar(p, 'formulas.xlsx', xlsx({ A: [['CPF', 'Nome'], [novoCpf(), { f: 'A1&"x"' }]] }));
    await p.waitForSelector('[data-recusa=formulas]');
    await temTexto(p, 'Há fórmulas nas células B2');
    assert.deepEqual(envios, []);
    // Another file can be chosen at once.
    await p.waitForSelector('[data-alvo]');
  });

  test('zip bombs, honest and lying, are refused and the tab does not grow', async () => {
    const p = await abrir();
    const memoria = async () => {
      await p.evaluate(() => globalThis.gc?.());
      return (await p.metrics()).JSHeapTotalSize;
    };
    const antes = await memoria();
    for (const [nome, bytes] of [['honesta.xlsx', bomba(300)], ['mentirosa.xlsx', bombaMentirosa(300)]]) {
      assert.ok(bytes.length < 2_000_000, `${nome}: ${bytes.length} bytes`);
      await enviar(p, nome, bytes);
      await ate(p, (n) => document.querySelector('[data-recusa=bomba]')?.textContent.includes(n), nome);
    }
    // Its worker is gone as well; the browser tells of it in its own time.
    for (let i = 0; i < 600 && p.workers().length > 0; i++) await new Promise((pronto) => setTimeout(pronto, 100));
    assert.equal(p.workers().length, 0);
    assert.ok((await memoria()) - antes < 32_000_000);
  });

  test('an old Excel file, a picture and nothing are named', async () => {
    const p = await abrir();
    await enviar(p, 'velho.xls', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]));
    await p.waitForSelector('[data-recusa=xls]');
    await enviar(p, 'vazio.csv', '');
    await p.waitForSelector('[data-recusa=vazio]');
    await enviar(p, 'quebrada.xlsx', Buffer.from('PK\u0003\u0004 nada'));
    await p.waitForSelector('[data-recusa=danificado]');
  });
});

test('by keyboard alone: from the mapping to the result', async () => {
  const p = await abrir();
  await enviar(p, 'teclado.csv', `cpf;nome\n${novoCpf()};Hugo Teclado`);
  await p.waitForSelector('[data-coluna="1"]');
  const ateFocar = async (texto) => {
    for (let i = 0; i < 40; i++) {
      if (await p.evaluate((t) => document.activeElement?.textContent?.trim().startsWith(t) ?? false, texto)) return;
      await p.keyboard.press('Tab');
    }
    assert.fail(`Tab never reached ${texto}`);
  };
  await ateFocar('Conferir');
  await p.keyboard.press('Enter');
  await contagem(p, 'incluir', 1);
  // The button that was pressed is gone: the title has the focus.
  await ate(p, () => document.activeElement?.tagName === 'H1');
  await ateFocar('Importar 1 linha');
  await p.keyboard.press('Enter');
  await p.waitForSelector('[data-estado=concluida]');
  await ate(p, () => document.activeElement?.tagName === 'H1');
});

test('who may not import is told so', async () => {
  const nova = await novaPagina(navegador);
  abertas.push(nova);
  await entrar(nova.pagina, acesso.vendedores[1], '/importar');
  await ate(nova.pagina, () => document.querySelector('h1')?.textContent === 'Sem acesso a esta tela');
});

for (const aspecto of [
  { nome: 'light 1440', largura: 1440 },
  { nome: 'dark 768', largura: 768, altura: 1024, escuro: true },
  { nome: 'light 360', largura: 360, altura: 740, toque: true },
]) {
  test(`every step: axe and width, ${aspecto.nome}`, async () => {
    const p = await abrir(aspecto);
    const ver = async (nome) => {
      await ate(p, () => document.querySelector('[aria-busy=true]') === null);
      await semViolacoes(p, `${aspecto.nome} ${nome}`);
      await semRolagemLateral(p, `${aspecto.nome} ${nome}`);
    };
    await ver('file');
    const [icone, escolher] = await p.$$eval('[data-alvo] > svg, [data-alvo] > button', (nos) => nos.map((n) => n.getBoundingClientRect().toJSON()));
    assert.ok(icone.bottom <= escolher.top, 'the icon stands above the button');
    await enviar(p, 'aspecto.csv', ['CPF;Nome completo do cliente conforme documento;E-mail', `${novoCpf()};Íris Aspecto;iris@exemplo.test`, '123;Sem CPF;x'].join('\n'));
    await p.waitForSelector('[data-coluna]');
    await ver('columns');
    await botao(p, 'Conferir');
    await contagem(p, 'incluir', 1);
    await ver('check');
    await executar(p);
    await ver('result');
  });
}

async function esperarArquivo(qual) {
  for (let i = 0; i < 600; i++) {
    const nome = readdirSync(pasta).find(qual);
    if (nome !== undefined) return nome;
    await new Promise((r) => setTimeout(r, 100));
  }
  assert.fail('no download');
}
