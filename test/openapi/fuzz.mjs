// Requests made up out of the document, against a running product:
//
//   node fuzz.mjs               CRM_FUZZ_VEZES requests per operation (25)
//   CRM_FUZZ_SEMENTE=n          the same ones again
//
// A finding: status >= 500, a status or a codigo that the document does not name,
// or no answer. Values are sometimes what the schema says and sometimes what it
// does not. Prints TAP; needs CRM_URL, CRM_CA and CRM_ACESSO (test/lib/pilha.py).
import fc from 'fast-check';
import fs from 'node:fs';
import https from 'node:https';
import { operacoes, pedir } from './documento.mjs';

const semente = Number(process.env.CRM_FUZZ_SEMENTE ?? Math.floor(Math.random() * 2 ** 31));
const vezes = Number(process.env.CRM_FUZZ_VEZES ?? 25);
const LIMITE_MS = 30000;
const frente = new URL(process.env.CRM_URL);
const acesso = JSON.parse(fs.readFileSync(process.env.CRM_ACESSO, 'utf8'));
const agente = new https.Agent({ ca: fs.readFileSync(process.env.CRM_CA), keepAlive: true });
// What ends the sessions or the rights of who asks would leave nothing to test.
const NUNCA = new Set(['logout', 'encerrar_sessao', 'usuario_senha', 'ws', 'metrics']);
const EU = 1; // the administrator: no request is about this user

// ---- values ----

const CRUEIS = ['', ' ', "'", '"', "' OR 1=1 --", '%', '%%', '_', '\\', '\u00e7\u00e3o', 'e\u0301', '\u202e', '\ufeff', '\u{1f600}', '0',
  '-1', '1.5', '1e3', 'NaN', 'null', 'true', '[]', '{}', '../../etc/passwd', '%00', 'a,b', ',', '<script>', '$1', '{{7*7}}', 'x'.repeat(5000),
  '9223372036854775807', '9223372036854775808', '2024-02-30', '0000-00-00', '529.982.247-25', '\r\nx: y', '=cmd()', 'maria', 'da silva'];
const cruel = fc.oneof(fc.constantFrom(...CRUEIS), fc.string({ maxLength: 60, unit: 'binary' }), fc.integer(), fc.double(), fc.boolean(),
  fc.constant(null), fc.array(fc.constantFrom(...CRUEIS), { maxLength: 4 }), fc.dictionary(fc.string({ maxLength: 8 }), fc.integer(), { maxKeys: 3 }));

/** An object with these fields; one that need not be there is there now and then. */
function registro(esquemas, obrigatorios, valor) {
  const campo = ([nome, e]) => [nome, obrigatorios.includes(nome) ? valor(e)
    : fc.oneof({ weight: nome === 'cursor' ? 15 : 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: valor(e) })];
  return fc.record(Object.fromEntries(Object.entries(esquemas).map(campo)))
    .map((o) => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined)));
}

/** What the schema accepts, more or less. */
function segundo(e) {
  const tipo = [e.type].flat().find((t) => t !== 'null');
  if (e.enum) return fc.constantFrom(...e.enum);
  if (tipo === 'integer') return fc.oneof(fc.integer({ min: e.minimum ?? -1000, max: Math.min(e.maximum ?? 3000, (e.minimum ?? 0) + 3000) }), fc.integer({ min: 2, max: 40 }));
  if (tipo === 'number') return fc.double({ min: e.minimum ?? -1e6, max: e.maximum ?? 1e6, noNaN: true });
  if (tipo === 'boolean') return fc.boolean();
  if (tipo === 'array') return fc.array(segundo(e.items ?? {}), { minLength: e.minItems ?? 0, maxLength: Math.min(e.maxItems ?? 5, 5) });
  if (tipo === 'object')
    return registro(e.properties ?? {}, e.required ?? [], segundo);
  if (e.format === 'date') return fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10));
  if (e.format === 'uuid') return fc.uuid();
  if (e.pattern) return fc.stringMatching(new RegExp(e.pattern), { size: 'small' });
  if (e.format === 'cpf') return fc.constantFrom('529.982.247-25', '111.444.777-35', '12345678909', '00000000000');
  return fc.oneof(fc.string({ minLength: e.minLength ?? 0, maxLength: Math.min(e.maxLength ?? 40, 60) }),
    fc.constantFrom('maria', 'joão da silva', 'SP', 'a@b.test', '41 99999-1234', '529.982.247-25', '80000-000', 'cavalo correto bateria'));
}
/** A request of an operation, half of them as the schema wants all its values. */
const pedido = (o) => fc.oneof(montar(o, segundo), montar(o, (e) => fc.oneof({ weight: 4, arbitrary: segundo(e) }, { weight: 1, arbitrary: cruel })));

/** {caminho, consulta, se (headers), corpo, tipo, intruso, quem} */
function montar(o, valor) {
  const params = (o.op.parameters ?? []).filter((p) => p.in !== undefined);
  const versao = fc.oneof({ weight: 5, arbitrary: fc.constantFrom('*', '"1"', '"1.a"', 'W/"1"', '"2", "3"') }, { weight: 1, arbitrary: cruel });
  const de = (onde) => {
    const daqui = params.filter((p) => p.in === onde);
    return registro(Object.fromEntries(daqui.map((p) => [p.name, p.name === 'If-Match' ? versao : p.schema])),
      daqui.filter((p) => p.required || p.name === 'If-Match').map((p) => p.name), (e) => (e === versao ? versao : valor(e)));
  };
  const [tipo, midia] = Object.entries(o.op.requestBody?.content ?? {})[0] ?? [];
  const objeto = midia?.schema?.type === 'object'
    ? fc.oneof({ weight: 6, arbitrary: registro(midia.schema.properties, midia.schema.required ?? [], valor) }, { weight: 1, arbitrary: cruel })
    : fc.oneof(fc.constantFrom('nome;cpf\nMaria;529.982.247-25\n', '', '"', '\u0000', 'PK\u0003\u0004', 'a,b\n1'), fc.string({ maxLength: 400, unit: 'binary' }));
  return fc.record({ caminho: de('path'), consulta: de('query'), se: de('header'), corpo: tipo === undefined ? fc.constant(undefined) : objeto,
    intruso: fc.oneof({ weight: 15, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.tuple(fc.string({ minLength: 1, maxLength: 10 }), cruel) }), quem: fc.nat(2) }).map((p) => ({ ...p, tipo }));
}

