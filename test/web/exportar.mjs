// Helpers of the export tests: the dialog, and files caught where the page hands them over.
import { ate, parado } from './comum.mjs';

/**
 * Keeps what the page saves in `__arquivos`; the same in both browsers, whatever
 * their download folder. With `tambem` the browser gets it as well.
 */
export function guardarDownloads(pagina, { tambem = false } = {}) {
  return pagina.evaluateOnNewDocument((aoNavegador) => {
    const blobs = new Map();
    globalThis.__arquivos = [];
    const criar = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (b) => {
      const url = criar(b);
      blobs.set(url, b);
      return url;
    };
    const clicar = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function () {
      const blob = blobs.get(this.href);
      if (blob !== undefined) void blob.text().then((texto) => globalThis.__arquivos.push({ nome: this.download, tamanho: blob.size, texto }));
      if (blob === undefined || aoNavegador) clicar.call(this);
    };
  }, tambem);
}

/** The files so far, once there are `n`. */
export async function arquivos(pagina, n) {
  await ate(pagina, (quantos) => globalThis.__arquivos.length >= quantos, n);
  return pagina.evaluate(() => globalThis.__arquivos);
}

export async function abrirExportar(pagina, origem) {
  await ate(pagina, () => document.querySelector('[role=dialog]') === null);
  const botao = await pagina.waitForSelector(`[data-exportar=${origem}]`, { visible: true });
  await botao.click();
  const dialogo = await pagina.waitForSelector('[role=dialog]:has([data-campo])');
  await parado(pagina);
  return dialogo;
}

/** Columns that are chosen, in their order. */
export const marcadas = (pagina) => pagina.$$eval('[data-campo]:has(input:checked)', (nos) => nos.map((n) => n.dataset.campo));

/** The column that has the focus. */
export const linha = (pagina) => pagina.evaluate(() => document.activeElement?.closest('[data-campo]')?.dataset.campo);

/** Rows and cells of RFC 4180 text. */
export function csv(texto) {
  const linhas = [];
  let celulas = [];
  for (const [tudo, citada, nua, fim] of texto.replace(/^\ufeff/, '').matchAll(/(?:"((?:[^"]|"")*)"|([^"\r\n,]*))(,|\r\n|$)/g)) {
    if (tudo === '' && celulas.length === 0) break;
    celulas.push(citada === undefined ? nua : citada.replaceAll('""', '"'));
    if (fim === ',') continue;
    linhas.push(celulas);
    celulas = [];
    if (fim === '') break;
  }
  return linhas;
}
