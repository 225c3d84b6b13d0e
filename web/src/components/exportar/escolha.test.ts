// The columns of a file: which, in what order, what is remembered; sensitive ones never by themselves (UI-2, LGPD-1).
import { describe, expect, it } from 'vitest';

import type { CampoExportavel } from '../../lib/exportacoes';
import { colunasIniciais, escolhidas, guardar, lembrar, marcar, mover, semSensiveis } from './escolha';

const campo = (nome: string, padrao = true, sensivel = false): CampoExportavel => ({ campo: nome, titulo: nome, tipo: 'texto', padrao, sensivel });
const CAMPOS = [campo('nome'), campo('cpf', true, true), campo('nascimento', true, true), campo('cidade'), campo('email', false)];
const memoria = () => {
  const m = new Map<string, string>();
  return { getItem: (c: string) => m.get(c) ?? null, setItem: (c: string, v: string) => void m.set(c, v) };
};

describe('colunasIniciais', () => {
  it('takes what the server and the screen show, but nothing that asks for a purpose', () => {
    expect(escolhidas(colunasIniciais(CAMPOS, undefined))).toEqual(['nome', 'cpf', 'cidade']);
    expect(escolhidas(colunasIniciais(CAMPOS, undefined, ['email', 'nascimento']))).toEqual(['nome', 'cpf', 'cidade', 'email']);
  });

  it('comes back as it was left; columns that are new stand at the end', () => {
    const onde = memoria();
    const deixada = mover(marcar(marcar(colunasIniciais(CAMPOS, undefined), 'nome', false), 'nascimento', true), 'cidade', -1);
    guardar(7, 'clientes', undefined, { formato: 'csv', csv: 'excel', colunas: deixada }, onde);
    const lembrada = lembrar(7, 'clientes', undefined, onde);
    expect(lembrada).toMatchObject({ formato: 'csv', csv: 'excel' });
    const volta = colunasIniciais([campo('nova'), ...CAMPOS], lembrada);
    expect(volta.map((c) => c.campo)).toEqual(['nome', 'cpf', 'cidade', 'nascimento', 'email', 'nova']);
    expect(escolhidas(volta)).toEqual(['cpf', 'cidade', 'nova']);
    expect(lembrar(8, 'clientes', undefined, onde)).toBeUndefined();
    expect(lembrar(7, 'relatorio', 'funil', onde)).toBeUndefined();
  });

  it('survives a storage that lies', () => {
    for (const texto of ['', '{', '[]', '7', '{"ordem":[1],"marcados":[]}']) {
      expect(lembrar(1, 'clientes', undefined, { getItem: () => texto })).toBeUndefined();
    }
  });
});

describe('mover', () => {
  it('changes places and stops at the ends', () => {
    const colunas = colunasIniciais(CAMPOS, undefined);
    const nomes = (passo: -1 | 1, qual: string) => mover(colunas, qual, passo).map((c) => c.campo);
    expect(nomes(1, 'nome')).toEqual(['cpf', 'nome', 'nascimento', 'cidade', 'email']);
    expect(nomes(-1, 'nome')).toEqual(CAMPOS.map((c) => c.campo));
    expect(nomes(1, 'email')).toEqual(CAMPOS.map((c) => c.campo));
    expect(nomes(1, 'nada')).toEqual(CAMPOS.map((c) => c.campo));
  });
});

it('without a purpose the sensitive columns go, the masked CPF stays', () => {
  const colunas = marcar(colunasIniciais(CAMPOS, undefined), 'nascimento', true);
  expect(escolhidas(semSensiveis(colunas))).toEqual(['nome', 'cpf', 'cidade']);
});
