import { configureStore } from '@reduxjs/toolkit';
import { useDispatch, useSelector } from 'react-redux';

import { api } from './api';
import { avisoSlice } from './aviso';
import { conexaoSlice } from './conexao';
import { sessaoSlice } from './sessao';

export const store = configureStore({
  reducer: {
    [api.reducerPath]: api.reducer,
    aviso: avisoSlice.reducer,
    conexao: conexaoSlice.reducer,
    sessao: sessaoSlice.reducer,
  },
  middleware: (padrao) => padrao().concat(api.middleware),
});

export type Estado = ReturnType<typeof store.getState>;
export type Despacho = typeof store.dispatch;

export const useDespacho = useDispatch.withTypes<Despacho>();
export const useEstado = useSelector.withTypes<Estado>();
