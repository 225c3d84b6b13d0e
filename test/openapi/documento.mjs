// What the programs here share: the document and which operation a request is.
import https from 'node:https';

/** One request to the front, path and query as written; the body comes undecoded. */
export function pedir(frente, caminho, { metodo = 'GET', cabecalhos = {}, corpo, agente, limiteMs = 30000 } = {}) {
  return new Promise((ok, falha) => {
    const onde = { host: frente.hostname, port: frente.port, path: caminho };
    const req = https.request({ ...onde, method: metodo, headers: cabecalhos, agent: agente, timeout: limiteMs }, (res) => {
      const partes = [];
      res.on('data', (p) => partes.push(p));
      res.on('error', falha);
      res.on('end', () => ok({ status: res.statusCode, cabecalhos: res.headers, brutos: res.rawHeaders, corpo: Buffer.concat(partes) }));
    });
    req.on('timeout', () => req.destroy(new Error(`no answer within ${limiteMs} ms`)));
    // The front closed an idle connection in the moment it was used again.
    req.on('error', (e) => (req.reusedSocket && e.code === 'ECONNRESET'
      ? ok(pedir(frente, caminho, { metodo, cabecalhos, corpo, agente, limiteMs })) : falha(e)));
    req.end(corpo);
  });
}

/** The operations of a document: {metodo, caminho, op, casa(path), exemplo}. */
export function operacoes(doc) {
  const lista = [];
  for (const [caminho, metodos] of Object.entries(doc.paths)) {
    const partes = caminho.split(/\{[^}]+\}/).map((p) => p.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const forma = new RegExp(`^${partes.join('[^/]+')}$`);
    for (const [metodo, op] of Object.entries(metodos))
      lista.push({
        metodo: metodo.toUpperCase(), caminho, op,
        casa: (p) => forma.test(p),
        exemplo: caminho.replace(/\{[^}]+\}/g, '1'),
      });
  }
  // As the front: what is written out decides before a parameter.
  return lista.sort((a, b) => a.caminho.split('{').length - b.caminho.split('{').length);
}

export function achar(ops, metodo, caminho) {
  const mesmos = ops.filter((o) => o.casa(caminho));
  return { op: mesmos.find((o) => o.metodo === metodo && o.caminho === mesmos[0].caminho), caminho: mesmos[0]?.caminho };
}
