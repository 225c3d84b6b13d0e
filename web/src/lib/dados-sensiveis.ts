import { cpfValido } from './formatos';

/**
 * Does a note hold what must not stand in notes? A warning, not a barrier: a
 * number may pass for a CPF or a card by chance.
 */
export type DadoSensivel = 'cpf' | 'cartao';

/** What people write between the groups of one number. */
const ENTRE_GRUPOS = /^[ \u00a0./\u2010-\u2013-]{1,3}$/;
const CARTAO_MAX = 19;

export function dadoSensivel(texto: string): DadoSensivel | undefined {
  const grupos = [...texto.matchAll(/\d+/g)];
  // A number may stand beside another one ("11 91234-5678 529.982.247-25"): it begins at any group.
  for (let i = 0; i < grupos.length; i++) {
    let digitos = '';
    let menor = Infinity;
    for (let j = i; j < grupos.length; j++) {
      const grupo = grupos[j] as RegExpExecArray;
      const antes = grupos[j - 1];
      if (j > i && antes !== undefined && !ENTRE_GRUPOS.test(texto.slice(antes.index + antes[0].length, grupo.index))) break;
      digitos += grupo[0];
      menor = Math.min(menor, grupo[0].length);
      if (digitos.length > CARTAO_MAX) break;
      if (digitos.length === 11 && cpfValido(digitos)) return 'cpf';
      // Dates and area codes have groups of two; cards are written in longer ones.
      if (digitos.length >= 13 && menor >= 3 && ehCartao(digitos)) return 'cartao';
    }
  }
  return undefined;
}

/** Luhn, and a first digit that card networks use. */
function ehCartao(d: string): boolean {
  if (!/^[2-6]/.test(d)) return false;
  let soma = 0;
  for (let i = 0; i < d.length; i++) {
    let v = Number(d[d.length - 1 - i]);
    if (i % 2 === 1) v = v > 4 ? v * 2 - 9 : v * 2;
    soma += v;
  }
  return soma % 10 === 0;
}
