import { preencher } from '../i18n/textos';
import type { Eu } from './eu';
import { linkWhatsapp } from './formatos';

/** What a template may hold. Nothing of the client: the text stands in an address. */
export const MARCAS = ['{saudacao}', '{vendedor}', '{empresa}'] as const;
export const MODELO_MAX = 500;

/** The greeting of the hour. */
export function saudacao(hora: number): string {
  if (hora < 12) return 'Bom dia';
  return hora < 18 ? 'Boa tarde' : 'Boa noite';
}

/** The template filled in; unknown marks stay visible. */
export function mensagem(modelo: string, eu: Pick<Eu, 'nome' | 'empresa'>, hora: number): string {
  return preencher(modelo, { saudacao: saudacao(hora), vendedor: eu.nome.split(' ')[0] ?? eu.nome, empresa: eu.empresa });
}

/** Link of a conversation with my text, or undefined. */
export function linkConversa(celular: string | null, eu: Pick<Eu, 'nome' | 'empresa' | 'whatsapp'>): string | undefined {
  return linkWhatsapp(celular, mensagem(eu.whatsapp.modelo, eu, new Date().getHours()));
}
