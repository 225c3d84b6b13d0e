// The form of a client and the merge after a conflict (BUSCA-5, DADOS-2).
import { describe, expect, test } from 'vitest';

import { deDados, mudados, paraCorpo, primeiroErro, validar, VAZIO, type Formulario } from './formulario';
import { aplicar, diferencas, pendentes } from './mesclar';
import type { Dados } from './tipos';

const HOJE = '2026-11-21';
const DADOS: Dados = {
  cpf: '52998224725',
  nome_completo: 'Ana Souza',
  data_nascimento: '1980-02-29',
  sexo: 'F',
  nome_mae: 'Rita Souza',
  celular: '11912345678',
  email: 'ana@exemplo.test',
  cep: '01310-100',
  cidade: 'São Paulo',
  uf: 'SP',
  nao_contatar: false,
};
const BASE = deDados(DADOS, false);
const com = (novo: Partial<Formulario>): Formulario => ({ ...BASE, ...novo });

describe('record to inputs', () => {
  test('every field has its form', () => {
    expect(BASE).toMatchObject({ cpf: '529.982.247-25', data_nascimento: '29/02/1980', celular: '(11) 91234-5678', cep: '01310-100', nao_contatar: '' });
  });
  test('hidden fields start empty, and empty they stay as stored', () => {
    const form = deDados({ ...DADOS, cpf: '***.982.247-**', data_nascimento: null, nome_mae: null }, true);
    expect(form).toMatchObject({ cpf: '', data_nascimento: '', nome_mae: '' });
    expect(paraCorpo(form, form)).toEqual({});
    expect(validar(form, HOJE, true)).toEqual({});
    expect(paraCorpo(form, { ...form, nome_mae: 'Rita' })).toEqual({ nome_mae: 'Rita' });
  });
  test('a number from abroad is not cut', () => {
    expect(deDados({ ...DADOS, celular: '+351912345678' }, false).celular).toBe('+351912345678');
  });
});

describe('inputs to the API', () => {
  test('only what changed, as the API takes it', () => {
    const form = com({ celular: '(21) 98888-7777', data_nascimento: '01/03/1981', email: '', nao_contatar: 'sim', cidade: ' São Paulo ' });
    expect(mudados(BASE, form)).toEqual(['data_nascimento', 'celular', 'email', 'nao_contatar']);
    expect(paraCorpo(BASE, form)).toEqual({ data_nascimento: '1981-03-01', celular: '21988887777', email: null, nao_contatar: true });
  });
  test('a new client sends what was typed', () => {
    expect(paraCorpo(VAZIO, { ...VAZIO, cpf: '529.982.247-25', nome_completo: 'Ana' })).toEqual({ cpf: '52998224725', nome_completo: 'Ana' });
  });
});

describe('validation', () => {
  test.each<[Partial<Formulario>, object]>([
    [{}, {}],
    [{ cpf: '' }, { cpf: 'cpfFalta' }],
    [{ cpf: '111.111.111-11' }, { cpf: 'cpfInvalido' }],
    [{ nome_completo: '  ' }, { nome_completo: 'nomeFalta' }],
    [{ data_nascimento: '30/02/1980' }, { data_nascimento: 'dataInvalida' }],
    [{ data_nascimento: '22/11/2026' }, { data_nascimento: 'dataFutura' }],
    [{ data_nascimento: '31/12/1899' }, { data_nascimento: 'dataInvalida' }],
    [{ celular: '(11) 9123' }, { celular: 'celularInvalido' }],
    [{ celular: '+351 912 345 678' }, {}],
    [{ email: 'ana@' }, { email: 'emailInvalido' }],
    [{ cep: '0131' }, { cep: 'cepInvalido' }],
  ])('%o gives %o', (novo, erros) => expect(validar(com(novo), HOJE, false)).toEqual(erros));

  test('the first error in the order of the form gets the focus', () => {
    expect(primeiroErro({ uf: 'x', cpf: 'y' })).toBe('cpf');
    expect(primeiroErro({})).toBeUndefined();
  });
});

describe('three-way merge', () => {
  test('each side changed other fields: nothing to choose, both stand', () => {
    const deles = com({ cidade: 'Santos' });
    const lista = diferencas(BASE, deles, com({ email: 'nova@exemplo.test' }));
    expect(lista.map((d) => [d.campo, d.conflito, d.sugestao])).toEqual([
      ['email', false, 'meu'],
      ['cidade', false, 'deles'],
    ]);
    expect(pendentes(lista, {})).toEqual([]);
    expect(aplicar(deles, lista, {})).toMatchObject({ cidade: 'Santos', email: 'nova@exemplo.test' });
  });
  test('both changed the same field: the user chooses', () => {
    const deles = com({ celular: '(11) 90000-0000' });
    const lista = diferencas(BASE, deles, com({ celular: '(11) 95555-5555' }));
    expect(pendentes(lista, {})).toEqual(['celular']);
    expect(aplicar(deles, lista, { celular: 'meu' }).celular).toBe('(11) 95555-5555');
    expect(aplicar(deles, lista, { celular: 'deles' }).celular).toBe('(11) 90000-0000');
  });
  test('both changed it to the same: no difference', () => {
    expect(diferencas(BASE, com({ uf: 'RJ' }), com({ uf: 'RJ' }))).toEqual([]);
  });
  test('I took back what I had typed: theirs stands', () => {
    const deles = com({ uf: 'RJ' });
    const lista = diferencas(BASE, deles, BASE);
    expect(aplicar(deles, lista, {}).uf).toBe('RJ');
  });
});
