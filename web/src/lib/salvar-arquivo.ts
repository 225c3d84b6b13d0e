/** A file as an answer brings it. */
export interface Arquivo {
  nome: string;
  bytes: Blob;
}

/** The browser may still be reading it after the click, ms. */
const LARGAR_MS = 60_000;

export function ehArquivo(dados: unknown): dados is Arquivo {
  return typeof dados === 'object' && dados !== null && 'bytes' in dados && dados.bytes instanceof Blob;
}

/** Hands a file to the browser, which keeps it where downloads go. */
export function salvarArquivo({ nome, bytes }: Arquivo): void {
  const url = URL.createObjectURL(bytes);
  const ligacao = document.createElement('a');
  ligacao.href = url;
  ligacao.download = nome;
  ligacao.click();
  setTimeout(() => URL.revokeObjectURL(url), LARGAR_MS);
}

/**
 * The file name of a Content-Disposition, or undefined when the answer is no
 * attachment. `filename*` (RFC 8187) goes before `filename`.
 */
export function nomeDoAnexo(disposicao: string | null): string | undefined {
  if (disposicao === null || !/^\s*attachment\b/i.test(disposicao)) return undefined;
  const largo = /;\s*filename\*\s*=\s*UTF-8''([^;\s]+)/i.exec(disposicao)?.[1];
  const simples = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposicao);
  return limpo(decodificado(largo) ?? simples?.[1]?.replace(/\\(.)/g, '$1') ?? simples?.[2] ?? '');
}

function decodificado(texto: string | undefined): string | undefined {
  if (texto === undefined) return undefined;
  try {
    return decodeURIComponent(texto);
  } catch {
    return undefined;
  }
}

/** Never a path, never empty. */
function limpo(nome: string): string {
  return nome.replace(/[\\/\u0000-\u001f\u007f]/g, '_').trim() || 'arquivo';
}
