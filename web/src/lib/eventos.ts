import { useEffect, useRef } from 'react';

import type { Tag } from './api';
import type { Evento, TipoEvento } from './websocket';

type Fn = (evento: Evento) => void;

const assinantes = new Set<Fn>();

/** Hands an event of the live connection to the screens. */
export function publicar(evento: Evento): void {
  for (const fn of assinantes) fn(evento);
}

/** Calls `fn` for every event until the returned function is called. */
function assinar(fn: Fn): () => void {
  assinantes.add(fn);
  return () => assinantes.delete(fn);
}

/** Calls `fn` for events of these types while the component is on screen. */
export function useEvento(tipos: readonly TipoEvento[], fn: Fn): void {
  const atual = useRef({ tipos, fn });
  useEffect(() => {
    atual.current = { tipos, fn };
  });
  useEffect(
    () =>
      assinar((evento) => {
        if (atual.current.tipos.includes(evento.tipo)) atual.current.fn(evento);
      }),
    [],
  );
}

/**
 * What each event makes old. The board is not here: it reads again only the
 * columns an event touched.
 */
export const TAGS_POR_EVENTO: Record<TipoEvento, readonly Tag[]> = {
  cliente_contatado: ['Estatisticas', 'Fila', 'Clientes', 'Periodos', 'Vendedores', 'Relatorios'],
  contato_desfeito: ['Estatisticas', 'Fila', 'Clientes', 'Periodos', 'Vendedores', 'Relatorios'],
  proximo_passo: ['Fila'],
  clientes_esfriando: ['Fila'],
  cliente_realocado: ['Estatisticas', 'Fila', 'Clientes', 'Periodos', 'Vendedores', 'Redistribuicoes', 'Relatorios'],
  cliente_liberado: ['Estatisticas', 'Fila', 'Clientes', 'Periodos', 'Vendedores', 'Redistribuicoes', 'Relatorios'],
  cliente_recuperado: ['Estatisticas', 'Fila', 'Clientes', 'Periodos', 'Vendedores', 'Relatorios'],
  redistribuicao_completa: ['Estatisticas', 'Fila', 'Clientes', 'Periodos', 'Vendedores', 'Redistribuicoes', 'Relatorios'],
  vendedor_online: ['Estatisticas', 'Vendedores', 'Usuarios'],
  sessao_encerrada: ['Sessoes'],
  configuracao_alterada: ['Eu', 'Publico', 'Configuracoes', 'Estatisticas', 'Fila', 'Clientes', 'Periodos', 'Vendedores', 'Relatorios'],
  expediente_mudou: ['Vendedores', 'Expediente'],
  importacao_progresso: ['Importacoes'],
  // Screens that show one follow its figures; only its end changes a list.
  exportacao: [],
  recarregar: ['Eu', 'Configuracoes', 'Estatisticas', 'Fila', 'Clientes', 'Importacoes', 'Exportacoes', 'Periodos', 'Vendedores', 'Usuarios', 'Sessoes', 'Redistribuicoes', 'Expediente', 'Relatorios'],
};

/** Runs `fn` once after `ms` without a new call, at the latest after four times that. */
export function agrupar(fn: () => void, ms: number): { chamar: () => void; cancelar: () => void } {
  let relogio: ReturnType<typeof setTimeout> | undefined;
  let primeira = 0;

  function rodar(): void {
    relogio = undefined;
    primeira = 0;
    fn();
  }

  return {
    chamar() {
      const agora = Date.now();
      if (primeira === 0) primeira = agora;
      clearTimeout(relogio);
      relogio = setTimeout(rodar, Math.min(ms, Math.max(0, primeira + 4 * ms - agora)));
    },
    cancelar() {
      clearTimeout(relogio);
      primeira = 0;
    },
  };
}
