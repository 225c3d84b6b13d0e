import { Pagina } from '../../components/pagina';
import { Anteriores } from './anteriores';
import { Envio } from './envio';
import { Passos } from './passos';
import { t } from './textos';

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
