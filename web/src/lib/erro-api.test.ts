// The sentence of a refusal says what to do (UI-1).
import { expect, it } from 'vitest';

import { mensagemDeErro, type ApiError } from './erro-api';

const recusa = (codigo: string, campos: readonly string[]): ApiError => ({ codigo, status: 422, erros: campos.map((campo) => ({ campo, mensagem: 'x' })) });

it('a page too far away is no marked field', () => {
  expect(mensagemDeErro(recusa('pagina_profunda', ['page']))).toContain('Volte à primeira');
});

it('speaks of marked fields only when there are some', () => {
  expect(mensagemDeErro(recusa('outro', ['nome']))).toContain('campos marcados');
  expect(mensagemDeErro(recusa('outro', []))).not.toContain('marcados');
});
