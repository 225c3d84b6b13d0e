import { useEffect, useRef, useState } from 'react';

import type { Completados } from './csv';
import { ENVIO_MAX } from './limites';
import type { Folha } from './planilha';
import type { Noticia, Ordem } from './planilha.worker';
import urlDoWorker from './planilha.worker?worker&url';
import type { Motivo } from './recusa';

/** A file on its way to be uploaded. */
export type Preparo =
  | { fase: 'nada' }
  | { fase: 'lendo'; nome: string; fracao?: number }
  | { fase: 'folhas'; nome: string; folhas: readonly Folha[] }
  | { fase: 'pronto'; nome: string; bytes: Blob; convertido: boolean; completados?: Completados }
  | { fase: 'recusado'; nome: string; motivo: Motivo; valores: Record<string, string | number> };

const ZIP = [0x50, 0x4b, 0x03, 0x04];
const OLE = [0xd0, 0xcf, 0x11, 0xe0];
const MB = 1024 * 1024;

/** The CSP lets no plain text become a script address; this one comes from the build. */
function criarWorker(): Worker {
  const fabrica = (window as unknown as { trustedTypes?: { createPolicy: (nome: string, regras: { createScriptURL: (url: string) => string }) => { createScriptURL: (url: string) => unknown } } }).trustedTypes;
  politica ??= fabrica?.createPolicy('crm-planilha', { createScriptURL: (url) => url });
  return new Worker((politica?.createScriptURL(urlDoWorker) ?? urlDoWorker) as string);
}
let politica: { createScriptURL: (url: string) => unknown } | undefined;

/** Prepares a chosen file: a spreadsheet is read in a worker, anything else goes as it is. */
export function usePreparo(): { preparo: Preparo; escolher: (arquivo: File) => void; usarFolha: (folha: Folha) => void; largar: () => void } {
  const [preparo, setPreparo] = useState<Preparo>({ fase: 'nada' });
  const worker = useRef<Worker>(undefined);
  const vez = useRef(0);

  function encerrar(): void {
    worker.current?.terminate();
    worker.current = undefined;
  }
  useEffect(() => encerrar, []);

  function mandar(ordem: Ordem): void {
    worker.current?.postMessage(ordem);
  }

  function ler(arquivo: File): void {
    const atual = criarWorker();
    worker.current = atual;
    const recusar = (motivo: Motivo, valores: Record<string, string | number> = {}) => {
      encerrar();
      setPreparo({ fase: 'recusado', nome: arquivo.name, motivo, valores });
    };
    atual.onerror = () => recusar('danificado');
    atual.onmessage = ({ data }: MessageEvent<Noticia>) => {
      switch (data.tipo) {
        case 'folhas':
          if (data.folhas.length > 1) setPreparo({ fase: 'folhas', nome: arquivo.name, folhas: data.folhas });
          else if (data.folhas[0] !== undefined) mandar({ tipo: 'ler', folha: data.folhas[0].numero });
          break;
        case 'progresso':
          setPreparo({ fase: 'lendo', nome: arquivo.name, fracao: data.fracao });
          break;
        case 'pronta':
          encerrar();
          setPreparo({ fase: 'pronto', nome: arquivo.name, bytes: data.csv, convertido: true, completados: data.completados });
          break;
        case 'recusada':
          recusar(data.motivo, data.valores);
      }
    };
    mandar({ tipo: 'abrir', arquivo });
  }

  async function escolher(arquivo: File): Promise<void> {
    const minha = ++vez.current;
    encerrar();
    const recusar = (motivo: Motivo, valores: Record<string, string | number> = {}) => setPreparo({ fase: 'recusado', nome: arquivo.name, motivo, valores });
    if (arquivo.size === 0) return recusar('vazio');
    if (arquivo.size > ENVIO_MAX) return recusar('grande', { mb: ENVIO_MAX / MB });
    setPreparo({ fase: 'lendo', nome: arquivo.name });
    const inicio = new Uint8Array(await arquivo.slice(0, 4).arrayBuffer());
    if (minha !== vez.current) return;
    // By what it is, not by what it is called.
    if (comeca(inicio, OLE)) return recusar('xls');
    if (comeca(inicio, ZIP)) ler(arquivo);
    else setPreparo({ fase: 'pronto', nome: arquivo.name, bytes: arquivo, convertido: false });
  }

  return {
    preparo,
    escolher: (arquivo) => void escolher(arquivo).catch(() => setPreparo({ fase: 'recusado', nome: arquivo.name, motivo: 'danificado', valores: {} })),
    usarFolha(folha) {
      setPreparo((p) => ({ fase: 'lendo', nome: p.fase === 'nada' ? '' : p.nome }));
      mandar({ tipo: 'ler', folha: folha.numero });
    },
    largar() {
      vez.current++;
      encerrar();
      setPreparo({ fase: 'nada' });
    },
  };
}

function comeca(bytes: Uint8Array, marca: readonly number[]): boolean {
  return marca.every((b, i) => bytes[i] === b);
}
