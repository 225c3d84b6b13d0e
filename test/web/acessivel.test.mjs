// Every screen: axe, no sideways scroll, no CSP violation; light, dark, 360 to 2560 px (UI-3, OPS-2).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { abrirNavegador, acesso, aparencia, entrar, impressao, novaPagina, parado, semRolagemLateral, semViolacoes, URL_BASE } from './comum.mjs';
import { ASPECTOS, irPara, pronta, recomecar, TELAS } from './telas.mjs';

let navegador;
before(async () => {
  navegador = await abrirNavegador();
});
after(() => navegador.close());

test('every route of the application is looked at', () => {
  const fonte = readFileSync(new URL('../../web/src/app/rotas.ts', import.meta.url), 'utf8');
  const rotas = [...fonte.matchAll(/^ {4}caminho: '([^']+)'/gm)].map(([, rota]) => rota);
  assert.ok(rotas.length > 10);
  assert.deepEqual(rotas.filter((rota) => !TELAS.some((t) => t.rota === rota)), []);
});

const QUEM = new Map([
  [undefined, 'before entering'],
  ...TELAS.filter((t) => t.quem !== undefined).map((t) => [t.quem, t.quem === acesso.admin ? 'of the administrator' : 'of a seller']),
]);
const NO_COMPUTADOR = ASPECTOS.filter((a) => !a.toque && a.nome !== '768-escuro');
const NO_TELEFONE = ASPECTOS.filter((a) => a.toque);

for (const [quem, de] of QUEM) {
  for (const [onde, aspectos] of Object.entries({ 'on a computer': NO_COMPUTADOR, 'on a phone': NO_TELEFONE })) {
    test(`screens ${de}, ${onde}`, async () => {
      const { pagina, contexto, falhas } = await novaPagina(navegador, aspectos[0]);
      if (quem === undefined) {
        await pagina.goto(URL_BASE);
        await pronta(pagina);
      } else {
        await entrar(pagina, quem);
      }
      for (const tela of TELAS.filter((t) => t.quem === quem)) {
        await irPara(pagina, tela);
        await tela.abrir?.(pagina);
        // A screen changes its width and theme while it stands there; of what was judged, only what that changes is again.
        const julgadas = new Set();
        for (const aspecto of aspectos) {
          await aparencia(pagina, aspecto);
          await pronta(pagina);
          const vista = await impressao(pagina);
          await semViolacoes(pagina, `${tela.nome} ${aspecto.nome}`, { aberto: tela.aberto, so: julgadas.has(vista) ? (aspecto.escuro ? 'cores' : 'medidas') : undefined });
          julgadas.add(vista);
          await semRolagemLateral(pagina, `${tela.nome} ${aspecto.nome}`);
        }
        if (tela.abrir) await recomecar(pagina);
      }
      assert.deepEqual(falhas, []);
      await contexto.close();
    });
  }
}

test('the keyboard reaches the content first by the skip link', async () => {
  const { pagina, contexto } = await novaPagina(navegador);
  await entrar(pagina, acesso.vendedores[2], '/conta');
  await pagina.evaluate(() => document.activeElement?.blur());
  await pagina.keyboard.press('Tab');
  assert.equal(await pagina.evaluate(() => document.activeElement?.textContent), 'Ir para o conteúdo');
  await pagina.keyboard.press('Enter');
  assert.equal(await pagina.evaluate(() => document.activeElement?.tagName), 'H1');
  await contexto.close();
});

test('what has the focus has a ring, and no bar stands over it', async () => {
  const { pagina, contexto } = await novaPagina(navegador, { largura: 1440, altura: 700 });
  await entrar(pagina, acesso.admin, '/clientes/novo');
  await pronta(pagina);
  const vistos = new Set();
  let nome;
  while (!vistos.has(nome)) {
    vistos.add(nome);
    await pagina.keyboard.press('Tab');
    await parado(pagina);
    const foco = await pagina.evaluate(() => {
      const no = document.activeElement;
      const { left, top, width, height } = no.getBoundingClientRect();
      const em = document.elementFromPoint(left + width / 2, top + height / 2);
      // A switch is drawn around its invisible box, a field by its frame.
      const botao = no.closest('.MuiButtonBase-root');
      return {
        nome: `${no.id} ${no.getAttribute('aria-label')} ${no.getAttribute('href')} ${no.name ?? ''} ${no.textContent}`,
        livre: no === document.body || no.contains(em) || em?.contains(no),
        anel: botao === null ? 'solid' : getComputedStyle(botao).outlineStyle,
      };
    });
    ({ nome } = foco);
    assert.ok(foco.livre, `${nome} is covered`);
    assert.equal(foco.anel, 'solid', nome);
  }
  assert.ok(vistos.size > 15, `${vistos.size}`);
  await contexto.close();
});

test('forced colours: dialogs have an edge, the button that is meant a ground, what is chosen a line', async () => {
  const { pagina, contexto } = await novaPagina(navegador, { forcadas: true });
  await entrar(pagina, acesso.vendedores[2], '/carteira');
  await irPara(pagina, TELAS.find((t) => t.nome === 'carteira'));
  await TELAS.find((t) => t.nome === 'carteira-contato').abrir(pagina);
  const vista = await pagina.evaluate(() => {
    const estilo = (seletor) => getComputedStyle(document.querySelector(seletor));
    const enviar = estilo('[role=dialog] button[type=submit]');
    return {
      dialogo: estilo('.MuiDialog-paper').outlineStyle,
      enviar: enviar.color !== enviar.backgroundColor && enviar.backgroundColor !== getComputedStyle(document.body).backgroundColor,
      periodo: estilo('[data-cliente] [data-marca]').outlineStyle,
      aqui: estilo('header [aria-current=page]').outlineStyle,
    };
  });
  assert.deepEqual(vista, { dialogo: 'solid', enviar: true, periodo: 'solid', aqui: 'solid' });
  await contexto.close();
});

test('a window at 200 %: the titles of the board and of the queue stay whole', async () => {
  const { pagina, contexto } = await novaPagina(navegador, { largura: 640, altura: 400, densidade: 2 });
  await entrar(pagina, acesso.vendedores[2], '/carteira');
  for (const nome of ['carteira', 'fila']) {
    await irPara(pagina, TELAS.find((t) => t.nome === nome));
    assert.ok(await pagina.$eval('#conteudo h1', (h) => h.getBoundingClientRect().height < 1.5 * Number.parseFloat(getComputedStyle(h).lineHeight)), nome);
  }
  await contexto.close();
});
