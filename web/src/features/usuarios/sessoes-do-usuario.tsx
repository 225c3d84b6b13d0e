import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { useId } from 'react';

import { Sessoes } from '../../components/sessoes';
import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { inteiro } from '../../lib/formatos';
import { useDespacho } from '../../lib/store';
import { useUsuarioSessoesEncerrarMutation, type Usuario } from './api';
import { t } from './textos';

/** Where a user is logged in; one or all of them can be ended. */
export function SessoesDoUsuario({ usuario, aoFechar }: { usuario: Usuario; aoFechar: () => void }) {
  const titulo = useId();
  const despachar = useDespacho();
  const [encerrar, { isLoading }] = useUsuarioSessoesEncerrarMutation();

  async function todas(): Promise<void> {
    const feito = await encerrar(usuario.id);
    if (feito.data === undefined) return void despachar(avisar(mensagemDeErro(feito.error), 'erro'));
    despachar(avisar(t('usuarios.sessoesEncerradas', { n: inteiro(feito.data.encerradas) })));
    aoFechar();
  }

  return (
    <Dialog open onClose={aoFechar} aria-labelledby={titulo} maxWidth="md">
      <DialogTitle id={titulo}>{t('usuarios.sessoesDe', { nome: usuario.nome })}</DialogTitle>
      <DialogContent>
        <Sessoes usuario={usuario.id} />
      </DialogContent>
      <DialogActions>
        <Button color="error" onClick={() => void todas()} loading={isLoading} disabled={usuario.sessoes === 0}>
          {t('usuarios.sessoesEncerrar')}
        </Button>
        <Button variant="contained" onClick={aoFechar}>
          {t('comum.fechar')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
