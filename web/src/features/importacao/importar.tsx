import { Pagina } from '../../components/pagina';
import { t } from '../../i18n/pt-br';
import { Anteriores } from './anteriores';
import { Envio } from './envio';
import { Passos } from './passos';

/** Step 1: choose a file; below, what was imported before. */
export function Importar() {
  return (
    <Pagina titulo={t('importacao.titulo')} largura="media">
      <Passos atual="arquivo" />
      <Envio />
      <Anteriores />
    </Pagina>
  );
}
