import { useFiltrosUrl } from '../lib/filtros-url';

/** What a chart takes to show itself or its table. */
export interface EstadoDoGrafico {
  nome: string;
  emTabela: boolean;
  aoMudar: (emTabela: boolean) => void;
}

/** Which charts show their table: a list in the address. Returns the props of one chart. */
export function useTabelas<N extends string>(nomes: readonly N[]): (nome: N) => EstadoDoGrafico {
  const { ler, mudar } = useFiltrosUrl();
  const tabelas = new Set((ler('tabela') ?? '').split(','));
  return (nome) => ({
    nome,
    emTabela: tabelas.has(nome),
    aoMudar: (emTabela) => {
      const novas = nomes.filter((x) => (x === nome ? emTabela : tabelas.has(x)));
      mudar({ tabela: novas.join(',') || undefined });
    },
  });
}
