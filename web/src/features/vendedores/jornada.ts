import type { DiaDeJornada } from './api';

/**
 * The week as the form holds it: empty hours are days off. A time field knows no
 * 24:00, so an end at midnight is 00:00 here.
 */
export interface DiaDoForm {
  dia_semana: number;
  trabalha: boolean;
  inicio: string;
  fim: string;
  almoco_inicio: string;
  almoco_fim: string;
}

/** Monday first, as people read a week. */
const SEMANA = [1, 2, 3, 4, 5, 6, 0] as const;

/** A shift that ends with the day: in the form, on the server. */
export const MEIA_NOITE = '00:00';
const FIM_DO_DIA = '24:00';

const PADRAO = { inicio: '08:00', fim: '18:00', almoco_inicio: '12:00', almoco_fim: '13:00' };

export function paraForm(dias: readonly DiaDeJornada[]): DiaDoForm[] {
  return SEMANA.map((dia_semana) => {
    const d = dias.find((x) => x.dia_semana === dia_semana);
    if (d === undefined) return { dia_semana, trabalha: false, ...PADRAO };
    return { dia_semana, trabalha: true, inicio: d.inicio, fim: d.fim === FIM_DO_DIA ? MEIA_NOITE : d.fim, almoco_inicio: d.almoco_inicio ?? '', almoco_fim: d.almoco_fim ?? '' };
  });
}

export function doForm(form: readonly DiaDoForm[]): DiaDeJornada[] {
  return form
    .filter((d) => d.trabalha)
    .map((d) => ({ dia_semana: d.dia_semana, inicio: d.inicio, fim: fimDo(d), almoco_inicio: d.almoco_inicio || null, almoco_fim: d.almoco_fim || null }));
}

/** The end of a day as the server has it. */
function fimDo({ fim }: DiaDoForm): string {
  return fim === MEIA_NOITE ? FIM_DO_DIA : fim;
}

export type ErroDoDia = 'horas' | 'fim' | 'almoco' | 'almocoFora';

/** What is wrong with a day; hours are compared as text, HH:MM. */
export function erroDoDia(d: DiaDoForm): ErroDoDia | undefined {
  if (!d.trabalha) return undefined;
  if (d.inicio === '' || d.fim === '') return 'horas';
  const fim = fimDo(d);
  if (fim <= d.inicio) return 'fim';
  if (d.almoco_inicio === '' && d.almoco_fim === '') return undefined;
  if (d.almoco_inicio === '' || d.almoco_fim === '' || d.almoco_fim <= d.almoco_inicio) return 'almoco';
  return d.almoco_inicio < d.inicio || d.almoco_fim > fim ? 'almocoFora' : undefined;
}

/** The first working day's hours on Monday to Friday. */
export function copiarParaDiasUteis(form: readonly DiaDoForm[]): DiaDoForm[] {
  const modelo = form.find((d) => d.trabalha) ?? { ...PADRAO };
  const { inicio, fim, almoco_inicio, almoco_fim } = modelo;
  return form.map((d) => (d.dia_semana >= 1 && d.dia_semana <= 5 ? { ...d, trabalha: true, inicio, fim, almoco_inicio, almoco_fim } : d));
}
