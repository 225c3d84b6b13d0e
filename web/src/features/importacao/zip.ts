/**
 * The directory of a zip file, judged before anything is inflated.
 *
 * Sizes are bytes. Whatever lies about itself is refused later: `inflar` never
 * makes more than the directory declared.
 *
 * @see APPNOTE.TXT 6.3 (PKWARE), SPEC BUSCA-6
 */
import { Inflate } from 'fflate';

import { Recusa } from './recusa';

export const LIMITES_ZIP = {
  /** A workbook has some dozens of parts. */
  entradas: 1000,
  nome: 255,
  /** Of one part, inflated. 100,000 rows of 12 columns are about 60 MB. */
  parte: 128 * 1024 * 1024,
  total: 192 * 1024 * 1024,
  /** Honest sheets stay under 60:1; deflate reaches 1032:1. */
  razao: 200,
  /** Parts smaller than this may have any ratio. */
  razaoDesde: 1024 * 1024,
} as const;

export interface Entrada {
  nome: string;
  /** 0 stored, 8 deflated. */
  metodo: number;
  comprimido: number;
  tamanho: number;
  /** Where its data begins. */
  inicio: number;
}

const FIM = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const FIM_TAMANHO = 22;
const CENTRAL_TAMANHO = 46;
const LOCAL_TAMANHO = 30;
const COMENTARIO_MAX = 0xffff;
const CIFRADA = 0x0001;
/** Compressed bytes given to the inflater at once: at most 16 MB come out. */
const PASSO = 16 * 1024;

/** Reads and judges the directory. @throws Recusa */
export function lerDiretorio(bytes: Uint8Array): Map<string, Entrada> {
  const v = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fim = acharFim(v);
  const quantas = v.getUint16(fim + 10, true);
  const tamanho = v.getUint32(fim + 12, true);
  const inicio = v.getUint32(fim + 16, true);
  if (v.getUint16(fim + 4, true) !== 0 || v.getUint16(fim + 8, true) !== quantas) throw new Recusa('danificado');
  if (quantas > LIMITES_ZIP.entradas) throw new Recusa('partes', { n: quantas, max: LIMITES_ZIP.entradas });
  // 0xffffffff (zip64) is never true of a file this small.
  if (inicio + tamanho > fim) throw new Recusa('danificado');

  const entradas = new Map<string, Entrada>();
  const trechos: [number, number][] = [];
  let total = 0;
  let aqui = inicio;
  for (let i = 0; i < quantas; i++) {
    if (aqui + CENTRAL_TAMANHO > fim || v.getUint32(aqui, true) !== CENTRAL) throw new Recusa('danificado');
    const nNome = v.getUint16(aqui + 28, true);
    const proxima = aqui + CENTRAL_TAMANHO + nNome + v.getUint16(aqui + 30, true) + v.getUint16(aqui + 32, true);
    if (proxima > fim) throw new Recusa('danificado');
    if ((v.getUint16(aqui + 8, true) & CIFRADA) !== 0) throw new Recusa('senha');

    const nome = lerNome(bytes.subarray(aqui + CENTRAL_TAMANHO, aqui + CENTRAL_TAMANHO + nNome));
    const local = v.getUint32(aqui + 42, true);
    const entrada: Entrada = {
      nome,
      metodo: v.getUint16(aqui + 10, true),
      comprimido: v.getUint32(aqui + 20, true),
      tamanho: v.getUint32(aqui + 24, true),
      inicio: inicioDosDados(v, local, inicio),
    };
    julgar(entrada, inicio);
    if (entradas.has(nome)) throw new Recusa('nomes', { nome });
    entradas.set(nome, entrada);
    trechos.push([local, entrada.inicio + entrada.comprimido]);
    total += entrada.tamanho;
    if (total > LIMITES_ZIP.total) throw new Recusa('bomba');
    aqui = proxima;
  }
  semSobreposicao(trechos);
  return entradas;
}

/** From the end: the record may be followed by a comment. */
function acharFim(v: DataView): number {
  const ate = Math.max(0, v.byteLength - FIM_TAMANHO - COMENTARIO_MAX);
  for (let i = v.byteLength - FIM_TAMANHO; i >= ate; i--) {
    if (v.getUint32(i, true) === FIM && i + FIM_TAMANHO + v.getUint16(i + 20, true) === v.byteLength) return i;
  }
  throw new Recusa('danificado');
}

function lerNome(bytes: Uint8Array): string {
  const nome = new TextDecoder('utf-8').decode(bytes);
  const pedacos = nome.split('/');
  const estranho =
    nome === '' || nome.length > LIMITES_ZIP.nome || nome.startsWith('/') || /[\\:\0]/.test(nome) || pedacos.includes('..') || pedacos.includes('.');
  if (estranho) throw new Recusa('nomes', { nome: nome.slice(0, 60) });
  return nome;
}

function inicioDosDados(v: DataView, local: number, ate: number): number {
  if (local + LOCAL_TAMANHO > ate || v.getUint32(local, true) !== LOCAL) throw new Recusa('danificado');
  return local + LOCAL_TAMANHO + v.getUint16(local + 26, true) + v.getUint16(local + 28, true);
}

function julgar(e: Entrada, ate: number): void {
  if (e.inicio + e.comprimido > ate) throw new Recusa('danificado');
  if (e.metodo !== 0 && e.metodo !== 8) throw new Recusa('danificado');
  if (e.metodo === 0 && e.comprimido !== e.tamanho) throw new Recusa('danificado');
  if (e.tamanho > LIMITES_ZIP.parte) throw new Recusa('bomba');
  if (e.tamanho >= LIMITES_ZIP.razaoDesde && e.tamanho > e.comprimido * LIMITES_ZIP.razao) throw new Recusa('bomba');
}

/** Parts that share bytes make a small file inflate to anything (Fifield, 2019). */
function semSobreposicao(trechos: [number, number][]): void {
  trechos.sort((a, b) => a[0] - b[0]);
  let ate = 0;
  for (const [de, fim] of trechos) {
    if (de < ate) throw new Recusa('bomba');
    ate = fim;
  }
}

/**
 * Inflates one part in small steps; `ver` sees each piece as it comes and may
 * throw. Stops as soon as more comes out than was declared.
 */
export function inflar(bytes: Uint8Array, e: Entrada, ver?: (pedaco: Uint8Array) => void): Uint8Array {
  const dados = bytes.subarray(e.inicio, e.inicio + e.comprimido);
  const saida = new Uint8Array(e.tamanho);
  let cheio = 0;

  function receber(pedaco: Uint8Array): void {
    if (cheio + pedaco.length > e.tamanho) throw new Recusa('bomba');
    saida.set(pedaco, cheio);
    cheio += pedaco.length;
    if (pedaco.length > 0) ver?.(pedaco);
  }

  if (e.metodo === 0) {
    for (let i = 0; i < dados.length; i += PASSO * 16) receber(dados.subarray(i, i + PASSO * 16));
  } else {
    const inflador = new Inflate(receber);
    try {
      for (let i = 0; i < dados.length; i += PASSO) inflador.push(dados.subarray(i, i + PASSO), i + PASSO >= dados.length);
    } catch (erro) {
      throw erro instanceof Recusa ? erro : new Recusa('danificado');
    }
  }
  if (cheio !== e.tamanho) throw new Recusa('danificado');
  return saida;
}
