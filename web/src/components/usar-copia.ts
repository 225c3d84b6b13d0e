import { t } from '../i18n/pt-br';
import { avisar } from '../lib/aviso';
import { useDespacho } from '../lib/store';

/** Copies a text and says so, or that it could not be; `dito`: in which words. */
export function useCopia(): (texto: string, dito?: string) => void {
  const despachar = useDespacho();

  async function copiar(texto: string, dito: string): Promise<void> {
    try {
      // Without TLS there is no clipboard at all.
      await navigator.clipboard.writeText(texto);
      despachar(avisar(dito));
    } catch {
      despachar(avisar(t('comum.naoCopiado'), 'erro'));
    }
  }
  return (texto, dito = t('comum.copiado')) => void copiar(texto, dito);
}
