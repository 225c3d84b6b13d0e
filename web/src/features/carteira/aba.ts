import { useSearchParams } from 'wouter';

import { COLUNAS, type NomeColuna } from './tipos';

/** The open tab lives in the address, so Back and links work. */
export function useAba(): [NomeColuna, (aba: NomeColuna) => void] {
  const [busca, setBusca] = useSearchParams();
  const escrita = busca.get('coluna');
  const aba = COLUNAS.find((c) => c === escrita) ?? 'a_contatar_30_45';
  return [aba, (nova) => setBusca({ coluna: nova }, { replace: true })];
}
