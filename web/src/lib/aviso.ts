import { createSlice, nanoid, type PayloadAction } from '@reduxjs/toolkit';

import { sessaoFechada } from './sessao';

export type TipoAviso = 'ok' | 'erro' | 'info';

export interface Aviso {
  id: string;
  texto: string;
  tipo: TipoAviso;
  /** Word of the button, when the message offers something: "Desfazer". */
  acao?: string;
  /** The offer takes back what was just done: Ctrl+Z is another way to it. */
  desfaz?: boolean;
  /** Said already by other means: screen readers do not hear it twice. */
  mudo?: boolean;
}

interface Fila {
  fila: Aviso[];
}

const inicial: Fila = { fila: [] };

/** A button in a message. */
export interface Oferta {
  rotulo: string;
  fazer: () => void;
  desfaz?: boolean;
  mudo?: boolean;
}

/** What the button does: there is one offer at a time. Functions stay out of the store. */
let oferta: { id: string; fazer: () => void } | undefined;

/** Short messages over the screen, one at a time, oldest first. */
export const avisoSlice = createSlice({
  name: 'aviso',
  initialState: inicial,
  reducers: {
    avisar: {
      prepare: (texto: string, tipo: TipoAviso = 'ok', nova?: Oferta) => {
        const id = nanoid(6);
        if (nova !== undefined) oferta = { id, fazer: nova.fazer };
        return { payload: { id, texto, tipo, acao: nova?.rotulo, desfaz: nova?.desfaz, mudo: nova?.mudo } as Aviso };
      },
      reducer(estado, acao: PayloadAction<Aviso>) {
        // The same failure of many requests is said once.
        if (acao.payload.acao === undefined && estado.fila.at(-1)?.texto === acao.payload.texto) return;
        // An offer is of the last thing done; one that waits would come too late.
        if (acao.payload.acao !== undefined) estado.fila = estado.fila.filter((a) => a.acao === undefined && a.tipo === 'erro');
        estado.fila.push(acao.payload);
      },
    },
    avisoVisto(estado, acao: PayloadAction<string>) {
      estado.fila = estado.fila.filter((a) => a.id !== acao.payload);
    },
  },
  extraReducers: (b) =>
    // Names of clients are not for whoever stands before the door next. One that ended by itself may still say that a note was kept.
    b.addCase(sessaoFechada, (estado, { payload }) => {
      if (payload === 'saiu') estado.fila = [];
    }),
});

export const { avisar, avisoVisto } = avisoSlice.actions;

/** Does what the message offered; once. */
export function aceitarOferta(id: string): void {
  if (oferta?.id !== id) return;
  const { fazer } = oferta;
  oferta = undefined;
  fazer();
}
