// What the browser tests share: a browser, users, failures of the page, axe.
//
// The stack to test is given by CRM_URL, CRM_ACESSO (path of acesso.json) and CRM_SOCK (socket of its database);
// CRM_NAVEGADOR=firefox drives firefox-esr, by WebDriver BiDi, instead of chromium;
// CRM_CHROMIUM and CRM_FIREFOX name other programs.
//
// What Firefox cannot do here, and what stands in for it:
// - Headless, it has no drag service: a drag begins and moves by the mouse, the
//   drop is an event of the page (`arrastar`).
// - WebDriver BiDi emulates no media features: a phone is a browser of its own
//   with a coarse pointer, dark is the theme chosen on this machine.
// - BiDi knows offline, but no slow network: that test says so and ends.
//
// Pages ask for reduced motion: a fade is no wait. What moves is looked at where a
// test asks for it (`movimento`).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const exigir = createRequire(new URL('../../web/package.json', import.meta.url));
const puppeteer = exigir('puppeteer-core');
const AXE = readFileSync(exigir.resolve('axe-core/axe.min.js'), 'utf8');

export const URL_BASE = process.env.CRM_URL ?? 'https://localhost:8443';
export const acesso = JSON.parse(readFileSync(process.env.CRM_ACESSO ?? '.run/acesso.json', 'utf8'));

/** Nothing is awaited longer, ms: a full machine is slow, and no failure. */
export const LIMITE_MS = 120_000;

export const FIREFOX = process.env.CRM_NAVEGADOR === 'firefox';

/** The headless shell draws with half the work of the whole browser, which stands in where it is not installed. */
const CHROMIUM = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find(existsSync);

export function abrirNavegador() {
  if (FIREFOX) return abrirFirefox({ 'ui.prefersReducedMotion': 1 });
  return puppeteer.launch({
    executablePath: process.env.CRM_CHROMIUM ?? CHROMIUM,
    headless: 'shell',
    acceptInsecureCerts: true,
    timeout: LIMITE_MS,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--lang=pt-BR', '--force-color-profile=srgb'],
  });
}

function abrirFirefox(preferencias) {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.CRM_FIREFOX ?? '/usr/bin/firefox-esr',
    acceptInsecureCerts: true,
    timeout: LIMITE_MS,
    extraPrefsFirefox: { 'intl.accept_languages': 'pt-BR', 'intl.locale.requested': 'pt-BR', ...preferencias },
  });
}

/** The phone beside each Firefox; it closes with it. */
const telefones = new WeakMap();

function telefone(navegador) {
  if (!telefones.has(navegador)) {
    const aberto = abrirFirefox({ 'ui.primaryPointerCapabilities': 1, 'ui.allPointerCapabilities': 1, 'ui.prefersReducedMotion': 1 });
    telefones.set(navegador, aberto);
    navegador.once('disconnected', async () => (await aberto).close());
  }
  return telefones.get(navegador);
}

const sessoesCdp = new WeakMap();

/** One session of the protocol for each page: what it emulates ends with it. */
async function sessaoCdp(pagina) {
  if (!sessoesCdp.has(pagina)) sessoesCdp.set(pagina, await pagina.createCDPSession());
  return sessoesCdp.get(pagina);
}

/** Width, and what is emulated besides: BiDi knows neither touch nor media features yet. */
export async function aparencia(pagina, { largura = 1440, altura = 900, densidade = 1, escuro = false, toque = false, movimento = false, forcadas = false } = {}) {
  if (FIREFOX) {
    await pagina.setViewport({ width: largura, height: altura, hasTouch: toque });
    return;
  }
  await pagina.setViewport({ width: largura, height: altura, hasTouch: toque, isMobile: toque, deviceScaleFactor: densidade });
  const recursos = [
    { name: 'prefers-color-scheme', value: escuro ? 'dark' : 'light' },
    { name: 'prefers-reduced-motion', value: movimento ? 'no-preference' : 'reduce' },
  ];
  await pagina.emulateMediaFeatures(recursos);
  // Puppeteer does not know these.
  if (forcadas) await (await sessaoCdp(pagina)).send('Emulation.setEmulatedMedia', { features: [...recursos, { name: 'forced-colors', value: 'active' }] });
  // A screen that stands there puts on its colours in its own time.
  await ate(pagina, (tema) => {
    const { tema: tem } = document.documentElement.dataset;
    return tem === undefined || tem === tema || ['light', 'dark'].includes(localStorage.getItem('tema'));
  }, escuro ? 'dark' : 'light');
}

/** The browser itself reports refused requests and cut connections; what the page logs is ours. */
const DA_REDE = /Failed to load resource|WebSocket connection to|can.t establish a connection to the server|The connection to wss?:\S+ was interrupted/;

/**
 * A page in its own session (cookies are not shared). `falhas` collects what
 * must not happen: CSP violations and errors of the page.
 */
