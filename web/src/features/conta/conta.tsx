import { FormSenha } from '../../components/form-senha';
import { Pagina } from '../../components/pagina';
import { t } from '../../i18n/pt-br';
import { avisar } from '../../lib/aviso';
import { useDespacho } from '../../lib/store';

export function Conta() {
  const despachar = useDespacho();
  return (
    <Pagina titulo={t('conta.titulo')} estreita>
      <FormSenha aoTrocar={() => despachar(avisar(t('conta.trocada')))} />
    </Pagina>
  );
}
