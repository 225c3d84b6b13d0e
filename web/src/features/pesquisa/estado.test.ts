import { beforeEach, describe, expect, it } from 'vitest';

import { pedidoDaPesquisa } from './api';
import { alternar, argumentos, BUSCA_VAZIA, enderecoComPessoa, escrever, ler, ordemEfetiva, partesDaOrdem, quantosFiltros, textoEsquecido, type Busca } from './estado';
import { esquecerCursores, esquecerTudo, guardarAberta, guardarCursor, guardarTexto, lembrarCursor, lembrarTexto, tomarAberta } from './memoria';
import { proximaOrdem } from './resultado';

// The state of the search in the address, and what must never be there (UI-2, BUSCA-3, LGPD-1).

const CPF = '529.982.247-25';
const lerDe = (consulta: string) => ler(new URLSearchParams(consulta), lembrarTexto);
const para = (novos: Partial<Busca>) => escrever({ ...BUSCA_VAZIA, ...novos }, guardarTexto);

beforeEach(esquecerTudo);

describe('address', () => {
  it('is empty for the empty search', () => expect(para({})).toBe(''));

  it.each<[string, Partial<Busca>]>([
    ['q=maria+silva', { texto: 'maria silva' }],
    ['nome=jos%C3%A9&cidade=S%C3%A3o+Paulo', { nome: 'josé', cidade: 'São Paulo' }],
    ['uf=PE,SP', { uf: ['PE', 'SP'] }],
    ['idade_min=18&idade_max=25', { idadeMin: 18, idadeMax: 25 }],
    ['idade_min=0', { idadeMin: 0 }],
    ['situacao=elegivel,inativo&status=contatado&ativo=false', { situacao: ['elegivel', 'inativo'], status: ['contatado'], ativo: false }],
    ['sort=-valor_total&page=7&size=100&colunas=cpf,uf', { ordem: '-valor_total', pagina: 7, tamanho: 100, colunas: ['cpf', 'uf'] }],
    ['colunas=', { colunas: [] }],
    ['q=%25_%27%22%3Cb%3E%F0%9F%98%80', { texto: '%_\'"<b>😀' }],
  ])('%s goes there and back', (consulta, novos) => {
    expect(para(novos)).toBe(consulta);
    expect(lerDe(consulta)).toEqual({ ...BUSCA_VAZIA, ...novos });
  });

  it.each([
    'uf=XX&situacao=nada&status=&idade_min=-1&idade_max=151&page=0&size=33&sort=senha&ativo=1',
    'page=99999999999&idade_min=1e2&sort=-relevancia',
    'page=abc&uf=,,,&desconhecido=1',
  ])('leaves out what is not valid: %s', (consulta) => expect(lerDe(consulta)).toEqual(BUSCA_VAZIA));

  it('cuts a text of any length', () => expect(lerDe(`q=${'a'.repeat(5000)}`).texto).toHaveLength(120));
});

describe('text that identifies a person', () => {
  it.each([CPF, '52998224725', '529.98', '(11) 91234-5678', 'maria@exemplo.test', 'Maria 52998224725'])('%s stays in memory', (texto) => {
    const consulta = para({ texto, uf: ['SP'] });
    expect(consulta).toMatch(/^s=[\da-z]+&uf=SP$/);
    expect(lerDe(consulta).texto).toBe(texto);
    expect(textoEsquecido(new URLSearchParams(consulta), lembrarTexto)).toBe(false);
  });

  it('keeps its key, and is gone with the session', () => {
    const consulta = para({ texto: CPF });
    expect(para({ texto: CPF })).toBe(consulta);
    esquecerTudo();
    expect(lerDe(consulta).texto).toBe('');
    expect(textoEsquecido(new URLSearchParams(consulta), lembrarTexto)).toBe(true);
  });

  it('is seen in an address written by hand, and never used as a filter', () => {
    expect(enderecoComPessoa(new URLSearchParams(`q=${CPF}`))).toBe(true);
    expect(enderecoComPessoa(new URLSearchParams(`nome=${CPF}`))).toBe(true);
    expect(enderecoComPessoa(new URLSearchParams('q=maria&uf=SP'))).toBe(false);
    expect(lerDe(`nome=${CPF}&cidade=a@b`)).toEqual(BUSCA_VAZIA);
  });

  it('remembers a bounded number of texts', () => {
    const primeira = guardarTexto('texto 0000');
    for (let i = 1; i <= 60; i++) guardarTexto(`texto 1${i}000`);
    expect(lembrarTexto(primeira)).toBeUndefined();
  });
});

