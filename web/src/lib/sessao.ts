import { createSlice, type PayloadAction } from '@reduxjs/toolkit';

/** Why the login screen shows: nobody entered, the user left, the session ended. */
export type MotivoSessao = 'anonima' | 'saiu' | 'terminou';

interface Sessao {
  fechada: boolean;
  /** A session was open in this tab since it was loaded. */
  jaAbriu: boolean;
  motivo: MotivoSessao;
}

const CHAVE = 'sessao';

/**
 * Whether somebody entered in this browser and did not leave. The cookie cannot
 * be read here; asking the server without one is a 401 in the console of every
 * first visit. Only a hint: what counts is the answer.
 */
export function lembrarSessao(aberta: boolean): void {
  if (aberta) localStorage.setItem(CHAVE, 'aberta');
  else localStorage.removeItem(CHAVE);
}

const inicial: Sessao = { fechada: localStorage.getItem(CHAVE) === null, jaAbriu: false, motivo: 'anonima' };

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
