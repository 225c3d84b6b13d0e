import type { ApiError } from '../../lib/erro-api';
import type { Dados } from './tipos';

/** What is stored now, as a refusal for an old version carries it. */
export interface Atual {
  versao: number;
  ativo: boolean;
  dados: Partial<Dados>;
}

/** Reads `dados` of 412 `versao_antiga`; undefined for any other refusal. */
export function lerAtual(erro: ApiError): Atual | undefined {
  const { versao, atual } = erro.dados ?? {};
  if (erro.status !== 412 || typeof versao !== 'number' || typeof atual !== 'object' || atual === null) return undefined;
  const { ativo, ...dados } = atual as Partial<Dados> & { ativo?: boolean };
  return { versao, ativo: ativo !== false, dados };
}
