// Data for the browser tests: CPF, CSV, XLSX, and what only SQL does. Every run has its own CPFs.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';

const exigir = createRequire(new URL('../../web/package.json', import.meta.url));
const { strToU8, zipSync } = exigir('fflate');

let proximo = (Date.now() % 800_000_000) + 100_000_000;

/** A CPF that no other call gave: eleven digits. */
export function novoCpf(comeco) {
  const base = comeco ?? String(proximo++);
  const v = (d) => {
    let soma = 0;
    for (let i = 0; i < d.length; i++) soma += Number(d[i]) * (d.length + 1 - i);
    return String(((soma * 10) % 11) % 10);
  };
  const dez = base + v(base);
  return dez + v(dez);
}

/** One that begins with zeros, which a spreadsheet drops. */
export const cpfComZeros = () => novoCpf(`00${String(proximo++).slice(-7)}`);

export const comMascara = (d) => `${d.slice(0, 3)}.${d.slice(3, 6)}.${d.slice(6, 9)}-${d.slice(9)}`;

export function gravar(pasta, nome, conteudo) {
  const caminho = `${pasta}/${nome}`;
  writeFileSync(caminho, conteudo);
  return caminho;
}

const NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const letra = (i) => String.fromCharCode(65 + i);
const texto = (t) => t.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Cell: text, number, {f: formula}, {dia: serial day}. Sheets: {name: [[cell…]…]}. */
export function xlsx(folhas, extra = {}) {
  const nomes = Object.keys(folhas);
  const celula = (v, onde) => {
    if (v === null || v === undefined) return '';
    if (typeof v === 'number') return `<c r="${onde}"><v>${v}</v></c>`;
    if (typeof v === 'string') return `<c r="${onde}" t="inlineStr"><is><t>${texto(v)}</t></is></c>`;
    if ('dia' in v) return `<c r="${onde}" s="1"><v>${v.dia}</v></c>`;
    return `<c r="${onde}"><f>${texto(v.f)}</f><v>1</v></c>`;
  };
  const partes = {
    'xl/workbook.xml': `<workbook ${NS} xmlns:r="${REL}"><sheets>${nomes.map((n, i) => `<sheet name="${texto(n)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${nomes.map((_, i) => `<Relationship Id="rId${i + 1}" Type="${REL}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}<Relationship Id="s" Type="${REL}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet ${NS}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
  };
  nomes.forEach((n, i) => {
    const linhas = folhas[n].map((l, r) => `<row r="${r + 1}">${l.map((v, c) => celula(v, `${letra(c)}${r + 1}`)).join('')}</row>`).join('');
    partes[`xl/worksheets/sheet${i + 1}.xml`] = `<worksheet ${NS}><sheetData>${linhas}</sheetData></worksheet>`;
  });
  const bytes = Object.fromEntries(Object.entries(partes).map(([nome, xml]) => [nome, strToU8(xml)]));
  return zipSync({ ...bytes, ...extra });
}

/** Small file, large inside: every directory field honest, 1000:1. */
export function bomba(megabytes) {
  return xlsx({ A: [['CPF']] }, { 'xl/media/a.bin': new Uint8Array(megabytes * 1024 * 1024) });
}

/** The same, but the directory says the sheet is small. */
export function bombaMentirosa(megabytes) {
  const zip = xlsx({ A: [['CPF']] }, { 'xl/worksheets/sheet1.xml': new Uint8Array(megabytes * 1024 * 1024).fill(32) });
  const v = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  for (let i = 0; i + 46 < zip.length; i++) {
    if (v.getUint32(i, true) !== 0x02014b50) continue;
    const n = v.getUint16(i + 28, true);
    if (new TextDecoder().decode(zip.subarray(i + 46, i + 46 + n)) === 'xl/worksheets/sheet1.xml') v.setUint32(i + 24, 200_000, true);
  }
  return zip;
}

/** Runs SQL as the superuser of the instance (CRM_SOCK), for what no screen does. */
export function sql(comando) {
  return execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', process.env.CRM_SOCK ?? '.run/sock', '-U', 'postgres', '-d', 'crm', '-c', comando], { encoding: 'utf8' }).trim();
}
