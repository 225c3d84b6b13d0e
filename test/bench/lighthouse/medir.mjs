// Prints the scores of the screens and, below, what costs a point of the exact ones.
// The stack is given by CRM_URL and CRM_ACESSO: see ../web_lighthouse.sh.
import { readFileSync } from 'node:fs';

import lighthouse from 'lighthouse';
import puppeteer from 'puppeteer-core';

const { CRM_URL: URL_BASE, CRM_ACESSO, CRM_CHROMIUM = '/usr/bin/chromium' } = process.env;
const VEZES = Number(process.env.CRM_BENCH_VEZES ?? 3);
const acesso = JSON.parse(readFileSync(CRM_ACESSO, 'utf8'));

const TELAS = [
  ['login', undefined, '/'],
  ['board', acesso.vendedores[0], '/carteira'],
  ['search', acesso.admin, '/clientes'],
  ['statistics', acesso.admin, '/estatisticas'],
];
const EXATAS = ['accessibility', 'best-practices'];

async function entrar(pagina, { email, senha }) {
  await pagina.goto(URL_BASE);
  await pagina.waitForSelector('#campo-usuario');
  await pagina.type('#campo-usuario', email);
  await pagina.type('#campo-senha', senha);
  await pagina.click('button[type=submit]');
  await pagina.waitForSelector('#conteudo h1');
}

const meio = (ns) => [...ns].sort((a, b) => a - b)[Math.floor(ns.length / 2)];

const navegador = await puppeteer.launch({
  executablePath: CRM_CHROMIUM,
  acceptInsecureCerts: true,
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--lang=pt-BR', '--ignore-certificate-errors'],
});
const perdas = [];
const celula = (v, n) => String(v).padStart(n);
console.log(`${'screen'.padEnd(12)}${celula('accessibility', 14)}${celula('practices', 11)}${celula('performance', 13)}${celula('LCP s', 8)}${celula('TBT ms', 8)}${celula('CLS', 7)}`);
for (const [nome, quem, caminho] of TELAS) {
  const contexto = await navegador.createBrowserContext();
  const pagina = await contexto.newPage();
  pagina.setDefaultTimeout(60_000);
  if (quem) await entrar(pagina, quem);
  const rodadas = [];
  for (let n = 0; n < VEZES; n++) {
    // The session is kept; the cache is emptied by the load itself.
    const { lhr } = await lighthouse(URL_BASE + caminho, {
      onlyCategories: [...EXATAS, 'performance'], disableStorageReset: quem !== undefined, logLevel: 'error', output: 'json',
    }, undefined, pagina);
    if (lhr.runtimeError) throw new Error(`${nome}: ${lhr.runtimeError.message}`);
    rodadas.push(lhr);
    for (const c of EXATAS) {
      for (const { id, weight } of lhr.categories[c].auditRefs) {
        const { score, title, details } = lhr.audits[id];
        if (weight === 0 || score === null || score === 1) continue;
        const onde = (details?.items ?? []).slice(0, 3).map((i) => i.node?.selector ?? i.description ?? i.source ?? i.url ?? '').join(' | ');
        const texto = `${nome}: ${id}: ${title}: ${onde}`;
        if (!perdas.includes(texto)) perdas.push(texto);
      }
    }
  }
  const nota = (c, escolher) => Math.round(100 * escolher(rodadas.map((r) => r.categories[c].score)));
  const pior = (ns) => Math.min(...ns);
  const medida = (id) => meio(rodadas.map((r) => r.audits[id].numericValue));
  console.log(
    nome.padEnd(12) + celula(nota('accessibility', pior), 14) + celula(nota('best-practices', pior), 11) + celula(nota('performance', meio), 13) +
    celula((medida('largest-contentful-paint') / 1000).toFixed(1), 8) + celula(Math.round(medida('total-blocking-time')), 8) + celula(medida('cumulative-layout-shift').toFixed(3), 7),
  );
  await contexto.close();
}
await navegador.close();
for (const p of perdas) console.log(p);
