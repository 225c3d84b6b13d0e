import { describe, expect, it } from 'vitest';

import type { TipoEvento } from '../../lib/websocket';
import { colunasTocadas } from './efeitos';
import { aoLado, destinoDa, escolhidos, faixa, juntarPagina, localizar, montar, mover, proximaPagina, receber, receberColuna, vizinha, type Quadro } from './quadro';
import { SEM_VENDEDOR, type Cartao, type ColunaResposta, type Por } from './tipos';

// The manager's board in memory: reading again, moving, choosing (ADM-2).

function cartao(id: number, valor = 10.1, dono: number | null = 7): Cartao {
  return {
    id, nome: `Cliente ${id}`, cpf: '***', celular: null, email: null, cidade: 'Recife', uf: 'PE', data_ultima_compra: '2026-10-10',
    dias_sem_comprar: 42, periodo: '30-45', situacao: 'elegivel', status: dono === null ? 'disponivel' : 'atribuido', ativo: true, valor_total: valor,
    vendedor_atribuido: dono === null ? null : { id: dono, nome: `V${dono}` }, contatado: false, fixado: false, atribuicao_id: id * 10,
  };
}

function coluna(nome: string, cartoes: Cartao[], total = cartoes.length): ColunaResposta {
  const vendedor = /^\d+$/.test(nome) ? ({ id: Number(nome), nome: `V${nome}` } as ColunaResposta['vendedor']) : null;
  return { coluna: nome, titulo: nome, vendedor, total, valor: cartoes.reduce((s, c) => s + c.valor_total, 0), clientes: cartoes, page: 1, size: 50, pages: 1 };
}

function quadro(por: Por = 'vendedor'): Quadro {
  return montar({ por, colunas: [coluna(SEM_VENDEDOR, [cartao(1, 5, null)]), coluna('7', [cartao(2), cartao(3), cartao(4)], 120), coluna('8', [])] });
}

const idsDe = (q: Quadro, nome: string) => q.colunas[nome]?.cartoes.map((c) => c.id);

describe('mover', () => {
  it('puts the cards where the server will, pinned, and the totals with them', () => {
    const q = quadro();
    mover(q, [3, 2], '8', { id: 8, nome: 'V8' });
    expect(idsDe(q, '8')).toEqual([3, 2]);
    expect(q.colunas['8']).toMatchObject({ total: 2, valor: 20.2 });
    expect(q.colunas['7']).toMatchObject({ total: 118 });
    expect(localizar(q, 2)?.cartao).toMatchObject({ fixado: true, vendedor_atribuido: { id: 8 } });
  });

  it('a card stays in its place when the column is read again, also below what the answer holds', () => {
    const comDia = (id: number, dia: string, contatado = false) => ({ ...cartao(id), data_ultima_compra: `2026-10-${dia}`, contatado });
    const q = montar({ por: 'vendedor', colunas: [coluna('7', [comDia(1, '01'), comDia(2, '12'), comDia(3, '20', true)]), coluna('8', [comDia(4, '05'), comDia(5, '10'), comDia(6, '15'), comDia(7, '01', true)], 40)] });
    mover(q, [2, 3], '8', { id: 8, nome: 'V8' });
    expect(idsDe(q, '8')).toEqual([4, 5, 2, 6, 3, 7]);
    receberColuna(q, coluna('8', [comDia(4, '05'), comDia(5, '10')], 42));
    expect(idsDe(q, '8')).toEqual([4, 5, 2, 6, 3, 7]);
    expect(localizar(q, 2)?.cartao.fixado).toBe(true);
  });

  it('among clients without a seller the id decides a day', () => {
    const q = montar({ por: 'vendedor', colunas: [coluna(SEM_VENDEDOR, [cartao(1, 5, null), cartao(6, 5, null)]), coluna('7', [cartao(4)])] });
    mover(q, [4], SEM_VENDEDOR, null);
    expect(idsDe(q, SEM_VENDEDOR)).toEqual([1, 4, 6]);
  });

  it('to nobody, the client is free', () => {
    const q = quadro();
    mover(q, [2], SEM_VENDEDOR, null);
    expect(localizar(q, 2)).toMatchObject({ coluna: SEM_VENDEDOR, cartao: { fixado: false, status: 'disponivel', vendedor_atribuido: null } });
  });

  it('by period a card changes its seller and stays', () => {
    const q = montar({ por: 'periodo', colunas: [coluna('30-45', [cartao(2), cartao(3)])] });
    mover(q, [3], '8', { id: 8, nome: 'V8' });
    expect(idsDe(q, '30-45')).toEqual([2, 3]);
    expect(localizar(q, 3)?.cartao.vendedor_atribuido?.id).toBe(8);
  });
});

