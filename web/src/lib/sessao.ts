import { createSlice, type PayloadAction } from '@reduxjs/toolkit';

import { haviaSessao } from './lembranca';

/** Why the login screen shows: nobody entered, the user left, the session ended. */
export type MotivoSessao = 'anonima' | 'saiu' | 'terminou';

interface Sessao {
  fechada: boolean;
  /** A session was open in this tab since it was loaded. */
  jaAbriu: boolean;
  motivo: MotivoSessao;
}

const inicial: Sessao = { fechada: !haviaSessao(), jaAbriu: false, motivo: 'anonima' };

export const sessaoSlice = createSlice({
  name: 'sessao',
  initialState: inicial,
  reducers: {
    sessaoAberta(estado) {
      estado.fechada = false;
      estado.jaAbriu = true;
    },
    /** Any 401 ends here; the first reason stays. */
    sessaoFechada(estado, acao: PayloadAction<'saiu' | undefined>) {
      if (estado.fechada) return;
      estado.fechada = true;
      estado.motivo = acao.payload ?? (estado.jaAbriu ? 'terminou' : 'anonima');
      estado.jaAbriu = false;
    },
  },
});

export const { sessaoAberta, sessaoFechada } = sessaoSlice.actions;
