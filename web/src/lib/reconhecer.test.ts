import { describe, expect, it } from 'vitest';

import { identificaPessoa, mascaraDaBusca, reconhecer, textoDaBusca } from './reconhecer';

// The one search box: what a text means, its mask, what may identify a person (BUSCA-3, LGPD-1).

describe('reconhecer', () => {
  it.each([
    ['', 'vazio'],
    ['   ', 'vazio'],
    ['529.982.247-25', 'cpf'],
    ['52998224725', 'cpf'],
    [' 529 982 247 25 ', 'cpf'],
    ['529.982.247-24', 'cpf'],
    ['00000000000', 'cpf'],
    ['529.982', 'numero'],
    ['5', 'numero'],
    ['(11) 91234-5678', 'celular'],
    ['11912345678', 'celular'],
    ['+55 11 91234-5678', 'celular'],
    ['5511912345678', 'celular'],
    ['(11) 3333-4444', 'celular'],
    ['1133334444', 'numero'],
    ['91234-5678', 'numero'],
    ['maria@exemplo.test', 'email'],
    ['maria@', 'email'],
    ['Maria', 'nome'],
    ['João 2', 'nome'],
    ["d'Ávila", 'nome'],
    ['%_', 'nome'],
    ['😀', 'nome'],
    ['()', 'nome'],
  ])('%s: %s', (texto, tipo) => expect(reconhecer(texto)).toBe(tipo));
});

describe('mascaraDaBusca', () => {
  it.each([
    ['5', '5'],
    ['5299', '529.9'],
    ['52998224725', '529.982.247-25'],
    ['529.982.247-2', '529.982.247-2'],
    ['CPF: 529.982.247-25', '529.982.247-25'],
    ['11912345678', '(11) 91234-5678'],
    ['(11', '(11'],
    ['(1191234', '(11) 9123-4'],
    ['+55 11 91234-5678', '(11) 91234-5678'],
    ['123456789012', '123456789012'],
    ['Maria da Silva', 'Maria da Silva'],
    ['maria@exemplo.test', 'maria@exemplo.test'],
    ['  ', '  '],
    ['', ''],
  ])('%s becomes %s', (texto, mascara) => expect(mascaraDaBusca(texto)).toBe(mascara));
  it('is stable: a masked text stays', () => {
    for (const texto of ['529.982.247-25', '(11) 91234-5678', '(11) 3333-4', '529.9', 'Maria']) {
      expect(mascaraDaBusca(mascaraDaBusca(texto))).toBe(mascaraDaBusca(texto));
    }
  });
});

describe('textoDaBusca', () => {
  it.each([
    ['912.345.678', '912345678'],
    ['529.982.247-25', '529.982.247-25'],
    [' (11) 91234-5678 ', '(11) 91234-5678'],
    ['(11) 9', '119'],
    [' Maria  ', 'Maria'],
    ['', ''],
  ])('%s is sent as %s', (texto, enviado) => expect(textoDaBusca(texto)).toBe(enviado));
});

describe('identificaPessoa', () => {
  it.each([
    ['529.9', true],
    ['(11) 9', false],
    ['Maria 52998224725', true],
    ['a@b', true],
    ['Maria', false],
    ['João 23', false],
    ['', false],
  ])('%s: %s', (texto, sim) => expect(identificaPessoa(texto)).toBe(sim));
});
