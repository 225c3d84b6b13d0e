/** Why clients were dealt or moved, by `lotes.origem`. */
export const origensDeLote = {
  login: 'Entrada de vendedor',
  logout: 'Saída de vendedor',
  ausencia: 'Vendedor sem sinal',
  manual: 'Equilíbrio',
  tarefas: 'Tarefa automática',
  redistribuir_todos: 'Redistribuição de todos',
  realocacao: 'Realocação em lote',
  liberacao: 'Liberação em lote',
  contato: 'Contato',
  pedido: 'Pedido',
  cadastro: 'Mudança de cadastro',
  desfazer: 'Desfazimento',
  jornada: 'Jornada',
  reserva: 'Fim de reserva',
  reciclagem: 'Reciclagem',
};
