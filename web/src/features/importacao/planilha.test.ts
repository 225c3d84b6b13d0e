// @vitest-environment node
// XLSX to CSV within bounds: what is refused before and while inflating (BUSCA-6).
import { strToU8, zipSync, type Zippable } from 'fflate';
import { describe, expect, test } from 'vitest';

import { Planilha } from './planilha';
import { Recusa } from './recusa';
import { LIMITES_FOLHA } from './xml-guarda';
import { LIMITES_ZIP, lerDiretorio } from './zip';

const NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook of one or more sheets given as the inside of sheetData. */
function pasta(folhas: Record<string, string>, extra: Record<string, string> = {}): Zippable {
  const nomes = Object.keys(folhas);
  const partes: Record<string, string> = {
    'xl/workbook.xml': `<?xml version="1.0" encoding="UTF-8"?><workbook ${NS} xmlns:r="${REL}"><sheets>${nomes
      .map((n, i) => `<sheet name="${n}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${nomes
      .map((_, i) => `<Relationship Id="rId${i + 1}" Type="${REL}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`)
      .join('')}<Relationship Id="rIdS" Type="${REL}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet ${NS}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`,
    ...extra,
  };
  nomes.forEach((n, i) => {
    partes[`xl/worksheets/sheet${i + 1}.xml`] ??= `<worksheet ${NS}><sheetData>${folhas[n]}</sheetData></worksheet>`;
  });
  return Object.fromEntries(Object.entries(partes).map(([nome, texto]) => [nome, strToU8(texto)]));
}

const texto = (endereco: string, valor: string) => `<c r="${endereco}" t="inlineStr"><is><t>${valor}</t></is></c>`;
const numero = (endereco: string, valor: string | number, estilo?: number) => `<c r="${endereco}"${estilo === undefined ? '' : ` s="${estilo}"`}><v>${valor}</v></c>`;
const linha = (n: number, ...celulas: string[]) => `<row r="${n}">${celulas.join('')}</row>`;
const CABECALHO = linha(1, texto('A1', 'CPF'), texto('B1', 'Nome'), texto('C1', 'Nascimento'), texto('D1', 'CEP'));

async function converter(partes: Zippable, folha = 1) {
  const pronta = await new Planilha(zipSync(partes)).converter(folha);
  return { ...pronta, texto: await pronta.csv.text() };
}

async function motivo(fn: () => unknown): Promise<string> {
  try {
    await fn();
  } catch (erro) {
    if (erro instanceof Recusa) return erro.motivo;
    throw erro;
  }
  return 'aceita';
}

/** Changes a field of every central directory entry: offset from its signature. */
function falsificar(zip: Uint8Array, nome: string, campo: number, valor: number): Uint8Array {
  const v = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  for (let i = 0; i + 46 < zip.length; i++) {
    if (v.getUint32(i, true) !== 0x02014b50) continue;
    const n = v.getUint16(i + 28, true);
    if (new TextDecoder().decode(zip.subarray(i + 46, i + 46 + n)) === nome) v.setUint32(i + campo, valor, true);
  }
  return zip;
}

describe('what is read', () => {
  test('text, numbers, days and the zeros that Excel drops', async () => {
    const pronta = await converter(
      pasta({
        Clientes: CABECALHO + linha(2, numero('A2', 191), texto('B2', 'Ana &amp; "Zé"; filha'), numero('C2', 29221, 1), numero('D2', 1310100)) + linha(3, texto('A3', '529.982.247-25'), texto('B3', 'João'), texto('C3', '1/2/1990')),
      }),
    );
    expect(pronta.texto).toBe('CPF;Nome;Nascimento;CEP\r\n00000000191;"Ana & ""Zé""; filha";01/01/1980;01310100\r\n529.982.247-25;João;1/2/1990;\r\n');
    expect(pronta).toMatchObject({ linhas: 2, colunas: 4, completados: { cpf: 1, cep: 1 } });
  });

  test('a number that is no CPF with its zeros stays as it was written', async () => {
    const pronta = await converter(pasta({ A: CABECALHO + linha(2, numero('A2', 123)) }));
    expect(pronta.texto).toContain('\r\n123;');
    expect(pronta.completados.cpf).toBe(0);
  });

  test('an eleven-digit number in scientific notation', async () => {
    expect((await converter(pasta({ A: CABECALHO + linha(2, numero('A2', '5.2998224725E10')) }))).texto).toContain('\r\n52998224725;');
  });

  test('the sheet that was chosen; empty rows above the header do not count', async () => {
    const partes = pasta({ 'Capa &amp; notas': linha(1, texto('A1', 'x')), Base: linha(3, texto('A3', 'CPF')) + linha(4, texto('A4', '52998224725')) });
    expect(new Planilha(zipSync(partes)).folhas).toEqual([
      { numero: 1, nome: 'Capa & notas' },
      { numero: 2, nome: 'Base' },
    ]);
    expect((await converter(partes, 2)).texto).toBe('CPF\r\n52998224725\r\n');
  });

  test('a hundred thousand rows, none torn where the pieces meet', async () => {
    const linhas = [CABECALHO];
    for (let n = 2; n <= LIMITES_FOLHA.linhas; n++) linhas.push(linha(n, numero(`A${n}`, 10_000_000_000 + n), texto(`B${n}`, `Maria Conceição ${n}`)));
    const pronta = await converter(pasta({ A: linhas.join('') }));
    expect(pronta.linhas).toBe(100_000);
    const lidas = pronta.texto.split('\r\n');
    const tortas = lidas.slice(1, -1).filter((l, i) => l !== `${10_000_000_002 + i};Maria Conceição ${i + 2};;`);
    expect(tortas).toEqual([]);
  }, 60_000);
});

