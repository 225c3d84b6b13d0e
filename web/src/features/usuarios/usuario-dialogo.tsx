import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import MenuItem from '@mui/material/MenuItem';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { useId, useState, type FormEvent } from 'react';

import { avisar } from '../../lib/aviso';
import { errosPorCampo, mensagemDeErro } from '../../lib/erro-api';
import type { Papel } from '../../lib/eu';
import { useDespacho } from '../../lib/store';
import { useUsuarioAlterarMutation, useUsuarioCriarMutation, type Usuario } from './api';
import { t } from './textos';

const PAPEIS: readonly Papel[] = ['vendedor', 'operador', 'gerente', 'administrador', 'ti'];

interface Props {
  /** Null creates a new one. */
  usuario: Usuario | null;
  aoFechar: () => void;
  aoCriar: (nome: string, senhaProvisoria: string) => void;
}

/** Name, e-mail and papel of a user, new or not. */
export function UsuarioDialogo({ usuario, aoFechar, aoCriar }: Props) {
  const titulo = useId();
  const despachar = useDespacho();
  const [nome, setNome] = useState(usuario?.nome ?? '');
  const [email, setEmail] = useState(usuario?.email ?? '');
  const [papel, setPapel] = useState<Papel>(usuario?.papel ?? 'vendedor');
  const [criar, criacao] = useUsuarioCriarMutation();
  const [alterar, alteracao] = useUsuarioAlterarMutation();
  const erro = criacao.error ?? alteracao.error;
  const erros = errosPorCampo(erro);
  const ocupado = criacao.isLoading || alteracao.isLoading;

  async function salvar(evento: FormEvent): Promise<void> {
    evento.preventDefault();
    if (usuario === null) {
      const feito = await criar({ nome, email, papel });
      if (feito.data === undefined) return;
      aoFechar();
      if (feito.data.senha_provisoria) aoCriar(feito.data.nome, feito.data.senha_provisoria);
      return;
    }
    const mudou = {
      nome: nome === usuario.nome ? undefined : nome,
      email: email === usuario.email ? undefined : email,
      papel: papel === usuario.papel ? undefined : papel,
    };
    if (Object.values(mudou).some((v) => v !== undefined)) {
      const feito = await alterar({ id: usuario.id, ...mudou });
      if (feito.error) return;
      despachar(avisar(t('usuarios.salvo', { nome })));
    }
    aoFechar();
  }

  return (
    <Dialog open onClose={ocupado ? undefined : aoFechar} aria-labelledby={titulo} maxWidth="xs">
      <form onSubmit={(e) => void salvar(e)} noValidate>
        <DialogTitle id={titulo}>{usuario === null ? t('usuarios.novo') : t('usuarios.editarDe', { nome: usuario.nome })}</DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 1 }}>
            {erro !== undefined && Object.keys(erros).length === 0 && <Alert severity="error">{mensagemDeErro(erro)}</Alert>}
            <TextField required label={t('usuarios.nome')} value={nome} onChange={(e) => setNome(e.target.value)} error={'nome' in erros} helperText={erros.nome} slotProps={{ htmlInput: { maxLength: 120 } }} />
            <TextField required type="email" label={t('usuarios.email')} value={email} onChange={(e) => setEmail(e.target.value)} error={'email' in erros} helperText={erros.email} slotProps={{ htmlInput: { maxLength: 254, autoComplete: 'off' } }} />
            <TextField select required label={t('usuarios.papel')} value={papel} onChange={(e) => setPapel(e.target.value as Papel)} error={'papel' in erros} helperText={erros.papel ?? (usuario !== null && papel !== usuario.papel ? t('usuarios.papelEncerra') : undefined)}>
              {PAPEIS.map((p) => (
                <MenuItem key={p} value={p}>
                  {t(`papeis.${p}`)}
                </MenuItem>
              ))}
            </TextField>
            {usuario === null && <Alert severity="info">{t('usuarios.senhaGerada')}</Alert>}
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={aoFechar} disabled={ocupado}>
            {t('comum.cancelar')}
          </Button>
          <Button type="submit" variant="contained" loading={ocupado}>
            {t(usuario === null ? 'usuarios.criar' : 'comum.salvar')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
