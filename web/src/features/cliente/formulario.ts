/**
 * The form of a client: what is typed, what goes to the API, what is judged
 * before. Pure functions. The server judges again and has the last word.
 */
import { cepDigitado, diaDeBr, diaParaCampo } from '../../lib/campos';
import { celularDigitado, cpfDigitado, cpfValido, digitos } from '../../lib/formatos';
import { CAMPOS, SENSIVEIS, type Campo, type Dados, type Sensivel } from './tipos';

/** Every field as the text of its input; `nao_contatar` is 'sim' or ''. */
export type Formulario = Record<Campo, string>;
export type Erros = Partial<Record<Campo, ErroDeCampo>>;

/** Names of the texts in `cliente.erros`. */
export type ErroDeCampo = 'cpfFalta' | 'cpfInvalido' | 'nomeFalta' | 'dataInvalida' | 'dataFutura' | 'celularInvalido' | 'emailInvalido' | 'cepInvalido';

/** What is sent: null empties a field. */
export type Corpo = Partial<Record<Campo, string | boolean | null>>;

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/;
const PRIMEIRO_DIA = '1900-01-01';

export const VAZIO: Formulario = Object.fromEntries(CAMPOS.map((c) => [c, ''])) as Formulario;

/** True for a field that this user may change but not see. */
export function oculto(campo: Campo, mascarado: boolean): campo is Sensivel {
  return mascarado && (SENSIVEIS as readonly string[]).includes(campo);
}

/** The record as the inputs show it; what is hidden starts empty. */
export function deDados(dados: Dados, mascarado: boolean): Formulario {
  const form: Formulario = {
    cpf: cpfDigitado(dados.cpf ?? ''),
    nome_completo: dados.nome_completo,
    data_nascimento: diaParaCampo(dados.data_nascimento),
    sexo: dados.sexo ?? '',
    nome_mae: dados.nome_mae ?? '',
    celular: celularDoCampo(dados.celular),
    email: dados.email ?? '',
    cep: cepDigitado(dados.cep ?? ''),
    cidade: dados.cidade ?? '',
    uf: dados.uf ?? '',
    nao_contatar: dados.nao_contatar ? 'sim' : '',
  };
  for (const campo of SENSIVEIS) if (oculto(campo, mascarado)) form[campo] = '';
  return form;
}

/** A number from abroad keeps its form: the mask is Brazilian. */
function celularDoCampo(numero: string | null): string {
  const d = digitos(numero);
  return d.length === 10 || d.length === 11 || (d.length > 11 && d.startsWith('55')) ? celularDigitado(d) : (numero ?? '');
}

/** Did typing change the field? Blanks at the ends do not count. */
export function mudou(campo: Campo, base: Formulario, form: Formulario): boolean {
  return base[campo].trim() !== form[campo].trim();
}

export function mudados(base: Formulario, form: Formulario): Campo[] {
  return CAMPOS.filter((c) => mudou(c, base, form));
}

/** Only what was changed since `base`. */
export function paraCorpo(base: Formulario, form: Formulario): Corpo {
  return Object.fromEntries(mudados(base, form).map((c) => [c, valorDoCampo(c, form[c].trim())]));
}

function valorDoCampo(campo: Campo, texto: string): string | boolean | null {
  if (campo === 'nao_contatar') return texto === 'sim';
  if (texto === '') return null;
  switch (campo) {
    case 'cpf':
    case 'cep':
      return digitos(texto);
    case 'celular':
      return /^\s*\+/.test(texto) ? texto : digitos(texto);
    case 'data_nascimento':
      return diaDeBr(texto) ?? texto;
    default:
      return texto;
  }
}

/**
 * What is wrong with the fields. `hoje` is YYYY-MM-DD. A hidden field that was
 * left empty keeps what is stored and is not judged.
 */
export function validar(form: Formulario, hoje: string, mascarado: boolean): Erros {
  const erros: Erros = {};
  const t = (campo: Campo) => form[campo].trim();
  if (t('cpf') === '') {
    if (!mascarado) erros.cpf = 'cpfFalta';
  } else if (!cpfValido(t('cpf'))) erros.cpf = 'cpfInvalido';
  if (t('nome_completo') === '') erros.nome_completo = 'nomeFalta';
  if (t('data_nascimento') !== '') {
    const dia = diaDeBr(t('data_nascimento'));
    if (dia === undefined || dia < PRIMEIRO_DIA) erros.data_nascimento = 'dataInvalida';
    else if (dia > hoje) erros.data_nascimento = 'dataFutura';
  }
  const celular = t('celular');
  if (celular !== '' && !celular.startsWith('+') && ![10, 11].includes(digitos(celular).length)) erros.celular = 'celularInvalido';
  if (t('email') !== '' && !EMAIL.test(t('email'))) erros.email = 'emailInvalido';
  if (t('cep') !== '' && digitos(t('cep')).length !== 8) erros.cep = 'cepInvalido';
  return erros;
}

/** The first field with an error, in the order of the form. */
export function primeiroErro(erros: Partial<Record<Campo, unknown>>): Campo | undefined {
  return CAMPOS.find((c) => erros[c] !== undefined);
}
