import type { Evento } from '../../lib/websocket';
import { localizar, type Quadro } from './quadro';
import { COLUNAS, type NomeColuna } from './tipos';

const A_CONTATAR: readonly NomeColuna[] = ['a_contatar_30_45', 'a_contatar_46_60'];
const NENHUMA: readonly NomeColuna[] = [];

/**
 * Columns of a board that an event made old.
 *
 * An event about another seller's client that is not here changes nothing; the
 * echo of an own mark finds the card already in Contatado. Events of bulk
 * writes name no client, the biggest no seller either.
 */
export function colunasTocadas(quadro: Quadro, evento: Evento): readonly NomeColuna[] {
  const cliente = numero(evento.dados.cliente_id);
  const coluna = cliente === undefined ? undefined : localizar(quadro, cliente)?.coluna;
  const vendedor = numero(evento.dados.vendedor_id);
  const meu = vendedor === quadro.vendedor.id;
  const sai = coluna === undefined ? NENHUMA : [coluna];

  switch (evento.tipo) {
    case 'cliente_contatado':
      if (coluna === 'contatado') return NENHUMA;
      if (coluna !== undefined) return [coluna, 'contatado'];
      return meu ? ['contatado', ...A_CONTATAR] : NENHUMA;
    case 'contato_desfeito':
      if (coluna !== undefined && A_CONTATAR.includes(coluna)) return NENHUMA;
      return coluna !== undefined || meu ? ['contatado', ...A_CONTATAR] : NENHUMA;
    case 'proximo_passo':
      return sai;
    case 'cliente_recuperado':
      if (coluna !== undefined && coluna !== 'recuperado') return [coluna, 'recuperado'];
      return meu || vendedor === undefined ? COLUNAS : NENHUMA;
    case 'cliente_realocado':
    case 'cliente_liberado':
      if (meu || numero(evento.dados.de_vendedor_id) === quadro.vendedor.id) return [...new Set([...sai, ...A_CONTATAR])];
      return cliente === undefined && vendedor === undefined ? COLUNAS : sai;
    case 'clientes_esfriando':
      return meu || vendedor === undefined ? A_CONTATAR : NENHUMA;
    case 'redistribuicao_completa':
      // What is taken back may have been contacted.
      return numero(evento.dados.desfaz) === undefined ? A_CONTATAR : COLUNAS;
    case 'recarregar':
    case 'configuracao_alterada':
      return COLUNAS;
    default:
      return NENHUMA;
  }
}

/** The seller came online or left, when the event says so about this board. */
export function presencaDoVendedor(quadro: Quadro, evento: Evento): boolean | undefined {
  if (evento.tipo !== 'vendedor_online' || numero(evento.dados.vendedor_id) !== quadro.vendedor.id) return undefined;
  return typeof evento.dados.online === 'boolean' ? evento.dados.online : undefined;
}

function numero(valor: unknown): number | undefined {
  return typeof valor === 'number' ? valor : undefined;
}
