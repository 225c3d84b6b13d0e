/**
 * The live connection: /ws, one per tab.
 *
 * The server numbers the messages of a connection 1, 2, 3 …; a number that is
 * skipped, or a message `recarregar`, means that something was missed and all
 * that is on screen must be read again. @see SPEC EVENTOS-1
 */

export type TipoEvento =
  | 'cliente_contatado'
  | 'contato_desfeito'
  | 'proximo_passo'
  | 'clientes_esfriando'
  | 'vendedor_online'
  | 'redistribuicao_completa'
  | 'cliente_realocado'
  | 'cliente_liberado'
  | 'cliente_recuperado'
  | 'sessao_encerrada'
  | 'configuracao_alterada'
  | 'expediente_mudou'
  | 'importacao_progresso'
  | 'exportacao'
  | 'recarregar';

export interface Evento {
  seq: number;
  tipo: TipoEvento;
  dados: Record<string, unknown>;
}

/** What a message means for a reader that saw `ultima` before. */
export type Leitura = 'entregar' | 'repetida' | 'lacuna';

/** Pure gap logic. A connection begins with `ultima` 0. */
export function lerSequencia(ultima: number, seq: number): Leitura {
  if (seq <= ultima) return 'repetida';
  return seq === ultima + 1 ? 'entregar' : 'lacuna';
}

/** Parses a message; undefined for what is not an event. */
export function lerEvento(texto: unknown): Evento | undefined {
  if (typeof texto !== 'string') return undefined;
  try {
    const json = JSON.parse(texto) as Partial<Evento> | null;
    if (typeof json !== 'object' || json === null || typeof json.tipo !== 'string') return undefined;
    const dados = typeof json.dados === 'object' && json.dados !== null ? json.dados : {};
    return { seq: typeof json.seq === 'number' ? json.seq : 0, tipo: json.tipo, dados };
  } catch {
    return undefined;
  }
}

const ESPERA_MIN_MS = 500;
const ESPERA_MAX_MS = 20_000;

/** Wait before attempt n (from 0): doubles up to 20 s, with up to half at random. */
export function esperaDeRecuo(n: number, acaso: number): number {
  const teto = Math.min(ESPERA_MAX_MS, ESPERA_MIN_MS * 2 ** n);
  return Math.round(teto / 2 + (teto / 2) * acaso);
}

export interface Ouvinte {
  evento: (evento: Evento) => void;
  /** Something was missed: read everything again. */
  recarregar: () => void;
  estado: (estado: 'conectando' | 'aberta' | 'perdida') => void;
}

export interface Ligacao {
  fechar: () => void;
  /** Skips the wait of the back-off. */
  agora: () => void;
}

/** Address of /ws on the page's own origin. */
export function enderecoWs(local: Pick<Location, 'protocol' | 'host'>): string {
  return `${local.protocol === 'https:' ? 'wss' : 'ws'}://${local.host}/ws`;
}

/**
 * Connects and keeps connected until `fechar`.
 *
 * `perdida` is told when an open connection ends or the first one fails; every
 * connection after the first asks to read again, as what was sent meanwhile is
 * gone.
 */
export function ligar(url: string, ouvinte: Ouvinte, Socket: typeof WebSocket = WebSocket): Ligacao {
  let socket: WebSocket | undefined;
  let tentativas = 0;
  let ultima = 0;
  let jaAbriu = false;
  let fechada = false;
  let relogio: ReturnType<typeof setTimeout> | undefined;

  function conectar(): void {
    relogio = undefined;
    ultima = 0;
    if (tentativas === 0) ouvinte.estado('conectando');
    const atual = new Socket(url);
    socket = atual;

    atual.onopen = () => {
      if (socket !== atual) return;
      tentativas = 0;
      ouvinte.estado('aberta');
      if (jaAbriu) ouvinte.recarregar();
      jaAbriu = true;
    };
    atual.onmessage = (mensagem: MessageEvent<unknown>) => {
      if (socket === atual) receber(mensagem.data);
    };
    atual.onclose = () => {
      if (socket === atual) perder();
    };
  }

  function receber(texto: unknown): void {
    const evento = lerEvento(texto);
    if (evento === undefined) return;
    if (evento.tipo === 'recarregar') {
      // Obeyed with or without a number.
      ultima = Math.max(ultima, evento.seq);
      ouvinte.recarregar();
      return;
    }
    const leitura = lerSequencia(ultima, evento.seq);
    if (leitura === 'repetida') return;
    ultima = evento.seq;
    if (leitura === 'lacuna') ouvinte.recarregar();
    ouvinte.evento(evento);
  }

  function perder(): void {
    socket = undefined;
    if (fechada) return;
    ouvinte.estado('perdida');
    clearTimeout(relogio);
    relogio = setTimeout(conectar, esperaDeRecuo(tentativas, Math.random()));
    tentativas += 1;
  }

  function agora(): void {
    if (fechada || socket !== undefined) return;
    clearTimeout(relogio);
    conectar();
  }

  conectar();
  return {
    agora,
    fechar() {
      fechada = true;
      clearTimeout(relogio);
      socket?.close(1000);
      socket = undefined;
    },
  };
}
