/** Why a screen does not go on: it broke, or a part of it is not here; without a network that is no news. */
export type Parada = 'quebrou' | 'faltou' | 'faltouSemRede';

/** Each browser says it in its own words; the last are those of the build, of a style sheet. */
const FALTOU = /dynamically imported module|importing a module script|preload CSS/i;

export function porQueParou(erro: unknown, emRede: boolean): Parada {
  if (!FALTOU.test(String(erro))) return 'quebrou';
  return emRede ? 'faltou' : 'faltouSemRede';
}
