/**
 * Three-way merge of a client: what I opened (base), what another person saved
 * meanwhile (deles), what I typed (meu). Pure functions.
 *
 * @see SPEC BUSCA-5 (optimistic concurrency)
 */
import { mudou, type Formulario } from './formulario';
import { CAMPOS, type Campo } from './tipos';

export type Lado = 'deles' | 'meu';

export interface Diferenca {
  campo: Campo;
  base: string;
  deles: string;
  meu: string;
  /** Both changed it, each to something else: nobody but the user can choose. */
  conflito: boolean;
  /** The side that stands until the user chooses; a conflict has none. */
  sugestao: Lado | undefined;
}

/** Fields that are not the same on all sides, in the order of the form. */
export function diferencas(base: Formulario, deles: Formulario, meu: Formulario): Diferenca[] {
  return CAMPOS.filter((c) => mudou(c, deles, meu)).map((campo) => {
    const euMudei = mudou(campo, base, meu);
    const elesMudaram = mudou(campo, base, deles);
    const conflito = euMudei && elesMudaram;
    return { campo, base: base[campo], deles: deles[campo], meu: meu[campo], conflito, sugestao: conflito ? undefined : euMudei ? 'meu' : 'deles' };
  });
}

/** Fields without a choice yet. */
export function pendentes(lista: readonly Diferenca[], escolhas: Partial<Record<Campo, Lado>>): Campo[] {
  return lista.filter((d) => (escolhas[d.campo] ?? d.sugestao) === undefined).map((d) => d.campo);
}

/** The form after the choices: theirs, with mine where I chose mine. */
export function aplicar(deles: Formulario, lista: readonly Diferenca[], escolhas: Partial<Record<Campo, Lado>>): Formulario {
  const form = { ...deles };
  for (const d of lista) if ((escolhas[d.campo] ?? d.sugestao) === 'meu') form[d.campo] = d.meu;
  return form;
}
