import Alert from '@mui/material/Alert';

import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { mensagemDeErro } from '../../lib/erro-api';
import { dataHora } from '../../lib/formatos';
import { useUsuarioCodigoMutation, type Usuario } from './api';
import { Segredo } from './segredo';
import { t } from './textos';

/** Asks, then shows the single-use code the only time it can be seen. */
export function CodigoSenha({ usuario, aoFechar }: { usuario: Usuario; aoFechar: () => void }) {
  const [dar, { data, error, isLoading }] = useUsuarioCodigoMutation();
  if (data !== undefined) {
    return (
      <Segredo
        titulo={t('usuarios.codigoTitulo', { nome: usuario.nome })}
        texto={t('usuarios.codigoTexto', { ate: dataHora(data.expira_em) })}
        segredo={data.codigo}
        aoFechar={aoFechar}
      />
    );
  }
  return (
    <ConfirmaDialogo
      aberto
      titulo={t('usuarios.codigoPergunta', { nome: usuario.nome })}
      texto={t('usuarios.codigoPerguntaTexto')}
      confirmar={t('usuarios.codigo')}
      ocupado={isLoading}
      aoConfirmar={() => void dar(usuario.id)}
      aoFechar={aoFechar}
    >
      {error !== undefined && <Alert severity="error">{mensagemDeErro(error)}</Alert>}
    </ConfirmaDialogo>
  );
}
