import { cpfValido } from './formatos';

/**
 * Does a note hold what must not stand in notes? A warning, not a barrier: a
 * number may pass for a CPF or a card by chance.
 */
export type DadoSensivel = 'cpf' | 'cartao';

/** Runs of digits as people write them: groups parted by one blank, dot or hyphen. */
const CORRIDAS = /\d(?:[ .-]?\d){10,18}/g;

export function dadoSensivel(texto: string): DadoSensivel | undefined {
  for (const [corrida] of texto.matchAll(CORRIDAS)) {
    const digitos = corrida.replace(/\D/g, '');
    if (digitos.length === 11 && cpfValido(digitos)) return 'cpf';
    if (digitos.length >= 13 && digitos.length <= 19 && ehCartao(digitos)) return 'cartao';
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