describe('what is refused', () => {
  const boa = () => pasta({ A: CABECALHO + linha(2, texto('A2', '52998224725')) });

  test.each<[string, string, () => unknown]>([
    ['no zip at all', 'danificado', () => new Planilha(strToU8('cpf;nome\n'.repeat(20)))],
    ['a zip that is no workbook', 'naoEPlanilha', () => new Planilha(zipSync({ 'a.txt': strToU8('a') }))],
    ['a cut file', 'danificado', () => new Planilha(zipSync(boa()).slice(0, -30))],
    ['a part name that climbs', 'nomes', () => new Planilha(zipSync({ ...boa(), 'xl/../../etc/passwd': strToU8('x') }))],
    ['an absolute part name', 'nomes', () => new Planilha(zipSync({ ...boa(), '/etc/passwd': strToU8('x') }))],
    ['a backslash in a part name', 'nomes', () => new Planilha(zipSync({ ...boa(), 'xl\\a.xml': strToU8('x') }))],
    ['a password', 'senha', () => new Planilha(falsificar(zipSync(boa()), 'xl/styles.xml', 8, 0x00080001))],
    ['too many parts', 'partes', () => lerDiretorio(zipSync({ ...boa(), ...Object.fromEntries(Array.from({ length: LIMITES_ZIP.entradas }, (_, i) => [`p/${i}`, new Uint8Array()])) }))],
    ['a part declared too large', 'bomba', () => lerDiretorio(falsificar(zipSync(boa()), 'xl/styles.xml', 24, LIMITES_ZIP.parte + 1))],
    ['a ratio no sheet has', 'bomba', () => lerDiretorio(zipSync({ ...boa(), 'xl/media/a.bin': new Uint8Array(20_000_000) }))],
    ['a part that inflates to more than declared', 'bomba', () => new Planilha(falsificar(zipSync(boa()), 'xl/workbook.xml', 24, 50))],
    ['a part that inflates to less than declared', 'danificado', () => new Planilha(falsificar(zipSync(boa()), 'xl/workbook.xml', 24, 5000))],
    ['parts that share their bytes', 'bomba', () => lerDiretorio(falsificar(zipSync(boa()), 'xl/styles.xml', 42, 0))],
    ['a document type', 'entidades', () => new Planilha(zipSync(pasta({ A: CABECALHO }, { 'xl/workbook.xml': '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook/>' })))],
    ['UTF-16, where nothing would be found', 'danificado', () => new Planilha(zipSync({ ...boa(), 'xl/workbook.xml': new Uint8Array(new Uint16Array([0xfeff, ...'<!DOCTYPE a>'].map((c) => (typeof c === 'number' ? c : c.charCodeAt(0)))).buffer) }))],
    ['formulas', 'formulas', () => converter(pasta({ A: CABECALHO + linha(2, '<c r="A2"><f>1+1</f><v>2</v></c>') }))],
    ['formulas with a prefix', 'formulas', () => converter(pasta({ A: CABECALHO + linha(2, '<c r="A2"><x:f>1+1</x:f><v>2</v></c>') }))],
    ['an entity bomb in the texts', 'entidades', () => converter(pasta({ A: CABECALHO + linha(2, texto('A2', 'x')) }, { 'xl/sharedStrings.xml': `<!DOCTYPE z [<!ENTITY a "aaaa">]><sst ${NS}/>` }))],
    ['a row beyond the bound', 'linhas', () => converter(pasta({ A: CABECALHO + linha(1_048_576, texto('A1048576', 'x')) }))],
    ['a column beyond the bound', 'colunas', () => converter(pasta({ A: linha(1, texto('XFD1', 'x')) }))],
    ['a header and nothing else', 'semDados', () => converter(pasta({ A: CABECALHO }))],
    ['nothing', 'semDados', () => converter(pasta({ A: '' }))],
    ['a sheet cut in the middle of a tag', 'danificado', () => converter(pasta({}, { 'xl/workbook.xml': `<workbook xmlns:r="${REL}"><sheets><sheet name="A" r:id="rId1"/></sheets></workbook>`, 'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="rId1" Type="${REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`, 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row r="1"><c r="A1"' }))],
  ])('%s: %s', async (_, esperado, fn) => expect(await motivo(fn)).toBe(esperado));

  test('formulas are named by cell, the first eight, and counted', async () => {
    const partes = pasta({ A: CABECALHO + Array.from({ length: 20 }, (_, i) => linha(i + 2, `<c r="B${i + 2}"><f t="shared" si="0"/><v>1</v></c>`)).join('') });
    await expect(converter(partes)).rejects.toMatchObject({ motivo: 'formulas', valores: { celulas: 'B2, B3, B4, B5, B6, B7, B8, B9 (+12)' } });
  });

  test('rows that are only formatted, beyond the bound, do not count', async () => {
    expect(await motivo(() => converter(pasta({ A: CABECALHO + linha(2, texto('A2', 'x')) + linha(200_000, '<c r="A200000" s="1"/>') })))).toBe('aceita');
  });

  test('a sheet of 400,000 rows stops at the bound, before its end', async () => {
    const bytes = strToU8(`<worksheet><sheetData>${Array.from({ length: 400_000 }, (_, i) => `<row r="${i + 1}"><c r="A${i + 1}"><v>${i * 7919}</v></c></row>`).join('')}</sheetData></worksheet>`);
    const zip = zipSync({ ...pasta({ A: '' }), 'xl/worksheets/sheet1.xml': bytes });
    let ultima = 0;
    await expect(new Planilha(zip).converter(1, (f) => (ultima = f))).rejects.toMatchObject({ motivo: 'linhas' });
    expect(ultima).toBeLessThan(0.5);
  }, 30_000);
});
