import type { Evento } from '../../lib/websocket';
import { localizar, type Quadro } from './quadro';
import { SEM_VENDEDOR } from './tipos';

/**
 * Columns of the manager's board that an event made old; 'todas' when it does not
 * say which, as those of many clients.
 */
export function colunasTocadas(quadro: Quadro, evento: Evento): 'todas' | string[] {
  const { cliente_id: cliente, vendedor_id: vendedor, de_vendedor_id: de } = evento.dados;
  if (evento.tipo === 'vendedor_online') return quadro.por === 'vendedor' ? 'todas' : [];
  const aqui = typeof cliente === 'number' ? localizar(quadro, cliente)?.coluna : undefined;
  const umCliente = typeof cliente === 'number' && ['cliente_contatado', 'cliente_realocado', 'cliente_liberado'].includes(evento.tipo);
  if (!umCliente) return 'todas';
  if (quadro.por === 'periodo') return aqui === undefined ? [] : [aqui];

  const nomes = new Set<string>();
  if (aqui !== undefined) nomes.add(aqui);
  if (typeof vendedor === 'number') nomes.add(String(vendedor));
  if (typeof de === 'number' && de !== 0) nomes.add(String(de));
  // To nobody, or from nobody.
  if (evento.tipo === 'cliente_liberado' || (evento.tipo === 'cliente_realocado' && !de)) nomes.add(SEM_VENDEDOR);
  return [...nomes].filter((n) => quadro.colunas[n] !== undefined);
}
