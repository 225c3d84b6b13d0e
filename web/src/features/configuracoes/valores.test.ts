import { describe, expect, it } from 'vitest';

import type { Configuracao } from './api';
import { diferencas, erroDoValor, nomesDosPeriodos, tempoEmPalavras } from './valores';

const inteiro = { tipo: 'inteiro', minimo: 1, maximo: 90 } as const;

describe('settings (ADM-3)', () => {
  it.each([
    ['86400', 's', '1 dia'],
    ['604800', 's', '7 dias'],
    ['900', 's', '15 minutos'],
    ['3600', 's', '1 hora'],
    ['90', 's', undefined],
    ['0', 's', undefined],
    ['x', 's', undefined],
    ['86400', 'dias', undefined],
  ])('%s %s is %s', (valor, unidade, esperado) => expect(tempoEmPalavras(valor, unidade)).toBe(esperado));

  it.each([
    ['30', undefined],
    ['1', undefined],
    ['90', undefined],
    ['0', 'Use um número de 1 a 90.'],
    ['91', 'Use um número de 1 a 90.'],
    ['', 'Use um número inteiro.'],
    ['3,5', 'Use um número inteiro.'],
    [' 3', 'Use um número inteiro.'],
  ])('"%s" as a number: %s', (valor, esperado) => expect(erroDoValor(inteiro, valor)).toBe(esperado));

  it('text has a least and a greatest length', () => {
    const texto = { tipo: 'texto', minimo: 1, maximo: 3 } as const;
    expect(erroDoValor(texto, ' ')).toBe('Preencha este campo.');
    expect(erroDoValor(texto, 'ãão')).toBeUndefined();
    expect(erroDoValor(texto, 'abcd')).toBe('Use até 3 caracteres.');
  });

  it('what was typed and taken back is no change', () => {
    const guardadas = [{ chave: 'a', valor: '1' }, { chave: 'b', valor: '2' }] as Configuracao[];
    expect(diferencas(guardadas, { a: '1', b: '3' })).toEqual({ b: '3' });
    expect(diferencas(guardadas, {})).toEqual({});
  });

  it('periods are named by their bounds', () => {
    const v: Record<string, string> = { janela_inicio: '20', janela_meio: '40', janela_fim: '70', periodo_perdido: '100' };
    expect(Object.values(nomesDosPeriodos((c) => v[c] ?? ''))).toEqual(['Até 19 dias', '20 a 40 dias', '41 a 70 dias', '71 a 100 dias', 'Mais de 100 dias']);
  });
});
