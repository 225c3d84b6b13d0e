import { pode, type Eu } from './eu';

/** Address of the history of a record in the audit; undefined for who may not see it. */
export function linkHistorico(eu: Pick<Eu, 'permissoes'>, tabela: 'clientes' | 'usuarios' | 'configuracoes', registro: number | string): string | undefined {
  if (!pode(eu, 'auditoria.ver')) return undefined;
  // A setting has no number: its key names it.
  return `/auditoria?tabela=${tabela}&${typeof registro === 'number' ? 'registro' : 'chave'}=${encodeURIComponent(registro)}`;
}
