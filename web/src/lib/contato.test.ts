// Returns, notes that hold too much, the WhatsApp text (BOARD-4, BOARD-5).
import { describe, expect, test } from 'vitest';

import { dadoSensivel } from './dados-sensiveis';
import { diaDaSemana, diaIso, lerRetorno, proximaSegunda, retornoValido, somarDias } from './retorno';
import { mensagem, saudacao } from './whatsapp';

describe('lerRetorno', () => {
  test.each([
    [null, undefined],
    ['2026-11-19', { tipo: 'atrasado', dias: 3 }],
    ['2026-11-22', { tipo: 'hoje', dias: 0 }],
    ['2026-11-23', { tipo: 'amanha', dias: 1 }],
    ['2026-12-01', { tipo: 'depois', dias: 9 }],
  ])('%s', (dia, esperado) => expect(lerRetorno(dia, '2026-11-22')).toEqual(esperado));
});

test('days', () => {
  expect(somarDias('2026-12-31', 1)).toBe('2027-01-01');
  expect(somarDias('2028-02-28', 1)).toBe('2028-02-29');
  // Late in the evening it is the next day in UTC, not here.
  expect([diaIso('2026-11-23T02:59:00Z'), diaIso('2026-11-23T03:00:00Z'), diaIso('2026-11-22T23:59:00-03:00')]).toEqual(['2026-11-22', '2026-11-23', '2026-11-22']);
  expect(diaDaSemana('2026-11-22')).toBe(0);
  expect(proximaSegunda('2026-11-22')).toBe('2026-11-23');
  expect(proximaSegunda('2026-11-23')).toBe('2026-11-30');
  expect(retornoValido('2026-11-22', '2026-11-22')).toBe(true);
  expect(retornoValido('2026-11-21', '2026-11-22')).toBe(false);
  expect(retornoValido('2027-11-23', '2026-11-22')).toBe(true);
  expect(retornoValido('2027-11-24', '2026-11-22')).toBe(false);
});

describe('dadoSensivel', () => {
  test.each([
    ['ligar para 529.982.247-25 amanhã', 'cpf'],
    ['cpf 52998224725', 'cpf'],
    ['111.111.111-11', undefined],
    ['celular 11 91234-5678', undefined],
    ['cartão 4111 1111 1111 1111, val 10/28', 'cartao'],
    ['4111111111111112', undefined],
    ['pedido 20261122000123, R$ 1.234,50', undefined],
    // Beside another number, and parted in other ways.
    ['fone 11 91234-5678 529.982.247-25', 'cpf'],
    ['pedido 12 529.982.247-25', 'cpf'],
    ['529.982.247/25', 'cpf'],
    ['529.982.247 - 25', 'cpf'],
    ['529\u00a0982\u00a0247\u201325', 'cpf'],
    ['cartão 4111 1111 1111 1111 12/28 123', 'cartao'],
    ['3782 822463 10005', 'cartao'],
    ['de 11 91234-5678 a 21 99876-5432 em 22/11/2026', undefined],
    ['', undefined],
  ])('%s', (texto, esperado) => expect(dadoSensivel(texto)).toBe(esperado));
});

test('WhatsApp text', () => {
  expect([0, 11, 12, 17, 18, 23].map(saudacao)).toEqual(['Bom dia', 'Bom dia', 'Boa tarde', 'Boa tarde', 'Boa noite', 'Boa noite']);
  expect(mensagem('{saudacao}! {vendedor} da {empresa} {x}', { nome: 'Ana Souza', empresa: 'Loja' }, 9)).toBe('Bom dia! Ana da Loja {x}');
});
