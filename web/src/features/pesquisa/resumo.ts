import { type Busca } from './estado';
import { t } from './textos';

/** 'SP, PE'; from the fourth on a count. */
export function emLista(nomes: readonly string[]): string | undefined {
  if (nomes.length === 0) return undefined;
  const mostrados = nomes.slice(0, 3).join(', ');
  return nomes.length > 3 ? `${mostrados} +${nomes.length - 3}` : mostrados;
}

export function idadeEmTexto({ idadeMin: de, idadeMax: ate }: Busca): string | undefined {
  if (de !== undefined && ate !== undefined) return t('pesquisa.idadeFaixa', { de, ate });
  if (de !== undefined) return t('pesquisa.idadeMin', { de });
  return ate === undefined ? undefined : t('pesquisa.idadeMax', { ate });
}

/** What the list on screen was asked for, in words: one entry for each filter. */
export function resumoDaBusca(b: Busca): string[] {
  const partes: [nome: string, valor: string | undefined][] = [
    [t('pesquisa.busca'), b.texto.trim() || undefined],
    [t('pesquisa.nome'), b.nome || undefined],
    [t('pesquisa.cidade'), b.cidade || undefined],
    [t('pesquisa.uf'), b.uf.join(', ') || undefined],
    [t('pesquisa.idade'), idadeEmTexto(b)],
    [t('pesquisa.situacao'), b.situacao.map((s) => t(`situacoes.${s}`)).join(', ') || undefined],
    [t('pesquisa.status'), b.status.map((s) => t(`status.${s}`)).join(', ') || undefined],
    [t('pesquisa.cadastro'), b.ativo ? undefined : t('pesquisa.desativados')],
  ];
  return partes.flatMap(([nome, valor]) => (valor === undefined ? [] : [`${nome}: ${valor}`]));
}
