// Pictures of every screen and state, to be looked at: one PNG per screen, width and theme.
//
//   python3 test/lib/pilha.py node test/web/fotos.mjs FOLDER [text in the name]
//   CRM_FOTOS_ASPECTOS=1440-claro,360-claro   only these; besides the usual ones 2560-claro, 2560-escuro,
//                                             zoom (200 % of a window of 1280 px), contraste, contraste-claro, 360-contraste
//   CRM_FOTOS_ESTADOS=1                       also loading, failed and empty of each screen
import { mkdirSync } from 'node:fs';

import { abrirNavegador, aparencia, ate, entrar, novaPagina, URL_BASE } from './comum.mjs';
import { ASPECTOS, irPara, pronta, recomecar, TELAS } from './telas.mjs';

const [pasta, filtro = ''] = process.argv.slice(2);
if (pasta === undefined) throw new Error('fotos.mjs FOLDER [text in the name]');
mkdirSync(pasta, { recursive: true });
const so = process.env.CRM_FOTOS_ASPECTOS?.split(',');
const OUTROS = [
  { nome: '2560-escuro', largura: 2560, altura: 1300, escuro: true },
  { nome: 'zoom', largura: 640, altura: 400, densidade: 2 },
  { nome: 'contraste', largura: 1440, escuro: true, forcadas: true },
  { nome: 'contraste-claro', largura: 1440, forcadas: true },
  { nome: '360-contraste', largura: 360, altura: 740, toque: true, escuro: true, forcadas: true },
];
const aspectos = so === undefined ? ASPECTOS.filter((a) => a.largura !== 2560) : [...ASPECTOS, ...OUTROS].filter((a) => so.includes(a.nome));
const telas = TELAS.filter((t) => t.nome.includes(filtro));

/** What the server answers to the reads of a screen in each state; undefined: nothing comes. */
const ESTADOS = {
  carregando: () => undefined,
  falha: () => ({
    status: 503,
    contentType: 'application/problem+json',
    body: JSON.stringify({ type: 'about:blank', title: 'Indisponível', status: 503, codigo: 'indisponivel', requisicao: '7f3c9a1e' }),
  }),
};

const navegador = await abrirNavegador();
for (const quem of new Set(telas.map((t) => t.quem))) {
  const { pagina, contexto } = await novaPagina(navegador, aspectos[0]);
  if (quem === undefined) await pagina.goto(URL_BASE);
  else await entrar(pagina, quem);
  for (const aspecto of aspectos) {
    await aparencia(pagina, aspecto);
    for (const tela of telas.filter((t) => t.quem === quem)) {
      await irPara(pagina, tela);
      await tela.abrir?.(pagina);
      await foto(pagina, tela, aspecto);
      if (tela.abrir) await recomecar(pagina);
      if (process.env.CRM_FOTOS_ESTADOS && quem !== undefined && !tela.abrir) {
        const caminho = await pagina.evaluate(() => location.pathname + location.search);
        for (const estado of Object.keys(ESTADOS)) await fotoDoEstado(pagina, tela, aspecto, estado, caminho);
      }
    }
  }
  await contexto.close();
}
await navegador.close();

/** The whole page; a board or a palette as high as the window. */
async function foto(pagina, tela, aspecto, estado) {
  await desenharGraficos(pagina);
  const nome = [tela.nome, estado, aspecto.nome].filter((n) => n !== undefined).join('-');
  // Beyond the window Chromium draws by the rules of another width.
  await pagina.screenshot({ path: `${pasta}/${nome}.png`, fullPage: tela.abrir === undefined, captureBeyondViewport: false });
  console.log(nome);
}

/** Charts are drawn when they come near the window. */
async function desenharGraficos(pagina) {
  for (const lugar of await pagina.$$('[data-grafico]')) {
    await lugar.scrollIntoView();
    await lugar.evaluate((g) => new Promise((feito) => {
      const ver = () => (g.querySelector('.MuiSkeleton-root') === null ? feito() : setTimeout(ver, 30));
      ver();
    }));
  }
  await pagina.evaluate(() => scrollTo(0, 0));
}

async function fotoDoEstado(pagina, tela, aspecto, estado, caminho) {
  const responder = (pedido) => {
    const { pathname } = new URL(pedido.url());
    if (!pathname.startsWith('/api/') || pathname.startsWith('/api/auth/eu')) return pedido.continue();
    const resposta = ESTADOS[estado]();
    return resposta === undefined ? undefined : pedido.respond(resposta);
  };
  await pagina.setRequestInterception(true);
  pagina.on('request', responder);
  await pagina.goto(URL_BASE + caminho, { waitUntil: 'domcontentloaded' });
  await pagina.waitForSelector('#conteudo h1');
  if (estado === 'falha') {
    await ate(pagina, () => document.querySelector('[role=alert]') !== null || document.querySelector('[aria-busy=true]') === null);
  }
  await foto(pagina, tela, aspecto, estado);
  pagina.off('request', responder);
  await pagina.setRequestInterception(false);
  await pagina.goto(URL_BASE);
  await pronta(pagina);
}
