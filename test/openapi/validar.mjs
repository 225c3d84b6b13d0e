// Three independent validators judge the document, one line of TAP each:
//   node validar.mjs openapi.json
import SwaggerParser from '@apidevtools/swagger-parser';
import redocly from '@redocly/openapi-core';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const aqui = path.dirname(fileURLToPath(import.meta.url));
const arquivo = path.resolve(process.argv[2]);
let n = 0;
let ruins = 0;
function dizer(nome, problemas) {
  n++;
  if (problemas.length > 0) ruins++;
  for (const p of problemas.slice(0, 40)) console.log(`# ${p}`);
  console.log(`${problemas.length > 0 ? 'not ok' : 'ok'} ${n} - ${nome}`);
}

// The JSON Schema of OpenAPI 3.1, and references.
try {
  await SwaggerParser.validate(arquivo);
  dizer('swagger-parser', []);
} catch (e) {
  dizer('swagger-parser', String(e.message).split('\n'));
}

// no-ambiguous-paths: a path that is written out comes before one with a
// parameter (OpenAPI 3.1 §4.8.8.2), and so the front decides.
const config = await redocly.createConfig({ extends: ['recommended'], rules: { 'no-ambiguous-paths': 'off' } });
const achados = await redocly.lint({ ref: arquivo, config });
// The success of /ws is 101.
const reais = achados.filter((a) => a.ruleId !== 'operation-2xx-response' || !a.location[0].pointer.startsWith('#/paths/~1ws/'));
dizer('redocly lint', reais.map((a) => `${a.ruleId} ${a.location[0]?.pointer ?? ''}: ${a.message}`));

const spectral = spawnSync(process.execPath, [path.join(aqui, 'node_modules/@stoplight/spectral-cli/dist/index.js'),
  'lint', arquivo, '-r', path.join(aqui, 'spectral.yaml'), '--fail-severity=warn', '-f', 'text', '-q'], { encoding: 'utf8' });
dizer('spectral lint', spectral.status === 0 ? [] : (spectral.stdout + spectral.stderr).split('\n').filter(Boolean));
process.exit(ruins > 0 ? 1 : 0);