// ---- sending ----

const texto = (v) => (typeof v === 'string' ? v : Array.isArray(v) ? v.map(String).join(',') : v !== null && typeof v === 'object' ? JSON.stringify(v) : String(v));

async function entrar(quem) {
  const r = await pedir(frente, '/api/auth/login', { metodo: 'POST', cabecalhos: { 'content-type': 'application/json' }, agente,
    corpo: JSON.stringify({ email: quem.email, senha: quem.senha }) });
  return r.status === 200 ? JSON.parse(r.corpo).token : undefined;
}
const pessoas = [acesso.admin, acesso.vendedores[0], acesso.admin];
const senhas = await Promise.all(pessoas.map(entrar));

async function enviar(o, p) {
  for (const k of Object.keys(p.caminho)) if (Number(texto(p.caminho[k])) === EU) p.caminho[k] = EU + 1;
  const caminho = o.caminho.replace(/\{([^}]+)\}/g, (_, k) => encodeURIComponent(texto(p.caminho[k]).replace(/[\ud800-\udfff]/gu, '?')) || '0');
  const consulta = new URLSearchParams(Object.entries(p.consulta).map(([k, v]) => [k, texto(v)]));
  if (p.intruso && o.metodo === 'GET') consulta.append(p.intruso[0], texto(p.intruso[1]));
  const cabecalhos = { authorization: `Bearer ${senhas[p.quem]}` };
  for (const [k, v] of Object.entries(p.se)) cabecalhos[k] = texto(v).replace(/[^ -~]/g, '?');
  let corpo;
  if (p.tipo !== undefined) {
    cabecalhos['content-type'] = p.tipo;
    corpo = Buffer.from(typeof p.corpo === 'string' && p.tipo !== 'application/json' ? p.corpo : JSON.stringify(p.corpo));
    cabecalhos['content-length'] = corpo.length;
  }
  const alvo = consulta.size > 0 ? `${caminho}?${consulta}` : caminho;
  const quando = Date.now();
  const r = await pedir(frente, alvo, { metodo: o.metodo, cabecalhos, corpo, agente, limiteMs: LIMITE_MS });
  return { ...r, ms: Date.now() - quando, linha: `${o.metodo} ${alvo} ${corpo ?? ''}`.slice(0, 500) };
}

function achado(o, r) {
  if (r.status >= 500) return `status ${r.status}`;
  const dito = o.op.responses[r.status];
  if (dito === undefined) return `status ${r.status} is not in the document`;
  const codigos = dito.content?.['application/problem+json']?.schema?.allOf?.[1]?.properties.codigo.enum;
  const { codigo } = r.status >= 400 ? JSON.parse(r.corpo) : {};
  if (codigos !== undefined && !codigos.includes(codigo)) return `${r.status} ${codigo} is not in the document`;
  return undefined;
}

const doc = JSON.parse((await pedir(frente, '/api/openapi.json', { agente })).corpo);
const ops = operacoes(doc).filter((o) => !NUNCA.has(o.op.operationId));
const demorados = [];
let ruins = 0;
console.log(`# CRM_FUZZ_SEMENTE=${semente} CRM_FUZZ_VEZES=${vezes}`);
for (const [i, o] of ops.entries()) {
  const achados = new Set();
  const contagem = {};
  for (const p of fc.sample(pedido(o), { seed: semente + i, numRuns: vezes })) {
    try {
      let r = await enviar(o, p);
      if (r.status === 401 && o.op.security.length > 0) {
        senhas[p.quem] = (await entrar(pessoas[p.quem])) ?? senhas[0];
        r = await enviar(o, p);
      }
      // A full machine: what passes by itself may pass.
      for (let i = 0; i < 3 && r.status === 503; i++) {
        await new Promise((ok) => setTimeout(ok, 1000 * Number(r.cabecalhos['retry-after'] ?? 1)));
        r = await enviar(o, p);
      }
      contagem[r.status] = (contagem[r.status] ?? 0) + 1;
      if (r.ms > 3000) demorados.push(`${r.ms} ms: ${r.linha}`);
      const mal = achado(o, r);
      if (mal !== undefined) achados.add(`${mal}: ${r.linha} -> ${r.corpo.toString().slice(0, 300)}`);
    } catch (e) {
      achados.add(`${e.message}: ${o.metodo} ${o.caminho} ${JSON.stringify(p).slice(0, 400)}`);
    }
  }
  for (const a of [...achados].slice(0, 5)) console.log(`# ${a}`);
  if (achados.size > 0) ruins++;
  console.log(`${achados.size > 0 ? 'not ok' : 'ok'} ${i + 1} - ${o.metodo} ${o.caminho} ${JSON.stringify(contagem)}`);
}
for (const d of demorados.slice(0, 10)) console.log(`# slow ${d}`);
console.log(`1..${ops.length}`);
process.exit(ruins > 0 ? 1 : 0);
