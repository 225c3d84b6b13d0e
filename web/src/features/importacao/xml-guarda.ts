/**
 * Looks at the XML of a workbook while it is inflated, tag by tag: declarations
 * and entities, formulas, rows and columns beyond the bounds. It builds nothing.
 */
import { Recusa } from './recusa';

/** Bounds of one sheet; the first row is the header. */
export const LIMITES_FOLHA = { linhas: 100_001, colunas: 200 } as const;
/** Addresses of formulas that are named; the rest is counted. */
const FORMULAS_NOMEADAS = 8;
/** No tag of a workbook comes near, characters. */
const TAG_MAX = 64 * 1024;

export interface Visto {
  formulas: string[];
  nFormulas: number;
}

/** A guard to be given the pieces of one part, in order, then `fim`. */
export function guardarXml(folha: boolean): { ver: (pedaco: Uint8Array) => void; fim: () => Visto } {
  const decodificador = new TextDecoder('utf-8', { fatal: true });
  const visto: Visto = { formulas: [], nFormulas: 0 };
  let resto = '';
  /** The text that ends a comment or CDATA we are in. */
  let pular = '';
  let celula = '';

  function decodificar(pedaco?: Uint8Array): string {
    try {
      return pedaco === undefined ? decodificador.decode() : decodificador.decode(pedaco, { stream: true });
    } catch {
      // UTF-16 and others would hide what is looked for.
      throw new Recusa('danificado');
    }
  }

  function ler(texto: string): void {
    let aqui = 0;
    for (;;) {
      if (pular !== '') {
        const fim = texto.indexOf(pular, aqui);
        if (fim === -1) {
          resto = texto.slice(Math.max(aqui, texto.length - pular.length + 1));
          return;
        }
        aqui = fim + pular.length;
        pular = '';
      }
      const abre = texto.indexOf('<', aqui);
      if (abre === -1) {
        resto = '';
        return;
      }
      if (texto.startsWith('<!--', abre)) {
        pular = '-->';
        aqui = abre + 4;
        continue;
      }
      if (texto.startsWith('<![CDATA[', abre)) {
        pular = ']]>';
        aqui = abre + 9;
        continue;
      }
      const fecha = texto.indexOf('>', abre);
      if (fecha === -1) {
        if (texto.length - abre > TAG_MAX) throw new Recusa('danificado');
        resto = texto.slice(abre);
        return;
      }
      tag(texto, abre + 1, fecha);
      aqui = fecha + 1;
    }
  }

  function tag(texto: string, de: number, ate: number): void {
    const primeiro = texto.charCodeAt(de);
    if (primeiro === 0x2f || primeiro === 0x3f) return; // </ and <?
    if (primeiro === 0x21) throw new Recusa('entidades'); // <!DOCTYPE, <!ENTITY
    if (!folha) return;
    const nome = nomeLocal(texto, de, ate);
    if (nome === 'c') celula = atributo(texto.slice(de, ate), 'r');
    else if (nome === 'v' || nome === 'is') dentro(celula);
    else if (nome === 'f') {
      visto.nFormulas += 1;
      if (visto.formulas.length < FORMULAS_NOMEADAS) visto.formulas.push(celula);
    }
  }

  return {
    ver(pedaco) {
      ler(resto + decodificar(pedaco));
    },
    fim() {
      ler(resto + decodificar());
      if (pular !== '' || resto !== '') throw new Recusa('danificado');
      return visto;
    },
  };
}

function nomeLocal(texto: string, de: number, ate: number): string {
  let fim = de;
  let inicio = de;
  for (; fim < ate; fim++) {
    const c = texto.charCodeAt(fim);
    if (c === 0x3a) inicio = fim + 1;
    else if (c <= 0x20 || c === 0x2f) break;
  }
  // Long names are none of ours: no copy of them.
  return fim - inicio > 4 ? '' : texto.slice(inicio, fim);
}

function atributo(tag: string, nome: string): string {
  return new RegExp(`\\s${nome}\\s*=\\s*["']([A-Za-z]{1,4}\\d{1,9})["']`).exec(tag)?.[1] ?? '';
}

/** A cell with content must stand within the bounds. */
function dentro(endereco: string): void {
  let coluna = 0;
  let linha = 0;
  for (let i = 0; i < endereco.length; i++) {
    const c = endereco.charCodeAt(i);
    if (c >= 0x41) coluna = coluna * 26 + ((c & 0x1f) as number);
    else linha = linha * 10 + (c - 0x30);
  }
  if (linha > LIMITES_FOLHA.linhas) throw new Recusa('linhas', { max: (LIMITES_FOLHA.linhas - 1).toLocaleString('pt-BR') });
  if (coluna > LIMITES_FOLHA.colunas) throw new Recusa('colunas', { max: LIMITES_FOLHA.colunas });
}
