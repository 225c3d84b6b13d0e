// What changed, out of the rows of the audit: columns, hidden values, blocks of many rows, long texts (AUDIT-1, AUDIT-3).
import { describe, expect, it } from 'vitest';

import { blocoDe, comuns, diferencas, idsEmTexto, linhasDoBloco, primeirosIds, trechos } from './diferenca';

describe('diferencas', () => {
  it('takes what differs, and what only one side has', () => {
    expect(diferencas({ celular: '1', cidade: 'Recife', uf: null }, { celular: '2', cidade: 'Recife', email: 'a@b.c' })).toEqual([
      { campo: 'celular', antes: '1', depois: '2' },
      { campo: 'email', antes: undefined, depois: 'a@b.c' },
    ]);
  });

  it('takes every column of a row that came or went', () => {
    expect(diferencas(null, { nome: 'Ana' })).toEqual([{ campo: 'nome', antes: undefined, depois: 'Ana' }]);
    expect(diferencas({ nome: 'Ana' }, null)).toEqual([{ campo: 'nome', antes: 'Ana', depois: undefined }]);
    expect(diferencas(null, null)).toEqual([]);
  });

  it('keeps a hidden value, which looks the same, and leaves out the key', () => {
    const antes = { chave: 'empresa', valor: 'A', segredo: '***' };
    const depois = { chave: 'empresa', valor: 'B', segredo: '***' };
    expect(diferencas(antes, depois).map((d) => d.campo)).toEqual(['valor', 'segredo']);
    expect(comuns(antes, depois)).toEqual([['chave', 'empresa']]);
  });

  it('compares lists and objects by what is in them', () => {
    expect(diferencas({ dias: [1, 2] }, { dias: [1, 2] })).toEqual([]);
    expect(diferencas({ dias: [1, 2] }, { dias: [1, 3] })).toHaveLength(1);
  });
});

describe('blocks', () => {
  const bloco = blocoDe({ ids: [[1, 3], 7], status: ['a', 'b', 'c', 'd'] }, { ids: [[1, 3], 7], status: ['a', 'x', 'c', 'y'] });

  it('unpacks the ids', () => {
    expect(primeirosIds([[1, 3], 7], 9)).toEqual([1, 2, 3, 7]);
    expect(primeirosIds([[1, 1_000_000]], 2)).toEqual([1, 2]);
    expect(idsEmTexto([[1, 3], 7, 9], 2)).toBe('1–3, 7…');
  });

  it('gives each row its own changes', () => {
    expect(bloco && linhasDoBloco(bloco, 10).map((l) => [l.id, l.diferencas.length])).toEqual([[1, 0], [2, 1], [3, 0], [7, 1]]);
    expect(bloco && linhasDoBloco(bloco, 10)[3]?.diferencas).toEqual([{ campo: 'status', antes: 'd', depois: 'y' }]);
  });

  it('is told from a record of one row', () => {
    expect(blocoDe({ nome: 'Ana' }, { nome: 'Bia' })).toBeUndefined();
    expect(blocoDe(null, { ids: 'clientes' })).toBeUndefined();
    expect(blocoDe(null, { ids: [1, 2] })).toEqual({ ids: [1, 2], antes: {}, depois: {} });
  });
});

describe('trechos', () => {
  it('finds the words that differ', () => {
    expect(trechos('Sentimos sua falta por aqui. Posso ajudar?', 'Sentimos sua falta por lá. Posso ajudar?')).toEqual({ comeco: 'Sentimos sua falta por ', antes: 'aqui.', depois: 'lá.', fim: ' Posso ajudar?' });
  });

  it('never counts a word twice', () => {
    const { comeco, antes, depois, fim } = trechos('um dois três quatro cinco seis', 'um dois três quatro quatro cinco seis');
    expect(comeco + antes + fim).toBe('um dois três quatro cinco seis');
    expect(comeco + depois + fim).toBe('um dois três quatro quatro cinco seis');
  });

  it('reads short texts whole', () => {
    expect(trechos('Recife Antigo', 'Recife Novo').antes).toBe('Recife Antigo');
  });
});
