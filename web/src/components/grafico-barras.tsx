import { BarChart } from '@mui/x-charts/BarChart';

export interface Serie {
  nome: string;
  cor: string;
  valores: readonly number[];
  /** Series of the same pile stand on each other. */
  pilha?: string;
}

interface Props {
  categorias: readonly string[];
  series: readonly Serie[];
  formatar: (n: number) => string;
  /** Bars lie down: for long names. */
  deitado?: boolean;
  /** Upright bars are moments: some of their names may be left out. */
  emTempo?: boolean;
  altura?: number;
  /** Given, for a chart that measures itself is drawn twice. */
  largura: number;
}

/** Marks of an axis below lying bars: R$ are wide. */
const MARCAS = 5;
/** Height of an axis with names of one line, px: fonts with high lines (Noto Sans) have no room in the library's own 25 px, and their names would be left out. */
const ALTURA_NUMEROS = 32;

/** The library takes a name in two lines for one long one: without this room the last would be cut, px. */
const NOME_SOBRA = 28;

/** A longer name beside a bar that lies takes two lines, characters. */
const NOME_MAX = 14;

/** Bars; the only file that knows the library of charts. Decoration: its numbers are in a table. */
export function GraficoBarras({ categorias, series, formatar, deitado = false, emTempo = false, altura = 260, largura }: Props) {
  const nomes = { data: [...categorias], scaleType: 'band' as const, tickLabelStyle: { fontSize: 12 }, categoryGapRatio: categorias.length <= 4 && !deitado ? 0.5 : 0.25 };
  // Upright bars are narrow: their names take two lines, and none is left out.
  const emPe = emTempo
    ? { ...nomes, height: ALTURA_NUMEROS, tickLabelMinGap: 8 }
    : { ...nomes, height: 40, tickLabelInterval: () => true, valueFormatter: (nome: string, { location }: { location: string }) => (location === 'tick' ? emDuasLinhas(nome) : nome) };
  const numeros = { valueFormatter: formatar as (n: number) => string, tickLabelStyle: { fontSize: 12 } };
  return (
    <BarChart
      disableKeyboardNavigation
      skipAnimation
      height={altura}
      width={largura}
      layout={deitado ? 'horizontal' : 'vertical'}
      xAxis={[deitado ? { ...numeros, height: ALTURA_NUMEROS, tickNumber: MARCAS } : emPe]}
      yAxis={[deitado ? { ...nomes, width: 110, valueFormatter: (nome: string, { location }: { location: string }) => (location === 'tick' && nome.length > NOME_MAX ? emDuasLinhas(nome) : nome) } : { ...numeros, width: 76 }]}
      margin={{ left: 0, right: emTempo ? 12 : deitado ? 36 : NOME_SOBRA, top: 8, bottom: 0 }}
      grid={deitado ? { vertical: true } : { horizontal: true }}
      hideLegend={series.length === 1}
      series={series.map((s) => ({ data: [...s.valores], label: s.nome, color: s.cor, stack: s.pilha, valueFormatter: (n: number | null) => formatar(n ?? 0) }))}
    />
  );
}

function emDuasLinhas(nome: string): string {
  const palavras = nome.split(' ');
  const meio = Math.ceil(palavras.length / 2);
  return [palavras.slice(0, meio).join(' '), palavras.slice(meio).join(' ')].join('\n').trim();
}
