// Frames of the seller's board, then of the team's; run by web_quadro.py.
import { loadavg } from 'node:os';

import { abrirNavegador, acesso, ate, cartoes, centro, chamar, entrar, novaPagina, totais } from '../web/comum.mjs';

const navegador = await abrirNavegador();
const { pagina } = await novaPagina(navegador);
await entrar(pagina, acesso.vendedores[0], '/carteira');
await pagina.waitForSelector('[data-cliente]');
const t = await totais(pagina);
const coluna = t.a_contatar_46_60 > t.a_contatar_30_45 ? 'a_contatar_46_60' : 'a_contatar_30_45';
console.log(`cards: ${JSON.stringify(t)}; load ${loadavg().map((n) => n.toFixed(1)).join(' ')}`);

/** Starts to note the time between frames. */
const medir = (pagina) =>
  pagina.evaluate(() => {
    globalThis.__quadros = [];
    let antes = performance.now();
    const passo = () => {
      const agora = performance.now();
      globalThis.__quadros.push(agora - antes);
      antes = agora;
      if (globalThis.__quadros !== null && !globalThis.__parar) requestAnimationFrame(passo);
    };
    globalThis.__parar = false;
    requestAnimationFrame(passo);
  });

async function dizer(pagina, nome) {
  const q = await pagina.evaluate(() => {
    globalThis.__parar = true;
    return globalThis.__quadros.slice(1);
  });
  q.sort((a, b) => a - b);
  const p = (f) => q[Math.min(q.length - 1, Math.floor(q.length * f))].toFixed(1).padStart(7);
  const nos = await pagina.evaluate(() => document.querySelectorAll('*').length);
  const ncartoes = (await pagina.$$('[data-cliente]')).length;
  console.log(`${nome.padEnd(28)} frames ${String(q.length).padStart(5)}  p50 ${p(0.5)}  p95 ${p(0.95)}  p99 ${p(0.99)}  max ${p(1)} ms   cards in the DOM ${ncartoes}, nodes ${nos}`);
}

/** Scrolls a column down to a card; the number of the last one drawn. */
const rolar = (pagina, coluna, fim) =>
  pagina.evaluate(
    async (c, ultima) => {
      const caixa = document.querySelector(`[data-coluna="${c}"] ul`).parentElement;
      const prazo = performance.now() + 120_000;
      while (performance.now() < prazo) {
        const antes = caixa.scrollTop;
        caixa.scrollTop += 120;
        await new Promise((r) => requestAnimationFrame(r));
        const ultimo = Number([...caixa.querySelectorAll('li')].at(-1)?.getAttribute('aria-posinset'));
        if (ultimo >= ultima) return ultimo;
        // The next page is on its way.
        if (caixa.scrollTop === antes) await new Promise((r) => setTimeout(r, 30));
      }
      return -1;
    },
    coluna,
    fim,
  );

/** Down through all pages of a column, back, and a card of it over another column; the card. */
async function percorrer(pagina, coluna, total, alvo) {
  await medir(pagina);
  console.log(`scrolled to card ${await rolar(pagina, coluna, total)} of ${total}`);
  await dizer(pagina, 'scrolling through all pages');

  await medir(pagina);
  await pagina.evaluate(async (c) => {
    const caixa = document.querySelector(`[data-coluna="${c}"] ul`).parentElement;
    for (let n = 0; n < 300; n++) {
      caixa.scrollTop -= 400;
      await new Promise((r) => requestAnimationFrame(r));
    }
  }, coluna);
  await dizer(pagina, 'scrolling back, all loaded');

  const [id] = (await cartoes(pagina, coluna)).slice(4);
  const de = await centro(pagina, `[data-cliente="${id}"] h3`);
  const para = await centro(pagina, `[data-coluna="${alvo}"]`);
  await medir(pagina);
  await pagina.mouse.move(de.x, de.y);
  await pagina.mouse.down();
  for (let n = 0; n < 6; n++) {
    await pagina.mouse.move(para.x, para.y, { steps: 40 });
    await pagina.mouse.move(de.x + 30, de.y + 10, { steps: 40 });
  }
  await pagina.mouse.up();
  await dizer(pagina, 'dragging over the columns');
  return id;
}

const id = await percorrer(pagina, coluna, t[coluna], 'contatado');

const eu = (await chamar(pagina, 'GET', '/api/auth/eu')).corpo.id;
let leituras = 0;
pagina.on('request', (r) => {
  if (r.url().includes('/meus-clientes/')) leituras += 1;
});
await medir(pagina);
await pagina.evaluate(
  async (vendedor, cliente) => {
    const s = globalThis.__sockets.filter((x) => x.readyState === 1).at(-1);
    for (let i = 0; i < 500; i++) {
      s.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ seq: 1_000_000 + i, tipo: i % 2 ? 'proximo_passo' : 'cliente_realocado', dados: { vendedor_id: vendedor, cliente_id: cliente } }) }));
      if (i % 10 === 9) await new Promise((r) => setTimeout(r, 20));
    }
    await new Promise((r) => setTimeout(r, 3000));
  },
  eu,
  Number(id),
);
await dizer(pagina, '500 events in a second');
console.log(`readings caused by the burst: ${leituras}`);
await ate(pagina, () => document.querySelector('[data-cliente]') !== null);
await pagina.close();

const { pagina: equipe } = await novaPagina(navegador);
await entrar(equipe, acesso.admin, '/quadro');
await equipe.waitForSelector('[data-cliente]');
console.log(`team's board: ${JSON.stringify(await totais(equipe))}; load ${loadavg().map((n) => n.toFixed(1)).join(' ')}`);
await percorrer(equipe, String(eu), (await totais(equipe))[eu], 'sem_vendedor');
await navegador.close();
