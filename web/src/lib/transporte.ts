import { tomarAdiantado } from './adiantados';
import type { ApiError, ErroCampo } from './erro-api';
import { nomeDoAnexo, type Arquivo } from './salvar-arquivo';

/** One request, as an endpoint describes it. */
export interface Pedido {
  url: string;
  metodo?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Undefined and null values are left out. */
  params?: Record<string, string | number | boolean | null | undefined>;
  corpo?: object;
  /** A body that is not JSON: a file. */
  arquivo?: { tipo: string; bytes: Blob };
  cabecalhos?: Record<string, string>;
  /** Idempotency-Key of a write that the user repeats by hand; else each call has its own. */
  chave?: string;
  /** The answer may be a file; then `data` is an `Arquivo`. */
  baixar?: boolean;
  /** Login: its answer must not be replayed to whoever holds the key. */
  semChave?: boolean;
}

export type Resultado = { data: unknown } | { error: ApiError };

/** Waits before each repetition, ms. A write is repeated with the same key. */
const ESPERAS_ESCRITA = [400, 1000, 2500, 5000];
const ESPERAS_LEITURA = [300, 1200];
/** Nothing is awaited longer than this, ms; redistributing all is the slowest. */
const LIMITE_RESPOSTA_MS = 60_000;
/** A file may take longer to go up or to come, ms. */
const LIMITE_ARQUIVO_MS = 600_000;

export interface Ambiente {
  buscar: typeof fetch;
  esperar: (ms: number, sinal?: AbortSignal) => Promise<void>;
  novaChave: () => string;
}

const ambienteDoNavegador: Ambiente = {
  buscar: (url, opcoes) => (opcoes?.method === 'GET' && typeof url === 'string' ? tomarAdiantado(url, opcoes.signal) : undefined) ?? fetch(url, opcoes),
  esperar: (ms, sinal) =>
    new Promise((resolve) => {
      const relogio = setTimeout(resolve, ms);
      sinal?.addEventListener('abort', () => {
        clearTimeout(relogio);
        resolve();
      });
    }),
  novaChave: chaveAleatoria,
};

/**
 * Sends a request and repeats it while its outcome is unknown.
 *
 * A write carries one Idempotency-Key over all its repetitions, so the server
 * does it at most once (SPEC API-4). A read is repeated when no answer came.
 */
export async function enviar(
  pedido: Pedido,
  opcoes: { escrita: boolean; sinal?: AbortSignal },
  ambiente: Ambiente = ambienteDoNavegador,
): Promise<Resultado> {
  const metodo = pedido.metodo ?? (opcoes.escrita ? 'POST' : 'GET');
  const cabecalhos = new Headers({ Accept: pedido.baixar === true ? '*/*' : 'application/json' });
  const comChave = opcoes.escrita && pedido.semChave !== true;
  if (comChave) cabecalhos.set('Idempotency-Key', pedido.chave ?? ambiente.novaChave());
  for (const [nome, valor] of Object.entries(pedido.cabecalhos ?? {})) cabecalhos.set(nome, valor);

  let corpo: string | Blob | undefined;
  if (pedido.arquivo !== undefined) {
    cabecalhos.set('Content-Type', pedido.arquivo.tipo);
    corpo = pedido.arquivo.bytes;
  } else if (metodo !== 'GET' && metodo !== 'DELETE') {
    cabecalhos.set('Content-Type', 'application/json');
    corpo = JSON.stringify(pedido.corpo ?? {});
  }

  const podeRepetir = comChave || !opcoes.escrita;
  const esperas = podeRepetir ? (opcoes.escrita ? ESPERAS_ESCRITA : ESPERAS_LEITURA) : [];

  for (let vez = 0; ; vez++) {
    const resultado = await tentar(pedido, metodo, cabecalhos, corpo, opcoes.sinal, ambiente);
    if ('data' in resultado || !semResultado(resultado.error)) return resultado;
    const espera = esperas[vez];
    if (espera === undefined || opcoes.sinal?.aborted) return resultado;
    await ambiente.esperar(espera, opcoes.sinal);
  }
}

/** True when the request may or may not have been carried out. */
function semResultado(erro: ApiError): boolean {
  return erro.status === 0 || erro.status === 502 || erro.status === 504 || erro.codigo === 'resultado_desconhecido';
}

async function tentar(
  pedido: Pedido,
  metodo: string,
  headers: Headers,
  body: string | Blob | undefined,
  sinal: AbortSignal | undefined,
  ambiente: Ambiente,
): Promise<Resultado> {
  const corte = new AbortController();
  const relogio = setTimeout(() => corte.abort(), pedido.arquivo === undefined && pedido.baixar !== true ? LIMITE_RESPOSTA_MS : LIMITE_ARQUIVO_MS);
  const cancelar = () => corte.abort();
  sinal?.addEventListener('abort', cancelar);
  try {
    const resposta = await ambiente.buscar(comParams(pedido.url, pedido.params), {
      method: metodo,
      headers,
      body,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: corte.signal,
    });
    if (resposta.ok) {
      const nome = pedido.baixar === true ? nomeDoAnexo(resposta.headers.get('Content-Disposition')) : undefined;
      if (nome !== undefined) return { data: { nome, bytes: await resposta.blob() } satisfies Arquivo };
      const texto = await resposta.text();
      return { data: texto === '' ? null : (JSON.parse(texto) as unknown) };
    }
    return { error: await lerProblema(resposta) };
  } catch (motivo) {
    const codigo = motivo instanceof SyntaxError ? 'resposta_invalida' : 'rede';
    return { error: { codigo, status: 0, erros: [] } };
  } finally {
    clearTimeout(relogio);
    sinal?.removeEventListener('abort', cancelar);
  }
}

/** Path plus query; parameters without value are left out. */
export function comParams(url: string, params: Pedido['params']): string {
  const busca = new URLSearchParams();
  for (const [nome, valor] of Object.entries(params ?? {})) {
    if (valor !== undefined && valor !== null && valor !== '') busca.set(nome, String(valor));
  }
  const texto = busca.toString();
  return texto === '' ? url : `${url}?${texto}`;
}

/** Reads problem+json; a body that is something else leaves only the status. */
async function lerProblema(resposta: Response): Promise<ApiError> {
  const corpo = await resposta
    .json()
    .then((json: unknown) => (typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {}))
    .catch(() => ({}) as Record<string, unknown>);

  const espera = Number(resposta.headers.get('Retry-After') ?? Number.NaN);
  return {
    status: resposta.status,
    codigo: texto(corpo.codigo) ?? `http_${resposta.status}`,
    detalhe: texto(corpo.detail),
    erros: Array.isArray(corpo.erros) ? corpo.erros.filter(ehErroCampo) : [],
    tentarEm: Number.isFinite(espera) ? espera : undefined,
    dados: typeof corpo.dados === 'object' && corpo.dados !== null ? (corpo.dados as Record<string, unknown>) : undefined,
    requisicao: texto(corpo.requisicao) ?? resposta.headers.get('X-Request-Id') ?? undefined,
  };
}

function texto(valor: unknown): string | undefined {
  return typeof valor === 'string' && valor !== '' ? valor : undefined;
}

function ehErroCampo(valor: unknown): valor is ErroCampo {
  const erro = valor as ErroCampo | null;
  return typeof erro === 'object' && erro !== null && typeof erro.campo === 'string' && typeof erro.mensagem === 'string';
}

/** A random UUID; also where crypto.randomUUID is missing (plain HTTP, not localhost). */
export function chaveAleatoria(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40;
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
