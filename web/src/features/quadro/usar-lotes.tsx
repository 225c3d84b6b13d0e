import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import { lazy, useCallback, useState } from 'react';

import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { inteiro } from '../../lib/formatos';
import { useDespacho } from '../../lib/store';
import { useDesfazerLoteMutation, useLiberarLoteMutation, useRealocarLoteMutation } from './api';
import { LOTE_MAX } from './quadro';
import { t } from './textos';
import { SEM_VENDEDOR, type Cartao } from './tipos';
import type { useQuadro } from './usar-quadro';

export type Destino = { id: number; nome: string } | null;

/** Cards and who gets them; null: nobody. */
export interface Pedido {
  cartoes: readonly Cartao[];
  destino: Destino;
}

export const importarPergunta = () => import('./pergunta');
const Pergunta = lazy(async () => ({ default: (await importarPergunta()).Pergunta }));

/**
 * Moving cards: asks first when a contact would be lost, moves at once on screen,
 * and offers the undo. `dialogo` is the question, to be drawn below a Suspense.
 */
export function useLotes(moverJa: ReturnType<typeof useQuadro>['moverJa'], reler: () => void, aoMover: (cartoes: readonly Cartao[]) => void) {
  const despachar = useDespacho();
  const [realocar] = useRealocarLoteMutation();
  const [liberar] = useLiberarLoteMutation();
  const [desfazer] = useDesfazerLoteMutation();
  const [pedido, setPedido] = useState<Pedido>();

  const voltar = useCallback(
    async (lote: number) => {
      const r = await desfazer(lote);
      reler();
      if (r.error !== undefined) {
        despachar(avisar(mensagemDeErro(r.error), 'erro'));
        return;
      }
      const { restaurados: n, total_mantidos: m } = r.data;
      const texto = n === 0 ? t('quadro.desfeitoNada') : m === 0 ? (n === 1 ? t('quadro.desfeitoUm') : t('quadro.desfeito', { n: inteiro(n) })) : t('quadro.desfeitoParte', { n: inteiro(n), m: inteiro(m) });
      announce(texto);
      despachar(avisar(texto, n === 0 ? 'erro' : 'ok'));
    },
    [desfazer, despachar, reler],
  );

  const executar = useCallback(
    async ({ cartoes, destino }: Pedido) => {
      setPedido(undefined);
      const ids = cartoes.map((c) => c.id);
      const enviar = async (): Promise<{ error?: unknown; lote?: number | null }> => {
        if (destino === null) {
          const r = await liberar({ cliente_ids: ids, forcar: cartoes.some((c) => c.contatado) });
          return { error: r.error, lote: r.data?.lote };
        }
        const r = await realocar({ cliente_ids: ids, vendedor_id: destino.id });
        return { error: r.error, lote: r.data?.lote };
      };
      aoMover(cartoes);
      const feito = await moverJa(ids, destino === null ? SEM_VENDEDOR : String(destino.id), destino, enviar);
      if (feito.error !== undefined) {
        const texto = t('quadro.recusado', { motivo: mensagemDeErro(feito.error) });
        announce(texto);
        despachar(avisar(texto, 'erro'));
        reler();
        return;
      }
      const texto = feito.lote === null ? t('quadro.nadaMudou') : dizer(cartoes, destino);
      announce(texto);
      const { lote } = feito;
      despachar(typeof lote === 'number' ? avisar(texto, 'ok', { rotulo: t('quadro.desfazer'), desfaz: true, fazer: () => void voltar(lote) }) : avisar(texto, 'info'));
    },
    [aoMover, despachar, liberar, moverJa, realocar, reler, voltar],
  );

  const mover = useCallback(
    (cartoes: readonly Cartao[], destino: Destino) => {
      const vao = destino === null ? cartoes.filter((c) => c.vendedor_atribuido !== null) : cartoes;
      if (vao.length === 0) return;
      if (vao.length > LOTE_MAX) {
        despachar(avisar(t('quadro.limite', { max: LOTE_MAX }), 'erro'));
        return;
      }
      const novo = { cartoes: vao, destino };
      if (destino === null || vao.some((c) => c.contatado)) setPedido(novo);
      else void executar(novo);
    },
    [despachar, executar],
  );

  const dialogo = pedido && <Pergunta pedido={pedido} aoFechar={() => setPedido(undefined)} aoConfirmar={() => void executar(pedido)} />;
  return { mover, dialogo };
}

function dizer(cartoes: readonly Cartao[], destino: Destino): string {
  const um = cartoes.length === 1 ? cartoes[0] : undefined;
  const n = inteiro(cartoes.length);
  if (destino === null) return um ? t('quadro.liberado', { cliente: um.nome }) : t('quadro.liberados', { n });
  return um ? t('quadro.movido', { cliente: um.nome, nome: destino.nome }) : t('quadro.movidos', { n, nome: destino.nome });
}
