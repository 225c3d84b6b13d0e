// Stands between the HTTP tests and the front and has every answer of a documented
// operation judged by Prism (prism proxy --errors). What the front answers reaches
// the client byte for byte; an answer that breaks the document becomes a 500 and a
// line of the file CRM_VIOLACOES.
//
// Prism itself rewrites requests, and these tests send what no client should, so it
// does not see them: it asks this program, which gives it the answer of the front.
//
//   CRM_URL CRM_CA CRM_CERT CRM_CHAVE CRM_VIOLACOES node procurador.mjs
//
// Prints "pronto <port>".
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { achar, operacoes, pedir } from './documento.mjs';

const aqui = path.dirname(fileURLToPath(import.meta.url));
const frente = new URL(process.env.CRM_URL);
const agente = new https.Agent({ ca: fs.readFileSync(process.env.CRM_CA), keepAlive: true, maxSockets: 32 });
const temp = fs.mkdtempSync(path.join(os.tmpdir(), 'crm-prism.'));
const arquivo = path.join(temp, 'openapi.json');
const respostas = new Map(); // what the front said, by number, for Prism to ask
let numero = 0;

const texto = (await pedir(frente, '/api/openapi.json', { agente })).corpo;
fs.writeFileSync(arquivo, texto);
const ops = operacoes(JSON.parse(texto));

// ---- what Prism asks ----

const contador = http.createServer((req, res) => {
  const r = respostas.get(req.headers['x-registro']);
  res.writeHead(r.status, r.cabecalhos);
  res.end(r.corpo);
});

// ---- Prism ----

async function ouvir(servidor) {
  await new Promise((ok) => servidor.listen(0, '127.0.0.1', ok));
  return servidor.address().port;
}

async function portaLivre() {
  const s = net.createServer();
  const porta = await ouvir(s);
  await new Promise((ok) => s.close(ok));
  return porta;
}

const portaPrism = await portaLivre();
const prism = spawn(process.execPath, [
  path.join(aqui, 'node_modules/@stoplight/prism-cli/dist/index.js'), 'proxy', arquivo, `http://127.0.0.1:${await ouvir(contador)}`,
  '-p', String(portaPrism), '--errors', '--validate-request=false', '--cors=false', '-v', 'fatal',
], { stdio: ['ignore', 2, 2] });
prism.on('exit', (codigo) => process.exit(codigo ?? 1));
for (const sinal of ['SIGTERM', 'SIGINT'])
  process.on(sinal, () => {
    prism.removeAllListeners('exit');
    prism.kill();
    fs.rmSync(temp, { recursive: true, force: true });
    process.exit(0);
  });

const agentePrism = new http.Agent({ keepAlive: true, maxSockets: 8 });
function perguntar(o, registro) {
  return new Promise((ok, falha) => {
    const req = http.request({ port: portaPrism, method: o.metodo, path: o.exemplo, agent: agentePrism,
      headers: { 'x-registro': registro, authorization: 'Bearer x', connection: 'keep-alive' } }, (res) => {
      let s = '';
      res.setEncoding('utf8');
      res.on('data', (p) => { s += p; });
      res.on('end', () => ok({ status: res.statusCode, corpo: s }));
    });
    req.on('error', falha);
    req.end();
  });
}

async function ate(condicao) {
  for (let i = 0; ; i++) {
    try { return await condicao(); } catch (e) {
      if (i === 600) throw e;
      await new Promise((ok) => setTimeout(ok, 100));
    }
  }
}

// ---- judging ----

const codigos = { gzip: zlib.gunzipSync, br: zlib.brotliDecompressSync, deflate: zlib.inflateSync };

/** What is wrong with an answer; undefined: nothing. */
async function julgar(metodo, caminho, r) {
  const { op, caminho: documentado } = achar(ops, metodo, caminho);
  if (op === undefined) {
    // HEAD is GET without a body; a wrong method is the front's 405.
    if (documentado !== undefined || !caminho.startsWith('/api/') || [400, 404, 405, 414].includes(r.status)) return undefined;
    return `${metodo} ${caminho} is not in the document`;
  }
  const cabecalhos = { ...r.cabecalhos };
  for (const h of ['content-encoding', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date']) delete cabecalhos[h];
  const corpo = r.corpo.length > 0 ? (codigos[r.cabecalhos['content-encoding']]?.(r.corpo) ?? r.corpo) : r.corpo;
  const registro = String(++numero);
  respostas.set(registro, { status: r.status, cabecalhos, corpo });
  const dito = await perguntar(op, registro);
  respostas.delete(registro);
  return dito.corpo.includes('stoplight.io/prism/errors') ? dito.corpo : undefined;
}

const servidor = https.createServer({ cert: fs.readFileSync(process.env.CRM_CERT), key: fs.readFileSync(process.env.CRM_CHAVE) }, async (req, res) => {
  const partes = [];
  for await (const p of req) partes.push(p);
  const cabecalhos = { ...req.headers, host: frente.host };
  delete cabecalhos.connection;
  try {
    const r = await pedir(frente, req.url, { metodo: req.method, cabecalhos, corpo: Buffer.concat(partes), agente, limiteMs: 120000 });
    const violacao = await julgar(req.method, new URL(req.url, frente).pathname, r);
    if (violacao === undefined) {
      res.writeHead(r.status, r.brutos);
      res.end(r.corpo);
      return;
    }
    const linha = JSON.stringify({ pedido: `${req.method} ${req.url}`, status: r.status, corpo: r.corpo.toString('latin1').slice(0, 600), violacao });
    fs.appendFileSync(process.env.CRM_VIOLACOES, linha + '\n');
    res.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
    res.end(`undocumented answer: ${linha}`);
  } catch (e) {
    fs.appendFileSync(process.env.CRM_VIOLACOES, `${JSON.stringify({ pedido: `${req.method} ${req.url}`, violacao: String(e?.stack ?? e) })}\n`);
    res.destroy();
  }
});

servidor.keepAliveTimeout = 600000; // the clients close, never this side under their feet
const saude = ops.find((o) => o.caminho === '/healthz');
respostas.set('inicio', { status: 200, cabecalhos: { 'content-type': 'application/json' }, corpo: '{"ok":true}' });
const primeira = await ate(() => perguntar(saude, 'inicio'));
if (primeira.status !== 200) throw new Error(`prism does not know the document: ${primeira.corpo}`);
console.log(`pronto ${await ouvir(servidor)}`);