export async function novaPagina(navegador, opcoes = {}) {
  const este = FIREFOX && opcoes.toque ? await telefone(navegador) : navegador;
  const contexto = await este.createBrowserContext();
  // A window each in Firefox: what is drawn in a tab behind another stands still.
  const pagina = await contexto.newPage(FIREFOX ? { type: 'window' } : {});
  const falhas = [];
  pagina.setDefaultTimeout(LIMITE_MS);
  await aparencia(pagina, opcoes);
  await pagina.exposeFunction('__violou', (texto) => falhas.push(`CSP: ${texto}`));
  await pagina.evaluateOnNewDocument((tema) => {
    if (tema !== null && location.protocol === 'https:') localStorage.setItem('tema', tema);
    document.addEventListener('securitypolicyviolation', (e) => {
      globalThis.__violou(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`);
    });
    // The tests cut the live connection through this list.
    const Original = globalThis.WebSocket;
    globalThis.__sockets = [];
    globalThis.WebSocket = class extends Original {
      constructor(...args) {
        super(...args);
        globalThis.__sockets.push(this);
      }
    };
    // A full machine may need longer to find the offer of an undo than the offer stays: here its time ends when a test says so.
    const esperar = globalThis.setTimeout;
    const prazos = [];
    globalThis.setTimeout = (fazer, ms, ...args) => (ms === 8000 ? -prazos.push(() => fazer(...args)) : esperar(fazer, ms, ...args));
    const desistir = globalThis.clearTimeout;
    globalThis.clearTimeout = (n) => (n < 0 ? delete prazos[-n - 1] : desistir(n));
    globalThis.__vencerOfertas = () => prazos.splice(0).forEach((f) => f());
  }, FIREFOX && opcoes.escuro ? 'dark' : null);
  pagina.on('pageerror', (erro) => {
    if (!DA_REDE.test(String(erro))) falhas.push(`pageerror: ${erro}`);
  });
  pagina.on('console', (m) => {
    if (m.type() === 'error' && !DA_REDE.test(m.text())) falhas.push(`console: ${m.text()}`);
  });
  return { pagina, contexto, falhas };
}

/** Sessions that a closed page left open, by e-mail: a login costs as much as a short test. */
const livres = new Map();

/**
 * Enters and waits for the first screen: with a session that no open page uses,
 * else by the form. Pages open together never share one; `porFormulario` always
 * logs in.
 */
export async function entrar(pagina, { email, senha }, caminho = '/', { porFormulario = false } = {}) {
  const contexto = pagina.browserContext();
  const guardada = porFormulario ? undefined : livres.get(email)?.pop();
  if (guardada !== undefined) {
    await contexto.setCookie(...guardada);
    await pagina.evaluateOnNewDocument(() => {
      if (location.protocol === 'https:') localStorage.setItem('sessao', 'aberta');
    });
    await pagina.goto(URL_BASE + caminho, { waitUntil: 'domcontentloaded' });
    await pagina.waitForSelector('#campo-usuario, #conteudo h1');
  }
  // No session, or the test before ended it.
  if (guardada === undefined || (await pagina.$('#campo-usuario')) !== null) {
    if (guardada === undefined) await pagina.goto(URL_BASE + caminho, { waitUntil: 'domcontentloaded' });
    await pagina.waitForSelector('#campo-usuario');
    await pagina.type('#campo-usuario', email);
    await pagina.type('#campo-senha', senha);
    await pagina.click('button[type=submit]');
    await pagina.waitForSelector('#conteudo h1');
  }
  if (porFormulario) return;
  const cookies = await contexto.cookies();
  pagina.once('close', () => livres.set(email, [...(livres.get(email) ?? []), cookies]));
}

/** Polls a function of the page until it is true; says what it waited for. */
export async function ate(pagina, fn, ...args) {
  await pagina.waitForFunction(fn, { polling: 30, timeout: LIMITE_MS }, ...args);
}

/** True totals as the headers of the board show them, by column. */
export function totais(pagina) {
  return pagina.$$eval('[data-coluna]', (colunas) =>
    Object.fromEntries(colunas.map((c) => [c.dataset.coluna, Number(c.querySelector('[data-total]')?.dataset.total)])),
  );
}

/** Ids of the cards drawn in a column, from the top. */
export function cartoes(pagina, coluna) {
  return pagina.$$eval(`[data-coluna="${coluna}"] [data-cliente]`, (nos) => nos.map((n) => n.dataset.cliente));
}

/**
 * No violation by axe, of the rules for WCAG 2.2 AA and good practice. With
 * `aberto` a menu is open: it stands outside of the landmarks, as menus do.
 * `so` narrows to what can differ of a screen judged before: `cores` in another theme,
 * `medidas` at another width (see `impressao`).
 * In Chromium only: the tree and the styles that axe reads are the same.
 */
export async function semViolacoes(pagina, nome, { aberto = false, so } = {}) {
  if (FIREFOX) return;
  await parado(pagina);
  // It is large, and stays until the next load.
  if (!(await pagina.evaluate(() => 'axe' in globalThis))) await pagina.evaluate(AXE);
  const violacoes = await pagina.evaluate(async (semRegiao, regras) => {
    const { violations } = await globalThis.axe.run(document, {
      resultTypes: ['violations'],
      ...(regras
        ? { runOnly: { type: 'rule', values: regras } }
        : { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], rules: { region: { enabled: !semRegiao } } }),
    });
    return violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary}`).join(' | ')}`);
  }, aberto, { cores: ['color-contrast', 'link-in-text-block'], medidas: ['target-size', 'scrollable-region-focusable'] }[so] ?? null);
  assert.deepEqual(violacoes, [], `axe, ${nome}`);
}

/** What of the page is seen and read out, whatever its width: tags, attributes but those of looks, texts. */
export function impressao(pagina) {
  return pagina.evaluate(() => {
    const partes = [];
    const andar = (no) => {
      if (!no.checkVisibility({ visibilityProperty: true })) return;
      partes.push(no.tagName);
      for (const { name, value } of no.attributes) if (name !== 'class' && name !== 'style') partes.push(`${name}=${value}`);
      for (const filho of no.childNodes) {
        if (filho.nodeType === Node.ELEMENT_NODE) andar(filho);
        else if (filho.nodeType === Node.TEXT_NODE) partes.push(filho.data);
      }
    };
    andar(document.body);
    return partes.join('\n');
  });
}

/** The page itself never scrolls sideways. */
export async function semRolagemLateral(pagina, nome) {
  const sobra = await pagina.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(sobra <= 0, `${nome}: ${sobra} px too wide`);
}

/** Waits until nothing fades or slides: colours are measured at rest. */
export function parado(pagina) {
  return ate(pagina, () => document.getAnimations().every((a) => a.playState !== 'running' || a.effect?.getTiming().iterations === Infinity));
}

/** Centre of the first element of a selector, in px of the viewport. */
export async function centro(pagina, seletor) {
  const no = await pagina.waitForSelector(seletor, { visible: true });
  const { x, y, width, height } = await no.boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
}

/** Drags by the mouse from the first element of a selector onto that of another. */
export async function arrastar(pagina, de, para) {
  // Once it may be dragged, is in sight, and stands where it stays.
  await ate(pagina, (s) => document.querySelector(s)?.closest('[draggable=true]') != null, de);
  await pagina.$eval(de, (n) => n.scrollIntoView({ block: 'nearest' }));
  await parado(pagina);
  const a = await centro(pagina, de);
  await pagina.mouse.move(a.x, a.y);
  await pagina.mouse.down();
  await pagina.mouse.move(a.x + 20, a.y + 10, { steps: 4 });
  // It may only show, slide in, or scroll, once something is dragged.
  await pagina.waitForSelector(para, { visible: true });
  await parado(pagina);
  const b = await centro(pagina, para);
  await pagina.mouse.move(b.x, b.y, { steps: 12 });
  await pagina.mouse.move(b.x + 2, b.y + 2, { steps: 2 });
  await pagina.mouse.up();
  if (!FIREFOX) return;
  await pagina.evaluate((x, y) => {
    const evento = (tipo) => new DragEvent(tipo, { bubbles: true, cancelable: true, composed: true, clientX: x, clientY: y, dataTransfer: new DataTransfer() });
    const alvo = document.elementFromPoint(x, y);
    alvo.dispatchEvent(evento('drop'));
    alvo.dispatchEvent(evento('dragend'));
  }, b.x + 2, b.y + 2);
}

/** Takes the offer ("Desfazer") of the message, once it stands still. */
export async function aceitarOferta(pagina) {
  await pagina.waitForSelector('[data-oferta]', { visible: true });
  await parado(pagina);
  await pagina.click('[data-oferta]');
}

/** A command to the database as its superuser: orders come by SQL. CRM_SOCK is the directory of its socket. */
export function sql(comando) {
  return execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', process.env.CRM_SOCK, '-U', 'postgres', '-d', 'crm', '-c', comando], { encoding: 'utf8' }).trim();
}

/** Calls the API with the session of the page; returns { status, corpo }. */
export function chamar(pagina, metodo, caminho, corpo) {
  return pagina.evaluate(
    async (m, c, b) => {
      const r = await fetch(c, {
        method: m,
        headers: b === null ? {} : { 'Content-Type': 'application/json' },
        body: b === null ? undefined : JSON.stringify(b),
      });
      return { status: r.status, corpo: await r.json() };
    },
    metodo,
    caminho,
    corpo ?? null,
  );
}

/** What screen readers were told last. */
export function anuncio(pagina, parte) {
  return ate(pagina, (p) => [...document.querySelectorAll('body > [role=status]')].some((n) => n.textContent.includes(p)), parte);
}
