// What the page shows before React draws. SPEC UI-1.
import { readFileSync } from 'node:fs';
import { beforeEach, expect, test, vi } from 'vitest';

import { falharEntrada, mostrarEntrada } from './entrada';
import { rotaDe } from './rotas';

const HTML = readFileSync('index.html', 'utf8');
const texto = (parte: string) => document.querySelector(`.entrada-casca .entrada-${parte}`)?.textContent;

beforeEach(() => {
  document.body.innerHTML = new DOMParser().parseFromString(HTML, 'text/html').body.innerHTML;
  localStorage.clear();
  window.matchMedia = vi.fn().mockReturnValue({ matches: false });
});

test('nobody is in: the door', () => {
  mostrarEntrada(false, rotaDe('/clientes'));
  expect(document.documentElement.dataset).toMatchObject({ entrada: 'login', tema: 'light' });
  expect(texto('titulo')).toBe('');
});

test.each([
  ['/carteira', 'Minha carteira'],
  ['/carteira/7', 'Minha carteira'],
  ['/clientes', 'Clientes'],
  ['/clientes/novo', 'Novo cliente'],
  ['/estatisticas/', 'Estatísticas'],
  ['/nada', ''],
])('somebody is in at %s: the name of the screen', (caminho, titulo) => {
  mostrarEntrada(true, rotaDe(caminho));
  expect(document.documentElement.dataset.entrada).toBe('casca');
  expect(texto('titulo')).toBe(titulo);
  expect(texto('texto')).toMatch(/Carregando…$/);
});

test('the chosen theme counts more than that of the system', () => {
  localStorage.setItem('tema', 'dark');
  mostrarEntrada(false, undefined);
  expect(document.documentElement.dataset.tema).toBe('dark');
});

test('what did not come is told, with what to do', () => {
  mostrarEntrada(false, undefined);
  falharEntrada();
  expect(document.documentElement.dataset.entrada).toBe('casca');
  expect(texto('texto')).toContain('recarregue');
});
