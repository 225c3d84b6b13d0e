/**
 * The first chunk of the page: small, and without React. It shows what is
 * coming, asks the server who is here, and fetches the rest in parts, each of
 * which runs in a task of its own.
 */
import { falharEntrada, mostrarEntrada, pintado, proximaTarefa } from './app/entrada';
import { rotaDe } from './app/rotas';
import { adiantarPedido } from './lib/adiantados';
import { haviaSessao } from './lib/lembranca';
import './styles/tokens.css';
import './styles/entrada.css';

const raiz = document.getElementById('raiz');
if (raiz === null) throw new Error('index.html has no #raiz');

const aberta = haviaSessao();
const rota = rotaDe(window.location.pathname);
mostrarEntrada(aberta, rota);
if (aberta) adiantarPedido('/api/auth/eu');
adiantarPedido('/api/auth/publico');

async function comecar(alvo: HTMLElement): Promise<void> {
  await pintado();
  const base = [import('./app/desenho'), import('./lib/store'), import('./styles/tema').then(vestir)];
  // What the shell and the screen need is on its way while the base runs.
  const casca = aberta ? Promise.allSettled([import('./app/casca'), rota?.tela()]) : undefined;
  await Promise.all(base);
  const { iniciar } = await import('./app/app');
  await casca;
  await iniciar(alvo, rota?.tela.pronto);
}

/** The theme is made in a task of its own, after that of its chunk. */
async function vestir({ tema }: typeof import('./styles/tema')): Promise<void> {
  await proximaTarefa();
  tema();
}

comecar(raiz).catch((erro: unknown) => {
  falharEntrada();
  throw erro;
});
