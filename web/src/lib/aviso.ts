import { createSlice, nanoid, type PayloadAction } from '@reduxjs/toolkit';

export type TipoAviso = 'ok' | 'erro' | 'info';

export interface Aviso {
  id: string;
  texto: string;
  tipo: TipoAviso;
}

interface Fila {
  fila: Aviso[];
}

const inicial: Fila = { fila: [] };

/** Short messages over the screen, one at a time, oldest first. */
export const avisoSlice = createSlice({
  name: 'aviso',
  initialState: inicial,
  reducers: {
    avisar: {
      prepare: (texto: string, tipo: TipoAviso = 'ok') => ({ payload: { id: nanoid(6), texto, tipo } }),
      reducer(estado, acao: PayloadAction<Aviso>) {
        // The same failure of many requests is said once.
        if (estado.fila.at(-1)?.texto === acao.payload.texto) return;
        estado.fila.push(acao.payload);
      },
    },
    avisoVisto(estado, acao: PayloadAction<string>) {
      estado.fila = estado.fila.filter((a) => a.id !== acao.payload);
    },
  },
});

export const { avisar, avisoVisto } = avisoSlice.actions;
