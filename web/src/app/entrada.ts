import type { Rota } from './rotas';

/** What the page shows until React draws; its shapes stand in index.html. */
const NOME_DO_TEMA = 'tema';

/** Puts on the colours that the theme will have: light, dark, or as the system is. */
function vestir(): void {
  const escolhido = localStorage.getItem(NOME_DO_TEMA);
  const escuro = escolhido === 'dark' || (escolhido !== 'light' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.tema = escuro ? 'dark' : 'light';
}

/** Shows the door, or the shell with the name of the screen that comes. */
export function mostrarEntrada(aberta: boolean, rota: Pick<Rota, 'titulo' | 'cartao'> | undefined): void {
  vestir();
  document.documentElement.dataset.entrada = aberta ? 'casca' : 'login';
  if (!aberta) return;
  escrever('titulo', rota?.titulo ?? '');
  escrever('texto', [rota?.cartao, 'Carregando…'].filter(Boolean).join(' '));
}

/** The rest of the page did not come. */
export function falharEntrada(): void {
  document.documentElement.dataset.entrada = 'casca';
  escrever('titulo', 'O sistema não carregou');
  escrever('texto', 'Verifique a rede e recarregue a página.');
}

function escrever(parte: 'titulo' | 'texto', texto: string): void {
  const no = document.querySelector(`.entrada-casca .entrada-${parte}`);
  if (no !== null) no.textContent = texto;
}

/** The next task: what was asked for and painted meanwhile goes first. */
export function proximaTarefa(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Resolves when what was shown has been painted; in a tab behind others nothing is. */
export function pintado(): Promise<void> {
  return new Promise((resolve) => {
    const seguir = () => resolve();
    if (document.visibilityState !== 'visible') return seguir();
    setTimeout(seguir, 200);
    new PerformanceObserver((lista) => lista.getEntriesByName('first-contentful-paint').length > 0 && seguir()).observe({ type: 'paint', buffered: true });
  });
}
