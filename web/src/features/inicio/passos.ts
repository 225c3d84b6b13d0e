import type { EstatisticasGerais } from '../../lib/estatisticas';
import { pode, type Eu } from '../../lib/eu';

export interface Passo {
  id: 'empresa' | 'clientes' | 'vendedores' | 'online';
  feito: boolean;
  /** Where it is done; undefined: by somebody else. */
  destino?: string;
}

/** The name that the installation gives. */
const EMPRESA_INICIAL = 'CRM';

/** What is left of the first run for this user, in order. */
export function primeirosPassos(eu: Pick<Eu, 'permissoes' | 'empresa' | 'contato'>, n: Pick<EstatisticasGerais, 'total_clientes' | 'vendedores_total' | 'por_status'>): Passo[] {
  const passos: (Passo & { permissao?: string })[] = [
    { id: 'empresa', feito: eu.empresa !== EMPRESA_INICIAL && eu.contato !== '', destino: '/configuracoes', permissao: 'configuracao.alterar' },
    { id: 'clientes', feito: n.total_clientes > 0, destino: '/importar', permissao: 'cliente.importar' },
    { id: 'vendedores', feito: n.vendedores_total > 0, destino: '/usuarios', permissao: 'usuario.gerir' },
    { id: 'online', feito: n.por_status.atribuido + n.por_status.contatado > 0, destino: '/vendedores' },
  ];
  return passos.filter((p) => pode(eu, p.permissao)).map(({ id, feito, destino }) => ({ id, feito, destino }));
}
