import { describe, expect, it } from 'vitest';

import { primeirosPassos } from './passos';

const zero = { total_clientes: 0, vendedores_total: 0, por_status: { disponivel: 0, atribuido: 0, contatado: 0 } };
const admin = { permissoes: ['configuracao.alterar', 'cliente.importar', 'usuario.gerir'], empresa: 'CRM', contato: '' };

describe('first run (UI-1)', () => {
  it('a new installation has all to do', () => {
    expect(primeirosPassos(admin, zero).map((p) => [p.id, p.feito])).toEqual([['empresa', false], ['clientes', false], ['vendedores', false], ['online', false]]);
  });

  it('each step is done by what it brought', () => {
    const feito = primeirosPassos({ ...admin, empresa: 'Padaria', contato: 'Ramal 1' }, { total_clientes: 9, vendedores_total: 1, por_status: { disponivel: 8, atribuido: 1, contatado: 0 } });
    expect(feito.every((p) => p.feito)).toBe(true);
  });

  it('a name without a contact is half a step', () => {
    expect(primeirosPassos({ ...admin, empresa: 'Padaria' }, zero)[0]?.feito).toBe(false);
  });

  it('nobody is asked for what the papel may not do', () => {
    expect(primeirosPassos({ ...admin, permissoes: ['cliente.importar'] }, zero).map((p) => p.id)).toEqual(['clientes', 'online']);
  });
});
