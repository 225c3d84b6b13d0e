import { describe, expect, it } from 'vitest';

import { realcar } from './realce';

// Letters asked for, shown in the names found (BUSCA-2).

const marcado = (nome: string, consulta: string) => realcar(nome, consulta).map((p) => (p.achado ? `[${p.texto}]` : p.texto)).join('');

describe('realcar', () => {
  it.each([
    ['Maria da Silva', 'maria', '[Maria] da Silva'],
    ['Maria da Silva', 'sil mar', '[Mar]ia da [Sil]va'],
    ['JOÃO Conceição', 'joao conceicao', '[JOÃO] [Conceição]'],
    ['Jose\u0301 Luiz', 'JOSÉ', '[José] Luiz'],
    ["Ana d'Ávila", 'avila', "Ana d'[Ávila]"],
    ['Mariana', 'ana', 'Mariana'],
    ['Ana', '', 'Ana'],
    ['Ana', '%_*(', 'Ana'],
    ['Ana 😀', '😀 ana', '[Ana] 😀'],
    ['', 'x', ''],
  ])('%s, %s', (nome, consulta, esperado) => expect(marcado(nome, consulta)).toBe(esperado));
});
