import { describe, expect, it } from 'vitest';

import { BUSCA_VAZIA } from './estado';
import { lerPreferencias } from './preferencias';
import { apagar, buscaDe, cheia, emUso, erroDoNome, impedimento, lerSalvos, perdeAlgo, salvar, SALVOS_MAX, type Salvo } from './salvos';

// Saved filters hold no personal data (UI-2, LGPD-1).

const sp = { ...BUSCA_VAZIA, uf: ['SP' as const], ordem: '-valor_total', pagina: 4 };

describe('saved filters', () => {
  it('come back as they were, on the first page', () => {
    const [salvo] = salvar([], ' Paulistas ', sp);
    expect(salvo).toEqual({ nome: 'Paulistas', consulta: 'uf=SP&sort=-valor_total' });
    expect(salvo && buscaDe(salvo)).toEqual({ ...sp, pagina: 1 });
    expect(salvo && emUso(salvo, sp)).toBe(true);
    expect(salvo && emUso(salvo, { ...sp, texto: 'ana' })).toBe(false);
  });
  it('leave the text and the name out', () => {
    const busca = { ...sp, texto: 'maria silva', nome: 'souza' };
    expect(perdeAlgo(busca)).toBe(true);
    expect(JSON.stringify(salvar([], 'x', busca))).not.toMatch(/maria|silva|souza/);
  });
  it.each([
    ['529.982.247-25', 'pessoa'],
    ['(11) 91234-5678', 'pessoa'],
    ['a@b.c', 'pessoa'],
  ])('are refused with %s in the box', (texto, motivo) => expect(impedimento({ ...sp, texto })).toBe(motivo));
  it('are refused when there is nothing to save', () => {
    expect(impedimento({ ...BUSCA_VAZIA, texto: 'maria', nome: 'souza' })).toBe('vazio');
    expect(impedimento(sp)).toBeUndefined();
  });
  it.each([
    ['', 'falta'],
    ['  ', 'falta'],
    ['x'.repeat(41), 'longo'],
    ['CPF 52998224725', 'pessoa'],
    ['Elegíveis de SP', undefined],
  ])('name %s: %s', (nome, erro) => expect(erroDoNome(nome)).toBe(erro));
  it('the same name is replaced, order is that of the alphabet', () => {
    const lista = salvar(salvar(salvar([], 'Zona', sp), 'Águas', sp), 'zona', { ...sp, uf: ['PE'] });
    expect(lista.map((s) => s.nome)).toEqual(['Águas', 'zona']);
    expect(lista[1]?.consulta).toContain('uf=PE');
    expect(apagar(lista, 'ZONA').map((s) => s.nome)).toEqual(['Águas']);
  });
  it('are thirty at most: one more is refused, none is dropped; a name that is there gets new filters', () => {
    let lista: Salvo[] = [];
    for (let i = 0; i < SALVOS_MAX; i++) {
      expect(cheia(lista, `filtro ${i}`)).toBe(false);
      lista = salvar(lista, `filtro ${i}`, sp);
    }
    expect(lista).toHaveLength(30);
    expect(cheia(lista, 'Águas')).toBe(true);
    expect(cheia(lista, ' FILTRO 7 ')).toBe(false);
    expect(salvar(lista, 'filtro 7', sp)).toHaveLength(30);
    expect(cheia(apagar(lista, 'filtro 7'), 'Águas')).toBe(false);
  });
});

describe('storage of the browser', () => {
  it.each([null, '', '{', 'null', '[]', '{"salvos":3}', '{"salvos":[null,1,{"nome":1}]}'])('%s is an empty choice', (texto) =>
    expect(lerPreferencias(texto)).toEqual({ colunas: undefined, tamanho: 50, salvos: [] }),
  );
  it('is cleaned when read', () => {
    const texto = JSON.stringify([{ nome: 'a', consulta: 'q=maria&s=1&nome=ana&uf=SP,XX&page=9' }, { nome: 'b 52998224725', consulta: '' }, 7]);
    expect(lerSalvos(texto)).toEqual([{ nome: 'a', consulta: 'uf=SP' }]);
    expect(lerSalvos(JSON.stringify(Array.from({ length: 99 }, (_, i) => ({ nome: `n${i}`, consulta: '' }))))).toHaveLength(SALVOS_MAX);
    expect(lerPreferencias('{"colunas":["uf","x","cpf"],"tamanho":100}')).toMatchObject({ colunas: ['cpf', 'uf'], tamanho: 100 });
  });
});