describe('reading', () => {
  it('keeps what was loaded deeper, and each client once', () => {
    const q = quadro();
    receber(q, { por: 'vendedor', colunas: [coluna(SEM_VENDEDOR, []), coluna('7', [cartao(9)], 121), coluna('8', [cartao(4, 10.1, 8)])] });
    expect(idsDe(q, '7')).toEqual([9, 3]);
    expect(idsDe(q, '8')).toEqual([4]);
    expect(idsDe(q, SEM_VENDEDOR)).toEqual([]);
    receberColuna(q, coluna('7', [cartao(3), cartao(2)], 2));
    expect(idsDe(q, '7')).toEqual([3, 2]);
  });

  it('pages until the total, and stops at a page that brings nothing', () => {
    const q = quadro();
    expect(proximaPagina(q.colunas['7'] as Quadro['colunas'][string])).toBe(1);
    juntarPagina(q, { ...coluna('7', [cartao(4), cartao(5)], 120) });
    expect(idsDe(q, '7')).toEqual([2, 3, 4, 5]);
    juntarPagina(q, coluna('7', [], 120));
    expect(proximaPagina(q.colunas['7'] as Quadro['colunas'][string])).toBeUndefined();
  });
});

describe('choosing and walking', () => {
  it('a range lies in one column', () => {
    const q = quadro();
    expect(faixa(q, 4, 2)).toEqual([2, 3, 4]);
    expect(faixa(q, 1, 3)).toEqual([3]);
    expect(faixa(q, undefined, 3)).toEqual([3]);
    expect(escolhidos(q, new Set([4, 1, 99])).map((c) => c.id)).toEqual([1, 4]);
  });

  it('arrows skip empty columns; Ctrl+arrow does not', () => {
    const q = quadro();
    expect(aoLado(q, 1, 'direita', false)?.id).toBe(2);
    expect(aoLado(q, 2, 'direita', false)).toBeUndefined();
    expect(aoLado(q, 3, 'cima', true)?.id).toBe(2);
    expect([vizinha(q, '7', 1), vizinha(q, '7', -1), vizinha(q, '8', 1)]).toEqual(['8', SEM_VENDEDOR, undefined]);
    expect([destinoDa(q, '8'), destinoDa(q, SEM_VENDEDOR), destinoDa(q, 'x')]).toEqual([{ id: 8, nome: 'V8' }, null, undefined]);
  });
});

describe('colunasTocadas', () => {
  const ev = (tipo: TipoEvento, dados: Record<string, unknown> = {}, q = quadro()) => colunasTocadas(q, { seq: 1, tipo, dados });

  it('names the columns of one client', () => {
    expect(ev('cliente_realocado', { cliente_id: 2, vendedor_id: 8, de_vendedor_id: 7 })).toEqual(['7', '8']);
    expect(ev('cliente_realocado', { cliente_id: 90, vendedor_id: 8, de_vendedor_id: 0 })).toEqual(['8', SEM_VENDEDOR]);
    expect(ev('cliente_liberado', { cliente_id: 2, vendedor_id: 7 })).toEqual(['7', SEM_VENDEDOR]);
    expect(ev('cliente_contatado', { cliente_id: 90, vendedor_id: 33 })).toEqual([]);
  });

  it('reads all after a lote, a distribution or a gap', () => {
    expect([ev('cliente_realocado', { lote: 4, quantidade: 40 }), ev('redistribuicao_completa'), ev('recarregar'), ev('vendedor_online', { vendedor_id: 7 })]).toEqual(['todas', 'todas', 'todas', 'todas']);
  });
});
