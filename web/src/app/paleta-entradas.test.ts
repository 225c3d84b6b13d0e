import { describe, expect, it } from 'vitest';

import { emGrupos, filtrar, type Entrada } from './paleta-entradas';

const nada = () => undefined;
const entradas: Entrada[] = [
  { id: 'a', grupo: 'Ir', nome: 'Clientes', detalhe: 'Por nome, CPF ou telefone', fazer: nada },
  { id: 'b', grupo: 'Ir', nome: 'Estatísticas', fazer: nada },
  { id: 'c', grupo: 'Ações', nome: 'Novo cliente', fazer: nada },
];
const ids = (texto: string) => filtrar(entradas, texto).map((e) => e.id);

describe('palette (UI-3)', () => {
  it.each([
    ['', ['a', 'b', 'c']],
    ['  ', ['a', 'b', 'c']],
    ['estatis', ['b']],
    ['ESTATÍS', ['b']],
    ['cli', ['a', 'c']],
    ['novo cli', ['c']],
    ['cli novo', ['c']],
    ['cpf', ['a']],
    ['entes', []],
  ])('"%s" finds %j', (texto, esperado) => expect(ids(texto)).toEqual(esperado));

  it('groups keep the order of their first entry', () => {
    expect(emGrupos([...entradas].reverse()).map(([g, e]) => [g, e.length])).toEqual([['Ações', 1], ['Ir', 2]]);
  });
});
