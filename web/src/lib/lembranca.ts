const CHAVE = 'sessao';

/**
 * Whether somebody entered in this browser and did not leave. The cookie cannot
 * be read here; asking the server without one is a 401 in the console of every
 * first visit. Only a hint: what counts is the answer.
 */
export function haviaSessao(): boolean {
  return localStorage.getItem(CHAVE) !== null;
}

export function lembrarSessao(aberta: boolean): void {
  if (aberta) localStorage.setItem(CHAVE, 'aberta');
  else localStorage.removeItem(CHAVE);
}
