import { inteiro, moedaCurta, primeiroNome } from './formatos';

/** R$ of an axis: R$ 120 mil. */
export function moedaBreve(valor: number): string {
  if (Math.abs(valor) >= 1_000_000) return `R$ ${(Math.round(valor / 100_000) / 10).toLocaleString('pt-BR')} mi`;
  if (Math.abs(valor) >= 10_000) return `R$ ${inteiro(valor / 1000)} mil`;
  return moedaCurta(valor);
}

/** First names, as short as they still tell people apart: Ana, Maria S., Maria de Souza. */
export function nomesCurtos(nomes: readonly string[]): string[] {
  const unicos = (curtos: readonly string[], i: number) => curtos.filter((c) => c === curtos[i]).length === 1;
  const primeiros = nomes.map(primeiroNome);
  const comLetra = nomes.map((nome) => {
    const partes = nome.trim().split(/\s+/);
    const ultima = partes.length > 1 ? partes.at(-1)?.[0] : undefined;
    return ultima === undefined ? primeiroNome(nome) : `${primeiroNome(nome)} ${ultima.toLocaleUpperCase('pt-BR')}.`;
  });
  const curtos = nomes.map((nome, i) => (unicos(primeiros, i) ? (primeiros[i] ?? nome) : unicos(comLetra, i) ? (comLetra[i] ?? nome) : nome.trim()));
  // A chart takes two of one name for the same bar.
  return curtos.map((nome, i) => (curtos.indexOf(nome) === i ? nome : `${nome} (${curtos.slice(0, i + 1).filter((c) => c === nome).length})`));
}
