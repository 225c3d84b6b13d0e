import { FORMATOS, type CampoExportavel, type Formato, type Origem } from '../../lib/exportacoes';

export const CSVS = ['padrao', 'excel'] as const;
export type Csv = (typeof CSVS)[number];

/** Shortest purpose the server takes, characters. */
export const FINALIDADE_MIN = 10;
export const FINALIDADE_MAX = 200;

/** One column of the file, in its place; what is not `marcado` stays out. */
export interface Coluna extends CampoExportavel {
  marcado: boolean;
}

/** What a browser remembers of one user and screen: no filter, no purpose. */
export interface Lembrada {
  formato: Formato;
  csv: Csv;
  /** All columns in their order, and which of them were chosen. */
  ordem: readonly string[];
  marcados: readonly string[];
}

/**
 * The columns to begin with: as the last time, else those of the screen, else
 * the server's own. A sensitive one is never chosen by memory.
 */
export function colunasIniciais(campos: readonly CampoExportavel[], lembrada: Lembrada | undefined, daTela?: readonly string[]): Coluna[] {
  const daMarca = (c: CampoExportavel) => (lembrada ? (lembrada.ordem.includes(c.campo) ? lembrada.marcados.includes(c.campo) : c.padrao) : c.padrao || daTela?.includes(c.campo) === true);
  const lugar = new Map(lembrada?.ordem.map((campo, i) => [campo, i]));
  return campos
    .map((c) => ({ ...c, marcado: daMarca(c) && soMascarado(c) }))
    .map((coluna, i) => ({ coluna, lugar: lugar.get(coluna.campo) ?? campos.length + i }))
    .sort((a, b) => a.lugar - b.lugar)
    .map(({ coluna }) => coluna);
}

/** Without a purpose a CPF is masked; the other sensitive fields do not go out at all. */
export const soMascarado = (c: CampoExportavel) => !c.sensivel || c.campo === 'cpf';

/** Moves a column by one place; at an end it stays. */
export function mover(colunas: readonly Coluna[], campo: string, passo: -1 | 1): Coluna[] {
  const de = colunas.findIndex((c) => c.campo === campo);
  const para = de + passo;
  const novas = [...colunas];
  const movida = novas[de];
  const outra = novas[para];
  if (movida === undefined || outra === undefined) return novas;
  novas[de] = outra;
  novas[para] = movida;
  return novas;
}

export function marcar(colunas: readonly Coluna[], campo: string, marcado: boolean): Coluna[] {
  return colunas.map((c) => (c.campo === campo ? { ...c, marcado } : c));
}

/** Choices after the sensitive data were refused again. */
export function semSensiveis(colunas: readonly Coluna[]): Coluna[] {
  return colunas.map((c) => (soMascarado(c) ? c : { ...c, marcado: false }));
}

export const escolhidas = (colunas: readonly Coluna[]) => colunas.filter((c) => c.marcado).map((c) => c.campo);

const chave = (usuario: number, origem: Origem, relatorio?: string) => `exportar.${usuario}.${origem}${relatorio === undefined ? '' : `.${relatorio}`}`;

/** From the storage, where anybody may have written anything. */
export function lembrar(usuario: number, origem: Origem, relatorio: string | undefined, onde: Pick<Storage, 'getItem'>): Lembrada | undefined {
  try {
    const json = JSON.parse(onde.getItem(chave(usuario, origem, relatorio)) ?? 'null') as Partial<Record<keyof Lembrada, unknown>> | null;
    if (json === null || !textos(json.ordem) || !textos(json.marcados)) return undefined;
    return {
      formato: FORMATOS.find((f) => f === json.formato) ?? 'excel',
      csv: CSVS.find((c) => c === json.csv) ?? 'padrao',
      ordem: json.ordem,
      marcados: json.marcados,
    };
  } catch {
    return undefined;
  }
}

export function guardar(usuario: number, origem: Origem, relatorio: string | undefined, escolha: { formato: Formato; csv: Csv; colunas: readonly Coluna[] }, onde: Pick<Storage, 'setItem'>): void {
  const { formato, csv, colunas } = escolha;
  try {
    onde.setItem(chave(usuario, origem, relatorio), JSON.stringify({ formato, csv, ordem: colunas.map((c) => c.campo), marcados: escolhidas(colunas) } satisfies Lembrada));
  } catch {
    // A full or forbidden storage: next time begins anew.
  }
}

function textos(valor: unknown): valor is string[] {
  return Array.isArray(valor) && valor.every((v) => typeof v === 'string');
}
