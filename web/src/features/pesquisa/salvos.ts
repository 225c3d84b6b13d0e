import { identificaPessoa } from '../../lib/reconhecer';
import { escrever, ler, quantosFiltros, type Busca } from './estado';

/** A set of filters with a name; `consulta` is the query of the address. */
export interface Salvo {
  nome: string;
  consulta: string;
}

export const NOME_MAX = 40;
export const SALVOS_MAX = 30;

/**
 * Saved filters live in this browser, one list for each user. They hold
 * categories, ages, order and columns; never the text of the box or a name,
 * which are personal data (SPEC LGPD-1).
 */
export function lerSalvos(texto: string | null): Salvo[] {
  try {
    const lista: unknown = JSON.parse(texto ?? '[]');
    if (!Array.isArray(lista)) return [];
    return lista.filter(ehSalvo).slice(0, SALVOS_MAX).map(({ nome, consulta }) => ({ nome, consulta: consultaLimpa(consulta) }));
  } catch {
    return [];
  }
}

export type Impedimento = 'vazio' | 'pessoa';

/** Why these filters cannot be saved, or undefined. */
export function impedimento(busca: Busca): Impedimento | undefined {
  if (identificaPessoa(busca.texto)) return 'pessoa';
  return quantosFiltros(semPessoas(busca)) === 0 && busca.ordem === undefined ? 'vazio' : undefined;
}

/** Is there a text or name that saving leaves out? */
export function perdeAlgo(busca: Busca): boolean {
  return busca.texto.trim() !== '' || busca.nome !== '';
}

export type ErroNome = 'falta' | 'pessoa' | 'longo';

export function erroDoNome(nome: string): ErroNome | undefined {
  const limpo = nome.trim();
  if (limpo === '') return 'falta';
  if (limpo.length > NOME_MAX) return 'longo';
  return identificaPessoa(limpo) ? 'pessoa' : undefined;
}

/** Is there one of this name? Saving gives it new filters. */
export function tem(lista: readonly Salvo[], nome: string): boolean {
  return lista.some((s) => mesmoNome(s.nome, nome.trim()));
}

/** No room for one more. */
export function cheia(lista: readonly Salvo[], nome: string): boolean {
  return lista.length >= SALVOS_MAX && !tem(lista, nome);
}

/** The list with the filters of `busca` under `nome`; the same name is replaced. Not for a list that is `cheia`. */
export function salvar(lista: readonly Salvo[], nome: string, busca: Busca): Salvo[] {
  const novo = { nome: nome.trim(), consulta: consultaDe(busca) };
  return [...lista.filter((s) => !mesmoNome(s.nome, novo.nome)), novo].sort((a, b) => a.nome.localeCompare(b.nome, 'pt-BR'));
}

export function apagar(lista: readonly Salvo[], nome: string): Salvo[] {
  return lista.filter((s) => !mesmoNome(s.nome, nome));
}

/** The saved filters as a search. */
export function buscaDe(salvo: Salvo): Busca {
  return ler(new URLSearchParams(salvo.consulta), () => undefined);
}

/** True when the screen shows just these filters. */
export function emUso(salvo: Salvo, busca: Busca): boolean {
  return busca.texto.trim() === '' && busca.nome === '' && consultaDe(busca) === salvo.consulta;
}

function consultaDe(busca: Busca): string {
  return escrever({ ...semPessoas(busca), pagina: 1 }, () => '');
}

/** What somebody wrote into the storage by hand is read with the same care. */
function consultaLimpa(consulta: string): string {
  return consultaDe(ler(new URLSearchParams(consulta), () => undefined));
}

function semPessoas(busca: Busca): Busca {
  return { ...busca, texto: '', nome: '' };
}

function mesmoNome(a: string, b: string): boolean {
  return a.localeCompare(b, 'pt-BR', { sensitivity: 'base' }) === 0;
}

function ehSalvo(valor: unknown): valor is Salvo {
  const s = valor as Salvo | null;
  return typeof s === 'object' && s !== null && typeof s.nome === 'string' && typeof s.consulta === 'string' && erroDoNome(s.nome) === undefined;
}
