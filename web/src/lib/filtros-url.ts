import { useSearchParams } from 'wouter';

/**
 * Filters that live in the address, so that a link restores the list and Back
 * works. Changing any filter but `page` goes back to the first page.
 */
export function useFiltrosUrl(): {
  ler: (nome: string) => string | undefined;
  lerNumero: (nome: string) => number | undefined;
  mudar: (novos: Record<string, string | number | undefined>) => void;
} {
  const [params, setParams] = useSearchParams();

  function ler(nome: string): string | undefined {
    return params.get(nome) ?? undefined;
  }

  return {
    ler,
    lerNumero(nome) {
      const n = Number(ler(nome));
      return Number.isSafeInteger(n) && n > 0 ? n : undefined;
    },
    mudar(novos) {
      setParams((antes) => {
        const depois = new URLSearchParams(antes);
        for (const nome of ['page', 'cursor']) if (!(nome in novos)) depois.delete(nome);
        for (const [nome, valor] of Object.entries(novos)) {
          if (valor === undefined || valor === '') depois.delete(nome);
          else depois.set(nome, String(valor));
        }
        return depois;
      });
    },
  };
}
