// Checks the download size of each screen in dist against its budget.
//
// A screen costs its chunk and all that the chunk imports statically, less what
// the first route has loaded already. Units: bytes; kB = 1000 bytes.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const DIST = new URL('../dist/', import.meta.url).pathname;

/** [screen, chunk, gzip kB, brotli kB]; `null` is the first route. */
const LIMITES = [
  ['entrar', null, 185, 160],
  ['casca', 'casca', 60, 52],
  ['carteira', 'carteira', 45, 38],
  ['pesquisa', 'pesquisa', 60, 52],
  ['clientes', 'clientes', 60, 52],
  ['periodos', 'periodos', 60, 52],
  ['quadro', 'quadro-gestao', 50, 45],
  ['redistribuicao', 'redistribuicao', 60, 52],
  ['estatisticas', 'estatisticas', 45, 38],
  ['relatorios', 'relatorios', 45, 38],
  ['graficos', 'grafico-barras', 120, 105],
  ['usuarios', 'usuarios', 60, 52],
  ['vendedores', 'vendedores', 60, 52],
  ['configuracoes', 'configuracoes', 60, 52],
  ['auditoria', 'auditoria', 45, 38],
  ['conta', 'conta', 45, 38],
  ['cliente', 'cliente', 60, 52],
  ['cliente-novo', 'cliente-novo', 60, 52],
  ['cliente-editar', 'cliente-editar', 60, 52],
  ['importar', 'importar', 45, 38],
  ['importacao', 'importacao', 60, 52],
  ['exportacoes', 'minhas-exportacoes', 45, 38],
  ['exportar-dialogo', 'exportar-dialogo', 45, 38],
  ['planilha.worker', 'planilha.worker', 25, 22],
];

const arquivos = readdirSync(join(DIST, 'assets')).filter((f) => f.endsWith('.js'));

/** All chunks a chunk needs before it runs, itself included. */
function fecho(raiz, vistos = new Set()) {
  if (vistos.has(raiz)) return vistos;
  vistos.add(raiz);
  const texto = readFileSync(join(DIST, 'assets', raiz), 'utf8');
  for (const [, nome] of texto.matchAll(/(?:from|import)\s*"\.\/([\w.-]+\.js)"/g)) {
    if (arquivos.includes(nome)) fecho(nome, vistos);
  }
  return vistos;
}

function bytes(nomes, sufixo) {
  let soma = 0;
  for (const nome of nomes) soma += statSync(join(DIST, nome + sufixo)).size;
  return soma;
}

const html = readFileSync(join(DIST, 'index.html'), 'utf8');
const entrada = /<script[^>]+src="\/assets\/([\w.-]+\.js)"/.exec(html)?.[1];
if (!entrada) throw new Error('index.html loads no script');
// The entry imports the rest of the first screen by itself: src/main.ts.
const primeira = fecho(entrada);
for (const parte of ['react', 'estado', 'mui', 'app']) {
  const arquivo = arquivos.find((f) => new RegExp(`^${parte}-[\\w-]{8}\\.js$`).test(f));
  if (!arquivo) throw new Error(`no chunk ${parte} in dist`);
  fecho(arquivo, primeira);
}
const casca = achar('casca');
const depoisDaCasca = casca ? new Set([...primeira, ...fecho(casca)]) : primeira;
const folhas = [...html.matchAll(/href="\/(assets\/[\w.-]+\.css)"/g)].map((m) => m[1]);

/** A screen's chunk; the worker is the only one that is not a screen. */
function achar(nome) {
  return arquivos.find((f) => new RegExp(`^${nome.includes('.worker') ? '' : 'tela-'}${nome}-[\\w-]{8}\\.js$`).test(f));
}

function custo(chunk) {
  if (chunk === null) return ['index.html', ...folhas, ...[...primeira].map((f) => `assets/${f}`)];
  const arquivo = achar(chunk);
  if (!arquivo) return null;
  const antes = chunk === 'casca' ? primeira : depoisDaCasca;
  return [...fecho(arquivo)].filter((f) => !antes.has(f)).map((f) => `assets/${f}`);
}

let estouros = 0;
console.log('tela'.padEnd(16), 'gzip kB'.padStart(16), 'brotli kB'.padStart(16));
for (const [tela, chunk, gz, br] of LIMITES) {
  const nomes = custo(chunk);
  if (nomes === null) {
    console.error(`${tela}: no chunk in dist`);
    estouros++;
    continue;
  }
  const medidos = [bytes(nomes, '.gz') / 1000, bytes(nomes, '.br') / 1000];
  const estourou = medidos[0] > gz || medidos[1] > br;
  if (estourou) estouros++;
  console.log(
    tela.padEnd(16),
    `${medidos[0].toFixed(1)} / ${gz}`.padStart(16),
    `${medidos[1].toFixed(1)} / ${br}`.padStart(16),
    estourou ? ' OVER' : '',
  );
}

const mapas = readdirSync(DIST, { recursive: true }).filter((f) => String(f).endsWith('.map'));
if (mapas.length > 0) {
  console.error(`source maps in dist: ${mapas.join(', ')}`);
  estouros++;
}
if (/<style|<script(?![^>]*\bsrc=)|\son\w+=/i.test(html)) {
  console.error('index.html has an inline script, style or handler');
  estouros++;
}
if (/rel="(?:module)?preload"/.test(html)) {
  console.error('index.html preloads files: they delay the first paint (src/main.ts asks for them after it)');
  estouros++;
}
process.exit(estouros === 0 ? 0 : 1);
