/** Reads an XLSX file off the page's thread. The page ends the worker when it is done. */
import { Planilha, type Convertida, type Folha } from './planilha';
import { Recusa, type Motivo } from './recusa';

export type Ordem = { tipo: 'abrir'; arquivo: Blob } | { tipo: 'ler'; folha: number };

export type Noticia =
  | { tipo: 'folhas'; folhas: readonly Folha[] }
  | { tipo: 'progresso'; fracao: number }
  | ({ tipo: 'pronta' } & Convertida)
  | { tipo: 'recusada'; motivo: Motivo; valores: Record<string, string | number> };

const publicar = (noticia: Noticia) => self.postMessage(noticia);
let planilha: Planilha | undefined;

self.onmessage = (evento: MessageEvent<Ordem>) => {
  atender(evento.data).catch((erro: unknown) => {
    if (erro instanceof Recusa) publicar({ tipo: 'recusada', motivo: erro.motivo, valores: erro.valores });
    else publicar({ tipo: 'recusada', motivo: 'danificado', valores: {} });
  });
};

async function atender(ordem: Ordem): Promise<void> {
  if (ordem.tipo === 'abrir') {
    planilha = new Planilha(new Uint8Array(await ordem.arquivo.arrayBuffer()));
    publicar({ tipo: 'folhas', folhas: planilha.folhas });
    return;
  }
  if (planilha === undefined) return;
  const pronta = await planilha.converter(ordem.folha, (fracao) => publicar({ tipo: 'progresso', fracao }));
  publicar({ tipo: 'pronta', ...pronta });
}
