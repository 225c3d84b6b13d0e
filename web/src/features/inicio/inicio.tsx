import { Pagina } from '../../components/pagina';
import { t } from '../../i18n/pt-br';
import { primeiroNome } from '../../lib/formatos';
import { useUsuario } from '../../lib/eu';

/** A way to a screen. */
export interface Cartao {
  titulo: string;
  texto: string;
  icone: string;
  destino: string;
}

export function Inicio({ cartoes }: { cartoes: readonly Cartao[] }) {
  const eu = useUsuario();
  return <Pagina titulo={t('inicio.titulo', { nome: primeiroNome(eu.nome) })}>{cartoes.map((c) => c.titulo).join(', ')}</Pagina>;
}
