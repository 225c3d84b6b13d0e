// Frames of the seller's board; run by web_quadro.py.
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
const medir = () =>
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

async function dizer(nome) {
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

const rolar = (ate_) =>
  pagina.evaluate(
    async (c, fim) => {
      const caixa = document.querySelector(`[data-coluna="${c}"] ul`).parentElement;
      const prazo = performance.now() + 60_000;
      while (performance.now() < prazo) {
        const antes = caixa.scrollTop;
        caixa.scrollTop += 120;
        await new Promise((r) => requestAnimationFrame(r));
        const ultimo = Number([...caixa.querySelectorAll('li')].at(-1)?.getAttribute('aria-posinset'));
        if (ultimo >= fim) return ultimo;
        // The next page is on its way.
        if (caixa.scrollTop === antes) await new Promise((r) => setTimeout(r, 30));
      }
      return -1;
    },
    coluna,
    ate_,
  );

await medir();
console.log(`scrolled to card ${await rolar(t[coluna])} of ${t[coluna]}`);
await dizer('scrolling through all pages');

await medir();
await pagina.evaluate(async (c) => {
  const caixa = document.querySelector(`[data-coluna="${c}"] ul`).parentElement;
  for (let n = 0; n < 300; n++) {
    caixa.scrollTop -= 400;
    await new Promise((r) => requestAnimationFrame(r));
  }
}, coluna);
await dizer('scrolling back, all loaded');

const [id] = (await cartoes(pagina, coluna)).slice(4);
const de = await centro(pagina, `[data-cliente="${id}"] h3`);
const para = await centro(pagina, '[data-coluna="contatado"]');
await medir();
await pagina.mouse.move(de.x, de.y);
await pagina.mouse.down();
for (let n = 0; n < 6; n++) {
  await pagina.mouse.move(para.x, para.y, { steps: 40 });
  await pagina.mouse.move(de.x + 30, de.y + 10, { steps: 40 });
}
await pagina.mouse.up();
await dizer('dragging over the columns');

const eu = (await chamar(pagina, 'GET', '/api/auth/eu')).corpo.id;
let leituras = 0;
pagina.on('request', (r) => {
  if (r.url().includes('/meus-clientes/')) leituras += 1;
});
await medir();
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
await dizer('500 events in a second');
console.log(`readings caused by the burst: ${leituras}`);
await ate(pagina, () => document.querySelector('[data-cliente]') !== null);
await navegador.close();
