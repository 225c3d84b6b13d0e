// Columns of an import and the fields they go to (BUSCA-6).
import { beforeEach, describe, expect, test } from 'vitest';

import { guardar, lembrar, paraMapa, problemas, sugeridos } from './mapa';
import type { Coluna } from './tipos';

const colunas = (...titulos: [string, string | null][]): Coluna[] => titulos.map(([titulo, sugestao], indice) => ({ indice, titulo, amostra: [], sugestao }));
const TRES = colunas(['CPF', 'cpf'], ['Cliente', 'nome_completo'], ['Obs', null]);

describe('choices', () => {
  test('a suggestion counts once, an unknown one not at all', () => {
    expect(sugeridos(colunas(['a', 'cpf'], ['b', 'cpf'], ['c', 'saldo'], ['d', null]))).toEqual(['cpf', undefined, undefined, undefined]);
  });
  test('fields point to columns from 0', () => {
    expect(paraMapa(['nome_completo', undefined, 'cpf'])).toEqual({ nome_completo: 0, cpf: 2 });
  });
  test.each([
    [['cpf', 'nome_completo'], { faltaCpf: false, faltaNome: false, repetidos: [] }],
    [['nome_completo'], { faltaCpf: true, faltaNome: false, repetidos: [] }],
    [['cpf'], { faltaCpf: false, faltaNome: true, repetidos: [] }],
    [['cpf', 'uf', 'uf', 'nome_completo'], { faltaCpf: false, faltaNome: false, repetidos: ['uf'] }],
  ] as const)('%o', (destinos, esperado) => expect(problemas(destinos)).toEqual(esperado));
});

describe('memory', () => {
  beforeEach(() => localStorage.clear());
  test('the choice for the same titles comes back; for others it does not', () => {
    guardar(TRES, ['cpf', 'nome_mae', undefined], localStorage);
    expect(lembrar(colunas([' cpf ', null], ['CLIENTE', null], ['obs', null]), localStorage)).toEqual(['cpf', 'nome_mae', undefined]);
    expect(lembrar(TRES.slice(0, 2), localStorage)).toBeUndefined();
  });
  test('a first line that is a client, taken for titles, is not kept (LGPD-1)', () => {
    guardar(colunas(['529.982.247-25', 'cpf'], ['Maria da Silva', 'nome_completo']), ['cpf', 'nome_completo'], localStorage);
    guardar(colunas(['Maria', null], ['maria@exemplo.com.br', 'email']), [undefined, 'email'], localStorage);
    expect(localStorage.length).toBe(0);
  });
  test('the oldest of more than twenty are forgotten; what is broken is ignored', () => {
    for (let i = 0; i < 21; i++) guardar(colunas([`t${i}`, null]), ['cpf'], localStorage);
    expect(lembrar(colunas(['t0', null]), localStorage)).toBeUndefined();
    expect(lembrar(colunas(['t20', null]), localStorage)).toEqual(['cpf']);
    localStorage.setItem('importacao-colunas', '{');
    expect(lembrar(TRES, localStorage)).toBeUndefined();
  });
});