describe('request', () => {
  const pedido = (novos: Partial<Busca>, cursor?: string) => pedidoDaPesquisa({ ...argumentos({ ...BUSCA_VAZIA, ...novos }, 50), ...(cursor === undefined ? { page: 1 } : { cursor }) });

  it('goes by GET for a name', () => {
    expect(pedido({ texto: ' maria ', uf: ['PE', 'SP'], ativo: false })).toEqual({ url: '/api/v1/clients/search', params: expect.objectContaining({ q: 'maria', uf: 'PE,SP', ativo: false, size: 50, page: 1 }) });
  });

  it.each([CPF, '(11) 91234-5678', 'maria@exemplo.test'])('goes by POST for %s, with nothing in the address', (texto) => {
    expect(pedido({ texto })).toEqual({ url: '/api/v1/clients/search', metodo: 'POST', corpo: { q: texto, size: 50, page: 1 } });
  });

  it('goes by POST with the cursor of an order by CPF, which holds one', () => {
    expect(pedido({ ordem: '-cpf' }, 'abc')).toMatchObject({ metodo: 'POST', corpo: { sort: '-cpf', cursor: 'abc' } });
    expect(pedido({ ordem: 'uf' }, 'abc')).toMatchObject({ params: { sort: 'uf', cursor: 'abc' } });
  });
});

describe('memory of the tab', () => {
  it('finds the cursor of a page of the same list only', () => {
    guardarCursor('a', 2, 'x');
    expect([lembrarCursor('a', 2), lembrarCursor('a', 3), lembrarCursor('b', 2)]).toEqual(['x', undefined, undefined]);
    esquecerCursores('a');
    expect(lembrarCursor('a', 2)).toBeUndefined();
  });
  it('gives the row opened back once, to the same address', () => {
    guardarAberta('q=a', 7);
    expect(tomarAberta('q=b')).toBeUndefined();
    guardarAberta('q=a', 7);
    expect([tomarAberta('q=a'), tomarAberta('q=a')]).toEqual([7, undefined]);
  });
});

describe('filters and order', () => {
  it('counts the filters in use', () => {
    expect(quantosFiltros({ ...BUSCA_VAZIA, texto: 'maria' })).toBe(0);
    expect(quantosFiltros({ ...BUSCA_VAZIA, idadeMin: 18, idadeMax: 20, uf: ['SP', 'PE'], ativo: false })).toBe(3);
  });
  it('puts a value in and out, in the order of all', () => {
    expect(alternar(['c'], 'a', ['a', 'b', 'c'])).toEqual(['a', 'c']);
    expect(alternar(['a', 'c'], 'a', ['a', 'b', 'c'])).toEqual(['c']);
  });
  it('is by relevance with a text, else by name', () => {
    expect(ordemEfetiva(BUSCA_VAZIA)).toBe('nome');
    expect(ordemEfetiva({ ...BUSCA_VAZIA, texto: 'ana' })).toBe('relevancia');
    expect(ordemEfetiva({ ...BUSCA_VAZIA, texto: 'ana', ordem: '-uf' })).toBe('-uf');
  });
  it('a header goes up, down and back', () => {
    expect(proximaOrdem('relevancia', 'nome')).toBe('nome');
    expect(proximaOrdem('nome', 'nome')).toBe('-nome');
    expect(proximaOrdem('-nome', 'nome')).toBeUndefined();
    expect(proximaOrdem('-nome', 'uf')).toBe('uf');
    expect(partesDaOrdem('-valor_total')).toEqual({ chave: 'valor_total', desc: true });
    expect(partesDaOrdem('valor')).toBeUndefined();
  });
});
