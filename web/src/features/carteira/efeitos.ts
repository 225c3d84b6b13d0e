import type { Evento } from '../../lib/websocket';
import { localizar, type Quadro } from './quadro';
import { COLUNAS, type NomeColuna } from './tipos';

const A_CONTATAR: readonly NomeColuna[] = ['a_contatar_30_45', 'a_contatar_46_60'];

/**
 * Columns of a board that an event made old.
 *
 * An event about another seller's client that is not here changes nothing; the
 * echo of an own mark finds the card already in Contatado.
 */
export function colunasTocadas(quadro: Quadro, evento: Evento): readonly NomeColuna[] {
  const cliente = numero(evento.dados.cliente_id);
  const lugar = cliente === undefined ? undefined : localizar(quadro, cliente);
  const meu = quadro.vendedor.id;

  switch (evento.tipo) {
    case 'cliente_contatado':
      if (lugar?.coluna === 'contatado') return [];
      if (lugar !== undefined) return [lugar.coluna, 'contatado'];
      return numero(evento.dados.vendedor_id) === meu ? ['contatado', ...A_CONTATAR] : [];
    case 'cliente_recuperado':
      if (lugar?.coluna === 'recuperado') return [];
      if (lugar !== undefined) return [lugar.coluna, 'recuperado'];
      return numero(evento.dados.vendedor_id) === meu ? COLUNAS : [];
    case 'cliente_realocado':
    case 'cliente_liberado': {
      const sai = lugar === undefined ? [] : [lugar.coluna];
      const meus = [evento.dados.vendedor_id, evento.dados.de_vendedor_id].some((v) => numero(v) === meu);
      return meus ? [...new Set([...sai, ...A_CONTATAR])] : sai;
    }
    case 'redistribuicao_completa':
      return A_CONTATAR;
    case 'vendedor_online':
      // The redistribution it causes has an event of its own.
      return [];
    case 'recarregar':
    case 'configuracao_alterada':
      return COLUNAS;
    default:
      return [];
  }
}

function numero(valor: unknown): number | undefined {
  return typeof valor === 'number' ? valor : undefined;
}
