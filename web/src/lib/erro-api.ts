import { t, textoDoCodigo } from '../i18n/pt-br';

/** One field refused by the server. */
export interface ErroCampo {
  campo: string;
  mensagem: string;
}

/**
 * A refusal of the API or of the way to it.
 *
 * `dados`: what a refusal carries besides its words, by `codigo`. `status` 0: no answer came. `tentarEm`: seconds, from Retry-After.
 * `requisicao`: request id the operators find in the log.
 *
 * @see RFC 9457, SPEC API-2
 */
export interface ApiError {
  codigo: string;
  status: number;
  detalhe?: string;
  erros: ErroCampo[];
  tentarEm?: number;
  dados?: Record<string, unknown>;
  requisicao?: string;
}

/** True for what RTK Query rejects with through this base. */
export function ehApiError(erro: unknown): erro is ApiError {
  return typeof erro === 'object' && erro !== null && 'codigo' in erro && 'status' in erro;
}

/** True for what was refused, or cut short on its way, because the session ended (`store` is emptied then). */
export function sessaoTerminou(erro: unknown): boolean {
  return ehApiError(erro) ? erro.status === 401 : (erro as { name?: unknown } | undefined)?.name === 'AbortError';
}

/** The sentence for the user: by `codigo`, else by status; never the server's text. */
export function mensagemDeErro(erro: unknown): string {
  if (!ehApiError(erro)) return t(sessaoTerminou(erro) ? 'erros.sessao' : 'erros.desconhecido');
  const espera = erro.tentarEm ?? 60;
  const conhecida = textoDoCodigo(erro.codigo, {
    minutos: minutosEmTexto(espera),
    segundos: espera,
  });
  if (conhecida !== undefined) return conhecida;
  if (erro.codigo === 'resultado_desconhecido') return t('erros.resultado');
  switch (erro.status) {
    case 0:
      return t('erros.rede');
    case 401:
      return t('erros.sessao');
    case 403:
      return t('erros.semAcesso');
    case 404:
      return t('erros.naoEncontrado');
    case 409:
    case 412:
      return t('erros.conflito');
    case 413:
      return t('erros.grande');
    case 400:
    case 422:
      // Without a field nothing is marked.
      return t(erro.erros.length > 0 ? 'erros.invalido' : 'erros.recusado');
    case 429:
      return t('erros.limite', { segundos: espera });
    case 502:
    case 503:
    case 504:
      return t('erros.indisponivel');
    default:
      return erro.status >= 500 ? t('erros.servidor') : t('erros.desconhecido');
  }
}

/** The messages of a 422 by field name, to show beside the inputs. */
export function errosPorCampo(erro: unknown): Record<string, string> {
  if (!ehApiError(erro)) return {};
  return Object.fromEntries(erro.erros.map((e) => [e.campo, e.mensagem]));
}

/** `90` → `2 minutos`; seconds are rounded up so that the wait is never too short. */
export function minutosEmTexto(segundos: number): string {
  const minutos = Math.max(1, Math.ceil(segundos / 60));
  if (minutos < 120) return minutos === 1 ? '1 minuto' : `${minutos} minutos`;
  return `${Math.ceil(minutos / 60)} horas`;
}
