import { describe, expect, it } from 'vitest';

import { copiarParaDiasUteis, doForm, erroDoDia, paraForm } from './jornada';

// The form of the working hours (DIST-10).

const SEGUNDA = { dia_semana: 1, inicio: '09:00', fim: '17:30', almoco_inicio: null, almoco_fim: null };

describe('jornada', () => {
  it('comes back as it went', () => {
    expect(paraForm([SEGUNDA]).map((d) => d.dia_semana)).toEqual([1, 2, 3, 4, 5, 6, 0]);
    expect(doForm(paraForm([SEGUNDA]))).toEqual([SEGUNDA]);
    expect(doForm(paraForm([]))).toEqual([]);
  });

  it('copies the first working day to Monday to Friday and leaves the weekend', () => {
    const copiada = doForm(copiarParaDiasUteis(paraForm([SEGUNDA, { ...SEGUNDA, dia_semana: 6, fim: '12:00' }])));
    expect(copiada.map((d) => [d.dia_semana, d.fim])).toEqual([[1, '17:30'], [2, '17:30'], [3, '17:30'], [4, '17:30'], [5, '17:30'], [6, '12:00']]);
  });

  it('ends at midnight: 24:00 there, 00:00 in the field', () => {
    const noite = { ...SEGUNDA, inicio: '16:00', fim: '24:00' };
    const [dia] = paraForm([noite]);
    expect(dia?.fim).toBe('00:00');
    expect(dia && erroDoDia(dia)).toBeUndefined();
    expect(doForm(paraForm([noite]))).toEqual([noite]);
  });

  it.each([
    [{}, undefined],
    [{ fim: '' }, 'horas'],
    [{ fim: '09:00' }, 'fim'],
    [{ almoco_inicio: '12:00' }, 'almoco'],
    [{ almoco_inicio: '12:00', almoco_fim: '11:00' }, 'almoco'],
    [{ almoco_inicio: '17:00', almoco_fim: '18:00' }, 'almocoFora'],
    [{ trabalha: false, fim: '' }, undefined],
  ])('judges %j as %s', (muda, erro) => {
    const [dia] = paraForm([SEGUNDA]);
    expect(dia && erroDoDia({ ...dia, ...muda })).toBe(erro);
  });
});
