import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { inteiro } from '../../lib/formatos';
import { t } from './textos';
import type { Pedido } from './usar-lotes';

/** Says how many are touched and what cannot be kept. */
export function Pergunta({ pedido: { cartoes, destino }, aoFechar, aoConfirmar }: { pedido: Pedido; aoFechar: () => void; aoConfirmar: () => void }) {
  const contatados = cartoes.filter((c) => c.contatado).length;
  const n = inteiro(contatados);
  const um = cartoes.length === 1 ? cartoes[0] : undefined;
  if (destino === null) {
    return (
      <ConfirmaDialogo
        aberto
        titulo={um ? t('quadro.liberarTituloUm', { nome: um.nome }) : t('quadro.liberarTitulo', { n: inteiro(cartoes.length) })}
        texto={contatados === 0 ? t(um ? 'quadro.liberarTextoUm' : 'quadro.liberarTexto') : um ? t('quadro.liberarContatadoUm') : t('quadro.liberarContatados', { n })}
        confirmar={t('quadro.liberar')}
        perigo
        aoConfirmar={aoConfirmar}
        aoFechar={aoFechar}
      />
    );
  }
  return (
    <ConfirmaDialogo
      aberto
      titulo={um ? t('quadro.moverContatadoTitulo') : t('quadro.moverContatadosTitulo')}
      texto={contatados === 1 ? t('quadro.moverContatadoUm', { nome: destino.nome }) : t('quadro.moverContatados', { n, nome: destino.nome })}
      confirmar={t('quadro.mover')}
      aoConfirmar={aoConfirmar}
      aoFechar={aoFechar}
    />
  );
}
