import { avisar } from '../../lib/aviso';
import { useDespacho } from '../../lib/store';
import { t } from './textos';

/** Copies a text and says so. */
export function useCopia(): (texto: string) => void {
  const despachar = useDespacho();
  return (texto) =>
    void navigator.clipboard.writeText(texto).then(
      () => despachar(avisar(t('auditoria.copiado'))),
      () => despachar(avisar(t('auditoria.naoCopiado'), 'erro')),
    );
}
