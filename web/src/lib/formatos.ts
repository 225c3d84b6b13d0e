/**
 * Formats of pt-BR. A day ('YYYY-MM-DD') is text cut in pieces and never passes
 * through a time zone; an instant is shown in that of the business.
 */
import { formatoNoFuso } from './fuso';

const VAZIO = '—';

/** What is costly to make is made when it is first needed. */
function quandoPreciso<F>(fazer: () => F): () => F {
  let feito: F | undefined;
  return () => (feito ??= fazer());
}

const moedas = quandoPreciso(() => new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL' }));
const moedasInteiras = quandoPreciso(() => new Intl.NumberFormat('pt-BR', { style: 'currency', currency: 'BRL', maximumFractionDigits: 0 }));
const inteiros = quandoPreciso(() => new Intl.NumberFormat('pt-BR', { maximumFractionDigits: 0 }));
const porcentos = quandoPreciso(() => new Intl.NumberFormat('pt-BR', { style: 'percent', maximumFractionDigits: 1 }));
const instantes = formatoNoFuso({ day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit' });
const diasDeInstantes = formatoNoFuso({ day: '2-digit', month: '2-digit', year: 'numeric' });

type Talvez<T> = T | null | undefined;

/** R$ 1.234,50 */
export function moeda(valor: Talvez<number>): string {
  return valor === null || valor === undefined ? VAZIO : moedas().format(valor);
}

/** R$ 1.235: for sums in headers. */
export function moedaCurta(valor: Talvez<number>): string {
  return valor === null || valor === undefined ? VAZIO : moedasInteiras().format(valor);
}

/** 12.345 */
export function inteiro(valor: Talvez<number>): string {
  return valor === null || valor === undefined ? VAZIO : inteiros().format(valor);
}

/** 1234567 → 1,2 MB; thousands, as file managers count. */
export function bytes(n: Talvez<number>): string {
  if (n === null || n === undefined) return VAZIO;
  if (n < 1000) return `${n} B`;
  const kb = n < 1_000_000;
  const valor = n / (kb ? 1000 : 1_000_000);
  return `${valor.toLocaleString('pt-BR', { maximumFractionDigits: valor < 10 ? 1 : 0 })} ${kb ? 'kB' : 'MB'}`;
}

/** 0.125 → 12,5% */
export function porcento(fracao: Talvez<number>): string {
  return fracao === null || fracao === undefined ? VAZIO : porcentos().format(fracao);
}

/** '2026-11-05' → 05/11/2026; of an instant, its first ten characters. */
export function data(dia: Talvez<string>): string {
  const partes = /^(\d{4})-(\d{2})-(\d{2})/.exec(dia ?? '');
  return partes === null ? VAZIO : `${partes[3]}/${partes[2]}/${partes[1]}`;
}

/** An ISO 8601 instant as 05/11/2026 14:30, in the business zone. */
export function dataHora(instante: Talvez<string>): string {
  const quando = lerInstante(instante);
  return quando === undefined ? VAZIO : instantes(quando).replace(',', '');
}

/** The day of an instant, in the business zone. */
export function diaDoInstante(instante: Talvez<string>): string {
  const quando = lerInstante(instante);
  return quando === undefined ? VAZIO : diasDeInstantes(quando);
}

function lerInstante(instante: Talvez<string>): Date | undefined {
  if (!instante) return undefined;
  const quando = new Date(instante);
  return Number.isNaN(quando.getTime()) ? undefined : quando;
}

/** Only the digits. */
export function digitos(texto: Talvez<string>): string {
  return (texto ?? '').replace(/\D/g, '');
}

/** '11912345678' → (11) 91234-5678; a leading 55 is dropped; other lengths stay as they are. */
export function telefone(numero: Talvez<string>): string {
  const d = semPais(numero);
  if (d.length === 11) return `(${d.slice(0, 2)}) ${d.slice(2, 7)}-${d.slice(7)}`;
  if (d.length === 10) return `(${d.slice(0, 2)}) ${d.slice(2, 6)}-${d.slice(6)}`;
  return numero ? numero : VAZIO;
}

/** `tel:` link with the country, or undefined when it cannot be dialled. */
export function linkTelefone(numero: Talvez<string>): string | undefined {
  const d = semPais(numero);
  return d.length === 10 || d.length === 11 ? `tel:+55${d}` : undefined;
}

/** WhatsApp link with a text that carries no personal data, or undefined. */
export function linkWhatsapp(numero: Talvez<string>, texto: string): string | undefined {
  const d = semPais(numero);
  return d.length === 11 ? `https://wa.me/55${d}?text=${encodeURIComponent(texto)}` : undefined;
}

function semPais(numero: Talvez<string>): string {
  const d = digitos(numero);
  return d.length > 11 && d.startsWith('55') ? d.slice(2) : d;
}

/** Mask while typing or pasting: at most 11 digits become 000.000.000-00. */
export function cpfDigitado(texto: string): string {
  const d = digitos(texto).slice(0, 11);
  if (d.length > 9) return `${d.slice(0, 3)}.${d.slice(3, 6)}.${d.slice(6, 9)}-${d.slice(9)}`;
  if (d.length > 6) return `${d.slice(0, 3)}.${d.slice(3, 6)}.${d.slice(6)}`;
  if (d.length > 3) return `${d.slice(0, 3)}.${d.slice(3)}`;
  return d;
}

/** Mask while typing or pasting: (11) 91234-5678 or (11) 3333-4444; a leading 55 of a longer number is dropped. */
export function celularDigitado(texto: string): string {
  const d = semPais(texto).slice(0, 11);
  if (d.length > 10) return `(${d.slice(0, 2)}) ${d.slice(2, 7)}-${d.slice(7)}`;
  if (d.length > 6) return `(${d.slice(0, 2)}) ${d.slice(2, 6)}-${d.slice(6)}`;
  if (d.length > 2) return `(${d.slice(0, 2)}) ${d.slice(2)}`;
  return d.length > 0 ? `(${d}` : '';
}

/** Area code in use and 9 digits that begin with 9, or 8 that begin with 2 to 5. */
export function celularValido(texto: string): boolean {
  const d = semPais(texto);
  if (!DDDS.has(d.slice(0, 2))) return false;
  return /^\d\d(?:9\d{8}|[2-5]\d{7})$/.test(d);
}

/** Area codes of Brazil (Anatel, Plano Geral de Códigos Nacionais). */
const DDDS = new Set(
  (
    '11 12 13 14 15 16 17 18 19 21 22 24 27 28 31 32 33 34 35 37 38 41 42 43 44 45 46 47 48 49 51 53 54 55 61 62 63 64 65 66 67 68 69 ' +
    '71 73 74 75 77 79 81 82 83 84 85 86 87 88 89 91 92 93 94 95 96 97 98 99'
  ).split(' '),
);

/** What the server sent: 11 digits get the mask, `***.456.789-**` stays. */
export function cpf(texto: Talvez<string>): string {
  if (!texto) return VAZIO;
  return /^\d{11}$/.test(texto) ? cpfDigitado(texto) : texto;
}

/** Eleven digits, both check digits right, not all the same. */
export function cpfValido(texto: string): boolean {
  const d = digitos(texto);
  if (d.length !== 11 || /^(\d)\1{10}$/.test(d)) return false;
  return verificador(d, 9) === Number(d[9]) && verificador(d, 10) === Number(d[10]);
}

function verificador(d: string, quantos: number): number {
  let soma = 0;
  for (let i = 0; i < quantos; i++) soma += Number(d[i]) * (quantos + 1 - i);
  return ((soma * 10) % 11) % 10;
}

/** 'São Paulo/SP', or the part that is known. */
export function cidadeUf(cidade: Talvez<string>, uf: Talvez<string>): string {
  if (cidade && uf) return `${cidade}/${uf}`;
  return cidade || uf || VAZIO;
}

/** '1 dia', '31 dias'. */
export function dias(n: Talvez<number>): string {
  if (n === null || n === undefined) return VAZIO;
  return n === 1 ? '1 dia' : `${inteiros().format(n)} dias`;
}

/** First name, for greetings and announcements. */
export function primeiroNome(nome: string): string {
  return nome.trim().split(/\s+/)[0] ?? nome;
}
