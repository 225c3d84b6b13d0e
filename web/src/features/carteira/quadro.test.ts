import { describe, expect, it } from 'vitest';

import { desfazivel } from '../../lib/contato';
import { colunasTocadas, presencaDoVendedor } from './efeitos';
import { colunaPorDias, destino, podeMover } from './movimento';
import { desmarcar, envelhecer, juntarPagina, localizar, marcar, montar, planejarLeitura, proximaPagina, receberLeitura, recemChegados, substituirColuna, trocar, velhasAVista, voltar, type Quadro } from './quadro';
import type { ClienteCarteira, NomeColuna, RespostaCarteira } from './tipos';

// The board in memory: building, paging, moving and taking back (BOARD-4).

function cliente(id: number, coluna: NomeColuna, valor = 10.1): ClienteCarteira {
  return {
    id, nome: `Cliente ${id}`, cpf: '***.456.789-**', celular: '11912345678', email: null, cidade: 'Recife', uf: 'PE',
    data_ultima_compra: '2026-10-10', dias_sem_comprar: 42, periodo: '30-45', situacao: 'elegivel', ativo: true,
    status: 'atribuido', valor_total: valor, coluna, atribuicao_id: id * 10, data_atribuicao: '2026-11-20T10:00:00-03:00',
    contatado: coluna === 'contatado', data_contato: null, resultado: null, observacoes: null, fixado: false, ultimo_pedido: null,
    valor_recuperado: null, retornar_em: null, proximo_passo: null, marcado_por: null, reciclagem_em: null, esfriando: false,
  };
}

function resposta(clientes: ClienteCarteira[], totais: Partial<Record<NomeColuna, [number, number]>>): RespostaCarteira {
  return {
    vendedor: { id: 7, nome: 'Ana', online: true },
    no_quadro: Object.values(totais).length,
    colunas: Object.entries(totais).map(([coluna, [total, valor]]) => ({ coluna: coluna as NomeColuna, titulo: coluna, total, valor })),
    clientes, total: clientes.length, page: 1, size: 50, pages: 1,
  };
}

function quadroDeTeste(): Quadro {
  return montar(
    resposta([cliente(1, 'a_contatar_30_45'), cliente(2, 'a_contatar_30_45', 20.2), cliente(3, 'contatado')], {
      a_contatar_30_45: [120, 1000.3],
      a_contatar_46_60: [0, 0],
      contatado: [1, 10.1],
      recuperado: [0, 0],
    }),
  );
}

const MARCA = { observacoes: 'ok', resultado: 'contatado', retornar_em: '2026-11-25', marcado_por: 7, data_contato: '2026-11-21T10:00:00Z' } as const;
const QUEM = { id: 7, hoje: '2026-11-21', meio: 45 };

describe('marcar e desmarcar', () => {
  it('moves the card to the top of Contatado and its value with it', () => {
    const q = quadroDeTeste();
    marcar(q, 2, MARCA);
    expect(q.colunas.contatado.cartoes.map((c) => c.id)).toEqual([2, 3]);
    expect(q.colunas.contatado).toMatchObject({ total: 2, valor: 30.3 });
    expect(q.colunas.a_contatar_30_45).toMatchObject({ total: 119, valor: 980.1 });
    expect(localizar(q, 2)?.cliente).toMatchObject({ contatado: true, status: 'contatado', observacoes: 'ok' });
  });

  it('takes a refused move back to the same place', () => {
    const q = quadroDeTeste();
    const antes = structuredClone(q);
    const lugar = localizar(q, 1);
    if (lugar === undefined) throw new Error('card 1 is on the board');
    marcar(q, 1, MARCA);
    desmarcar(q, lugar);
    expect(q).toEqual(antes);
  });

  it('does not touch a card that a reading has moved meanwhile', () => {
    const q = quadroDeTeste();
    const lugar = localizar(q, 1);
    if (lugar === undefined) throw new Error('card 1 is on the board');
    const antes = structuredClone(q);
    desmarcar(q, lugar);
    expect(q).toEqual(antes);
  });

  it('does nothing for a card that is already contacted or unknown', () => {
    const q = quadroDeTeste();
    const antes = structuredClone(q);
    marcar(q, 3, MARCA);
    marcar(q, 99, MARCA);
    expect(q).toEqual(antes);
  });
});

