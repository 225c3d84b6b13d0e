/**
 * An XLSX file as CSV, within bounds. Runs in the worker; the library sees only
 * parts that were inflated and looked at here, stored without compression.
 *
 * Formulas are refused: what they show is a cached value that may be old, and
 * what they say is not data. @see SPEC BUSCA-6
 */
import { zipSync, type Zippable } from 'fflate';
import { readSheet } from 'read-excel-file/universal';

import { escreverCsv, type Completados, type Valor } from './csv';
import { ENVIO_MAX } from './limites';
import { Recusa } from './recusa';
import { guardarXml, type Visto } from './xml-guarda';
import { inflar, lerDiretorio, type Entrada } from './zip';

export interface Folha {
  /** From 1, as the library counts. */
  numero: number;
  nome: string;
}

export interface Convertida {
  csv: Blob;
  linhas: number;
  colunas: number;
  completados: Completados;
}

const PASTA = 'xl/workbook.xml';
const RELACOES = 'xl/_rels/workbook.xml.rels';

export class Planilha {
  readonly folhas: readonly Folha[];
  readonly #bytes: Uint8Array;
  readonly #entradas: Map<string, Entrada>;
  #partes: Zippable = {};
  readonly #alvos: readonly (string | undefined)[];
  readonly #estilos: string;
  readonly #textos: string;

  /** @throws Recusa */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#entradas = lerDiretorio(bytes);
    const pasta = this.#texto(PASTA);
    const relacoes = lerRelacoes(this.#texto(RELACOES));
    const todas = lerFolhas(pasta);
    if (todas.length === 0) throw new Recusa('naoEPlanilha');
    this.#alvos = todas.map((f) => relacoes.find((r) => r.id === f.relacao && r.tipo === 'worksheet')?.alvo);
    this.#estilos = relacoes.find((r) => r.tipo === 'styles')?.alvo ?? 'xl/styles.xml';
    this.#textos = relacoes.find((r) => r.tipo === 'sharedStrings')?.alvo ?? 'xl/sharedStrings.xml';
    const visiveis = todas.filter((f, i) => !f.oculta && this.#alvos[i] !== undefined);
    this.folhas = (visiveis.length > 0 ? visiveis : todas).map(({ numero, nome }) => ({ numero, nome }));
  }

  /** Inflates and judges what one sheet needs, then reads it. @throws Recusa */
  async converter(numero: number, progresso?: (fracao: number) => void): Promise<Convertida> {
    const alvo = this.#alvos[numero - 1];
    if (alvo === undefined || !this.#entradas.has(alvo)) throw new Recusa('naoEPlanilha');
    const visto = this.#abrir(alvo, true, progresso);
    if (visto.nFormulas > 0) {
      const mais = visto.nFormulas - visto.formulas.length;
      throw new Recusa('formulas', { celulas: visto.formulas.join(', ') + (mais > 0 ? ` (+${mais.toLocaleString('pt-BR')})` : '') });
    }
    for (const nome of [this.#estilos, this.#textos]) if (this.#entradas.has(nome)) this.#abrir(nome, false);

    const linhas = await this.#ler(numero);
    const primeira = linhas.findIndex((l) => l.some((v) => v !== null));
    if (primeira === -1 || primeira === linhas.length - 1) throw new Recusa('semDados');
    const dados = linhas.slice(primeira);
    const { partes, completados, linhas: quantas } = escreverCsv(dados);
    const csv = new Blob(partes, { type: 'text/csv' });
    if (csv.size > ENVIO_MAX) throw new Recusa('csvGrande', { mb: ENVIO_MAX / 1024 / 1024 });
    return { csv, linhas: quantas, colunas: dados[0]?.length ?? 0, completados };
  }

  /** Stored parts need no inflating, so the library starts no worker of its own, which the CSP forbids. */
  async #ler(numero: number): Promise<Valor[][]> {
    const zip = zipSync(this.#partes, { level: 0 });
    this.#partes = { [PASTA]: this.#partes[PASTA] as Uint8Array, [RELACOES]: this.#partes[RELACOES] as Uint8Array };
    try {
      return (await readSheet(zip.buffer as ArrayBuffer, numero, { trim: true })) as unknown as Valor[][];
    } catch {
      throw new Recusa('danificado');
    }
  }

  #texto(nome: string): string {
    this.#abrir(nome, false);
    return new TextDecoder().decode(this.#partes[nome] as Uint8Array);
  }

  #abrir(nome: string, folha: boolean, progresso?: (fracao: number) => void): Visto {
    const entrada = this.#entradas.get(nome);
    if (entrada === undefined) throw new Recusa('naoEPlanilha');
    const guarda = guardarXml(folha);
    let visto = 0;
    this.#partes[nome] = inflar(this.#bytes, entrada, (pedaco) => {
      guarda.ver(pedaco);
      visto += pedaco.length;
      progresso?.(visto / entrada.tamanho);
    });
    return guarda.fim();
  }
}

interface FolhaLida extends Folha {
  relacao: string;
  oculta: boolean;
}

function lerFolhas(xml: string): FolhaLida[] {
  const folhas: FolhaLida[] = [];
  for (const [tag] of xml.matchAll(/<(?:\w+:)?sheet\s[^>]*>/g)) {
    const nome = atributo(tag, 'name');
    if (nome === '') continue;
    folhas.push({ numero: folhas.length + 1, nome, relacao: atributo(tag, '\\w+:id'), oculta: /hidden/i.test(atributo(tag, 'state')) });
  }
  return folhas;
}

function lerRelacoes(xml: string): { id: string; tipo: string; alvo: string }[] {
  return [...xml.matchAll(/<(?:\w+:)?Relationship\s[^>]*>/g)].map(([tag]) => {
    const alvo = atributo(tag, 'Target');
    return { id: atributo(tag, 'Id'), tipo: atributo(tag, 'Type').split('/').at(-1) ?? '', alvo: alvo.startsWith('/') ? alvo.slice(1) : `xl/${alvo}` };
  });
}

const ENTIDADES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function atributo(tag: string, nome: string): string {
  const bruto = new RegExp(`\\s(?:${nome})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag);
  return (bruto?.[1] ?? bruto?.[2] ?? '').replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (inteiro, dec?: string, hex?: string, palavra?: string) => {
    if (palavra !== undefined) return ENTIDADES[palavra] ?? inteiro;
    const codigo = dec !== undefined ? Number(dec) : Number.parseInt(hex ?? '', 16);
    return codigo > 0 && codigo <= 0x10ffff ? String.fromCodePoint(codigo) : '';
  });
}
