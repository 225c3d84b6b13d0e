import { createApi, type BaseQueryFn } from '@reduxjs/toolkit/query/react';

import type { ApiError } from './erro-api';
import { sessaoFechada } from './sessao';
import { enviar, type Pedido } from './transporte';

/** What cached answers depend on; an event of the server invalidates some. */
const TAGS = [
  'Eu',
  'Carteira',
  'Fila',
  'Estatisticas',
  'Clientes',
  // Search results: live events read them again only when a row on screen changed,
  // so a write that changes a client must name this tag itself.
  'Pesquisa',
  'Cliente',
  'Importacoes',
  'Exportacoes',
  'Periodos',
  'Vendedores',
  'Redistribuicoes',
  'Relatorios',
  'Expediente',
  'Usuarios',
  'Sessoes',
  'Configuracoes',
  'Publico',
] as const;
export type Tag = (typeof TAGS)[number];

const base: BaseQueryFn<Pedido, unknown, ApiError> = async (pedido, { type, signal, dispatch, endpoint }) => {
  const resultado = await enviar(pedido, { escrita: type === 'mutation', sinal: signal });
  if ('error' in resultado && resultado.error.status === 401 && endpoint !== 'login' && endpoint !== 'redefinirSenha') {
    dispatch(sessaoFechada());
  }
  // A right was taken away after this screen was drawn: what it offers is judged anew.
  if ('error' in resultado && resultado.error.status === 403 && endpoint !== 'eu') dispatch(api.util.invalidateTags(['Eu']));
  return resultado;
};

/**
 * The API without endpoints. Each feature adds its own beside its screens:
 *
 *     const carteiraApi = api.injectEndpoints({ endpoints: (b) => ({ … }) });
 *
 * Errors of every hook are `ApiError`.
 */
export const api = createApi({
  reducerPath: 'api',
  baseQuery: base,
  tagTypes: TAGS,
  keepUnusedDataFor: 60,
  endpoints: () => ({}),
});
