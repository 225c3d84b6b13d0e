// Every screen, loaded anew: two requests at most besides those of the shell, each answer of 30 kB at most as it travels (UI-1, UI-3).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { abrirNavegador, acesso, chamar, entrar, novaPagina, URL_BASE } from './comum.mjs';
import { pronta, TELAS } from './telas.mjs';

/** The shell's, whatever the screen: who I am, and what the company shows to everybody. */
const DA_CASCA = new Set(['/api/auth/eu', '/api/auth/publico']);
const PEDIDOS_MAX = 2;
const BYTES_MAX = 30 * 1024;

let navegador;
before(async () => {
  navegador = await abrirNavegador();
});
after(() => navegador.close());

const primeiroVendedor = async (p) => (await chamar(p, 'GET', '/api/admin/vendedores')).corpo.vendedores[0].id;
/** A filter by seller in the address needs no request for the name. */
const COM_VENDEDOR = ['/periodos?', '/carteiras?', '/quadro?por=periodo&', '/relatorios?', '/relatorios?aba=contatos&', '/relatorios?aba=previsao&', '/relatorios?aba=uso&'].map((c) => ({
  nome: `${c}vendedor`,
  quem: acesso.admin,
  caminho: async (p) => `${c}vendedor=${await primeiroVendedor(p)}`,
}));

for (const [quem, de] of [[acesso.admin, 'the administrator'], [acesso.vendedores[2], 'a seller']]) {
  test(`screens of ${de}`, async (t) => {
    const { pagina, contexto, falhas } = await novaPagina(navegador);
    await entrar(pagina, quem, '/conta');
    await pronta(pagina);
    const demais = [];
    for (const tela of [...TELAS, ...COM_VENDEDOR].filter((x) => x.quem === quem && x.abrir === undefined)) {
      const caminho = typeof tela.caminho === 'string' ? tela.caminho : await tela.caminho(pagina);
      const respostas = [];
      const anotar = (r) => {
        const { pathname } = new URL(r.url());
        if (pathname.startsWith('/api/') && !DA_CASCA.has(pathname)) respostas.push({ pathname, bytes: Number(r.headers()['content-length'] ?? 0) });
      };
      pagina.on('response', anotar);
      await pagina.goto(URL_BASE + caminho, { waitUntil: 'domcontentloaded' });
      await pronta(pagina);
      pagina.off('response', anotar);
      const linha = `${tela.nome} ${respostas.length}: ${respostas.map((r) => `${r.pathname} ${r.bytes}`).join(', ')}`;
      t.diagnostic(linha);
      if (respostas.length > PEDIDOS_MAX || respostas.some((r) => r.bytes > BYTES_MAX)) demais.push(linha);
    }
    assert.deepEqual(demais, []);
    assert.deepEqual(falhas, []);
    await contexto.close();
  });
}
