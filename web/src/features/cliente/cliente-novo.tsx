import { useState } from 'react';
import { useLocation } from 'wouter';

import { Pagina } from '../../components/pagina';
import { avisar } from '../../lib/aviso';
import type { ApiError } from '../../lib/erro-api';
import { irSemPergunta } from '../../lib/rascunhos';
import { useDespacho } from '../../lib/store';
import { useCriarClienteMutation } from './api';
import { paraCorpo, VAZIO } from './formulario';
import { FormularioTela } from './formulario-tela';
import { t } from './textos';
import { useFormulario } from './usar-formulario';

/** A new client. */
export function ClienteNovo() {
  const [, ir] = useLocation();
  const despachar = useDespacho();
  const [criar, { isLoading }] = useCriarClienteMutation();
  const [erro, setErro] = useState<ApiError>();
  const estado = useFormulario('novo', VAZIO, 0, false);

  async function salvar(): Promise<void> {
    setErro(undefined);
    if (!estado.conferir()) return;
    const corpo = paraCorpo(VAZIO, estado.form);
    const feito = await criar({ corpo, chave: estado.chaveDe(corpo) });
    estado.respondida(feito.error);
    if (feito.data === undefined) {
      const falha = feito.error as ApiError;
      setErro(falha);
      if (falha.codigo !== 'cpf_duplicado') estado.recusar(falha);
      return;
    }
    estado.largar();
    const { id_cliente, nome_completo } = feito.data;
    despachar(avisar(t('cliente.criado', { nome: nome_completo })));
    irSemPergunta(() => ir(`/clientes/${id_cliente}`));
  }

  return (
    <Pagina titulo={t('cliente.novo')} largura="media">
      <FormularioTela estado={estado} mascarado={false} erro={erro} ocupado={isLoading} confirmar={t('cliente.criar')} voltar="/clientes" aoEnviar={() => void salvar()} />
    </Pagina>
  );
}