describe('páginas', () => {
  it('asks for the next page, then for none', () => {
    const q = quadroDeTeste();
    expect(proximaPagina(q.colunas.a_contatar_30_45)).toBe(1);
    expect(proximaPagina(q.colunas.contatado)).toBeUndefined();
    q.colunas.a_contatar_30_45.cartoes = Array.from({ length: 50 }, (_, i) => cliente(100 + i, 'a_contatar_30_45'));
    expect(proximaPagina(q.colunas.a_contatar_30_45)).toBe(2);
    q.colunas.a_contatar_30_45.cartoes = q.colunas.a_contatar_30_45.cartoes.slice(0, -1);
    expect(proximaPagina(q.colunas.a_contatar_30_45)).toBe(1);
  });

  it('adds a page once, also when it overlaps', () => {
    const q = quadroDeTeste();
    const pagina = resposta([cliente(2, 'a_contatar_30_45'), cliente(4, 'a_contatar_30_45')], { a_contatar_30_45: [3, 40] });
    juntarPagina(q, 'a_contatar_30_45', pagina);
    juntarPagina(q, 'a_contatar_30_45', pagina);
    expect(q.colunas.a_contatar_30_45.cartoes.map((c) => c.id)).toEqual([1, 2, 4]);
    expect(proximaPagina(q.colunas.a_contatar_30_45)).toBeUndefined();
  });

  it('stops asking when a page brings nothing new', () => {
    const q = quadroDeTeste();
    juntarPagina(q, 'a_contatar_30_45', resposta([], { a_contatar_30_45: [120, 1] }));
    expect(proximaPagina(q.colunas.a_contatar_30_45)).toBeUndefined();
  });

  it('reads few pages as a whole, of many only what is on screen', () => {
    const q = quadroDeTeste();
    const com = (n: number) => ({ ...q, colunas: { ...q.colunas, contatado: { total: 9999, valor: 0, velhas: [], cartoes: Array.from({ length: n }, (_, i) => cliente(1000 + i, 'contatado')) } } });
    expect(planejarLeitura(com(1), ['contatado', 'recuperado'])).toEqual([{}]);
    expect(planejarLeitura(com(51), ['contatado'])).toEqual([{ coluna: 'contatado', page: 1, size: 100 }]);
    expect(planejarLeitura(com(5000), ['contatado'], { contatado: { primeiro: 2490, ultimo: 2510 } })).toEqual([
      { coluna: 'contatado', page: 50, size: 50 },
      { coluna: 'contatado', page: 51, size: 50 },
    ]);
  });

  it('puts a page of a long column in its place; the others are old until they are seen', () => {
    const q = quadroDeTeste();
    q.colunas.contatado = { total: 300, valor: 0, velhas: [], cartoes: Array.from({ length: 300 }, (_, i) => cliente(1000 + i, 'contatado')) };
    envelhecer(q, 'contatado');
    expect(q.colunas.contatado.velhas).toHaveLength(6);
    // One card of page 1 is gone, one of page 2 now begins page 2 no more.
    const nova = Array.from({ length: 50 }, (_, i) => cliente(1051 + i, 'contatado'));
    receberLeitura(q, { coluna: 'contatado', page: 2 }, resposta(nova, { contatado: [299, 0] }));
    const ids = q.colunas.contatado.cartoes.map((c) => c.id);
    expect(ids.slice(50, 100)).toEqual(nova.map((c) => c.id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(q.colunas.contatado.total).toBe(299);
    expect(q.colunas.contatado.velhas).toEqual([1, 3, 4, 5, 6]);
    expect(velhasAVista(q.colunas.contatado, { primeiro: 95, ultimo: 110 })).toEqual([3]);
  });
});

describe('substituirColuna', () => {
  it('keeps a client in one column only', () => {
    const q = quadroDeTeste();
    substituirColuna(q, 'contatado', resposta([cliente(1, 'contatado'), cliente(3, 'contatado')], { contatado: [2, 20.2], a_contatar_30_45: [119, 990] }));
    expect(localizar(q, 1)?.coluna).toBe('contatado');
    expect(q.colunas.a_contatar_30_45.cartoes.map((c) => c.id)).toEqual([2]);
    expect(q.colunas.a_contatar_30_45.total).toBe(119);
  });

  it('tells what slid in', () => {
    const antes = quadroDeTeste();
    const depois = quadroDeTeste();
    substituirColuna(depois, 'a_contatar_46_60', resposta([cliente(8, 'a_contatar_46_60')], {}));
    expect(recemChegados(antes, depois)).toEqual([8]);
  });
});

describe('desfazer', () => {
  it('puts the card where its days belong, as it was not contacted', () => {
    const q = quadroDeTeste();
    marcar(q, 2, MARCA);
    voltar(q, 2, 'a_contatar_30_45');
    expect(q.colunas.a_contatar_30_45.cartoes.map((c) => c.id)).toEqual([1, 2]);
    expect(localizar(q, 2)?.cliente).toEqual(cliente(2, 'a_contatar_30_45', 20.2));
    expect(q.colunas.a_contatar_30_45).toMatchObject({ total: 120, valor: 1000.3 });
    expect(q.colunas.contatado).toMatchObject({ total: 1, valor: 10.1 });
  });

  it('changes a card where it stands', () => {
    const q = quadroDeTeste();
    trocar(q, 2, { retornar_em: '2026-12-01' });
    trocar(q, 99, { retornar_em: '2026-12-01' });
    expect(localizar(q, 2)).toMatchObject({ indice: 1, cliente: { retornar_em: '2026-12-01' } });
  });

  it.each([
    ['my mark of today', {}, true],
    ["another person's", { marcado_por: 8 }, false],
    ['touched since', { marcado_por: null }, false],
    ['of yesterday', { data_contato: '2026-11-20T23:00:00-03:00' }, false],
    ['of today in UTC, yesterday here', { data_contato: '2026-11-21T02:00:00Z' }, false],
  ])('%s', (_, parte, pode) => {
    expect(desfazivel({ ...cliente(3, 'contatado'), marcado_por: 7, data_contato: '2026-11-21T10:00:00-03:00', ...parte }, QUEM)).toBe(pode);
  });
});

describe('regras de movimento', () => {
  const marcado = { marcado_por: 7, data_contato: '2026-11-21T10:00:00-03:00' };
  it.each([
    ['a_contatar_30_45', 'contatado', {}, true],
    ['a_contatar_46_60', 'contatado', {}, true],
    ['a_contatar_30_45', 'a_contatar_46_60', {}, false],
    ['contatado', 'a_contatar_30_45', {}, false],
    ['contatado', 'a_contatar_30_45', marcado, true],
    ['contatado', 'a_contatar_46_60', marcado, false],
    ['contatado', 'a_contatar_46_60', { ...marcado, dias_sem_comprar: 46 }, true],
    ['contatado', 'recuperado', marcado, false],
    ['contatado', 'contatado', marcado, false],
  ] as const)('%s → %s %j: %s', (de, para, parte, pode) => {
    expect(podeMover({ ...cliente(1, de), ...parte }, para, QUEM)).toBe(pode);
  });

  it('goes right to Contatado and left back, to nowhere else', () => {
    expect(destino(cliente(1, 'a_contatar_30_45'), 'direita', QUEM)).toBe('contatado');
    expect(destino(cliente(1, 'contatado'), 'direita', QUEM)).toBeUndefined();
    expect(destino(cliente(1, 'contatado'), 'esquerda', QUEM)).toBeUndefined();
    expect(destino({ ...cliente(1, 'contatado'), ...marcado }, 'esquerda', QUEM)).toBe('a_contatar_30_45');
    expect(colunaPorDias({ dias_sem_comprar: null }, 45)).toBe('a_contatar_46_60');
  });
});

describe('colunasTocadas', () => {
  const ev = (tipo: Parameters<typeof colunasTocadas>[1]['tipo'], dados: Record<string, unknown> = {}) => colunasTocadas(quadroDeTeste(), { seq: 1, tipo, dados });

  it('ignores the echo of an own mark', () => {
    expect(ev('cliente_contatado', { cliente_id: 3, vendedor_id: 7 })).toEqual([]);
  });
  it("ignores another seller's client", () => {
    expect(ev('cliente_contatado', { cliente_id: 900, vendedor_id: 8 })).toEqual([]);
    expect(ev('cliente_realocado', { cliente_id: 900, vendedor_id: 8, de_vendedor_id: 9 })).toEqual([]);
  });
  it('reads the two columns of a mark made elsewhere', () => {
    expect(ev('cliente_contatado', { cliente_id: 1, vendedor_id: 7 })).toEqual(['a_contatar_30_45', 'contatado']);
  });
  it('reads the column a client was taken from', () => {
    expect(ev('cliente_liberado', { cliente_id: 3 })).toEqual(['contatado']);
  });
  it('reads the columns to contact when a client arrives or all were dealt', () => {
    expect(ev('cliente_realocado', { cliente_id: 50, vendedor_id: 7 })).toEqual(['a_contatar_30_45', 'a_contatar_46_60']);
    expect(ev('redistribuicao_completa')).toEqual(['a_contatar_30_45', 'a_contatar_46_60']);
    expect(ev('redistribuicao_completa', { lote: 9, desfaz: 8 })).toHaveLength(4);
  });
  it('reads everything when orders came in bulk, without naming clients', () => {
    expect(ev('cliente_recuperado', { vendedor_id: 7, quantidade: 12 })).toHaveLength(4);
    expect(ev('cliente_recuperado', { quantidade: 900 })).toHaveLength(4);
    expect(ev('cliente_recuperado', { vendedor_id: 8, quantidade: 12 })).toEqual([]);
  });
  it('reads the columns to contact when clients of this board are about to go to others (DIST-10)', () => {
    expect(ev('clientes_esfriando', { vendedor_id: 7, quantidade: 2 })).toEqual(['a_contatar_30_45', 'a_contatar_46_60']);
    expect(ev('clientes_esfriando', { quantidade: 900 })).toHaveLength(2);
    expect(ev('clientes_esfriando', { vendedor_id: 8, quantidade: 2 })).toEqual([]);
  });
  it('reads what an undo or a next step made elsewhere touched', () => {
    expect(ev('contato_desfeito', { cliente_id: 3, vendedor_id: 7 })).toEqual(['contatado', 'a_contatar_30_45', 'a_contatar_46_60']);
    expect(ev('contato_desfeito', { cliente_id: 1, vendedor_id: 7 })).toEqual([]);
    expect(ev('contato_desfeito', { cliente_id: 900, vendedor_id: 8 })).toEqual([]);
    expect(ev('proximo_passo', { cliente_id: 1, vendedor_id: 7 })).toEqual(['a_contatar_30_45']);
  });
  it("follows the seller's presence", () => {
    const q = quadroDeTeste();
    const presenca = (dados: Record<string, unknown>) => presencaDoVendedor(q, { seq: 1, tipo: 'vendedor_online', dados });
    expect([presenca({ vendedor_id: 7, online: false }), presenca({ vendedor_id: 8, online: false }), presenca({})]).toEqual([false, undefined, undefined]);
  });
  it('reads everything after a gap', () => {
    expect(ev('recarregar')).toHaveLength(4);
  });
});
