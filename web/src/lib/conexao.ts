import { createSlice, type PayloadAction } from '@reduxjs/toolkit';

/** State of the live connection; `perdida` shows the banner and starts polling. */
export type EstadoConexao = 'parada' | 'conectando' | 'aberta' | 'perdida';

interface Conexao {
  estado: EstadoConexao;
}

const inicial: Conexao = { estado: 'parada' };

export const conexaoSlice = createSlice({
  name: 'conexao',
  initialState: inicial,
  reducers: {
    conexaoMudou(estado, acao: PayloadAction<EstadoConexao>) {
      estado.estado = acao.payload;
    },
  },
});

export const { conexaoMudou } = conexaoSlice.actions;
