// Chart or table: by mouse, by keyboard, and told to readers. SPEC UI-1.
import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';

import { EscolhaVista } from './escolha-vista';

const botao = (nome: string) => screen.getByRole('button', { name: nome });

test('one stop of the Tab key, arrows go to the other, a press chooses', () => {
  const mudar = vi.fn();
  render(<EscolhaVista titulo="Taxa" emTabela={false} aoMudar={mudar} />);
  expect(screen.getByRole('group', { name: 'Ver Taxa como' })).toBeTruthy();
  expect([botao('Gráfico').tabIndex, botao('Tabela').tabIndex]).toEqual([0, -1]);
  expect([botao('Gráfico'), botao('Tabela')].map((b) => b.getAttribute('aria-pressed'))).toEqual(['true', 'false']);

  botao('Gráfico').focus();
  for (const [tecla, destino] of [['ArrowRight', 'Tabela'], ['ArrowRight', 'Gráfico'], ['ArrowLeft', 'Tabela'], ['Home', 'Gráfico'], ['End', 'Tabela']] as const) {
    fireEvent.keyDown(document.activeElement ?? document.body, { key: tecla });
    expect(document.activeElement).toBe(botao(destino));
  }
  expect(mudar).not.toHaveBeenCalled();

  fireEvent.click(botao('Gráfico'));
  expect(mudar).not.toHaveBeenCalled();
  fireEvent.click(botao('Tabela'));
  expect(mudar.mock.calls).toEqual([[true]]);
});
