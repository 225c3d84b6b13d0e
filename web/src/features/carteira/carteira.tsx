import { Pagina } from '../../components/pagina';
import { t } from '../../i18n/pt-br';

export function Carteira() {
  return <Pagina titulo={t('carteira.titulo')}>{null}</Pagina>;
}
