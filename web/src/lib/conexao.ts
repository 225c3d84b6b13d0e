import { createSlice, type PayloadAction } from '@reduxjs/toolkit';

/** State of the live connection; `perdida` shows the banner and starts polling. */
export type EstadoConexao = 'parada' | 'conectando' | 'aberta' | 'perdida';

interface Conexao {
  estado: EstadoConexao;
  /** Times it was lost, so that tests and screens see a change. */
  perdas: number;
}

const inicial: Conexao = { estado: 'parada', perdas: 0 };

export const conexaoSlice = createSlice({
  name: 'conexao',
  initialState: inicial,
  reducers: {
    conexaoMudou(estado, acao: PayloadAction<EstadoConexao>) {
      if (acao.payload === 'perdida' && estado.estado !== 'perdida') estado.perdas += 1;
      estado.estado = acao.payload;
    },
  },
});

export const { conexaoMudou } = conexaoSlice.actions;
