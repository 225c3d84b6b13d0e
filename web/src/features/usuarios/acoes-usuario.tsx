import { mdiDotsVertical } from '@mdi/js';
import Alert from '@mui/material/Alert';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';

import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { Icone } from '../../components/icone';
import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { useDespacho } from '../../lib/store';
import { useVendedoresQuery } from '../../lib/vendedores';
import { useUsuarioAlterarMutation, useUsuarioDesbloquearMutation, useUsuarioSenhaMutation, type Usuario } from './api';
import { t } from './textos';

interface Props {
  usuario: Usuario;
  aoEditar: () => void;
  aoGerarSenha: (senha: string) => void;
}

/** Menu of a row: edit, unblock, new password, deactivate or bring back. */
export function AcoesUsuario({ usuario, aoEditar, aoGerarSenha }: Props) {
  const despachar = useDespacho();
  const [ancora, setAncora] = useState<HTMLElement | null>(null);
  const [pergunta, setPergunta] = useState<'senha' | 'desativar' | null>(null);
  const [desbloquear] = useUsuarioDesbloquearMutation();
  const [alterar] = useUsuarioAlterarMutation();

  function escolher(fazer: () => void): () => void {
    return () => {
      setAncora(null);
      fazer();
    };
  }

  function avisarFim(erro: unknown, texto: string): void {
    despachar(erro === undefined ? avisar(texto) : avisar(mensagemDeErro(erro), 'erro'));
  }

  return (
    <>
      <IconButton aria-label={t('acoes.de', { nome: usuario.nome })} aria-haspopup="menu" onClick={(e) => setAncora(e.currentTarget)}>
        <Icone d={mdiDotsVertical} />
      </IconButton>
      <Menu anchorEl={ancora} open={ancora !== null} onClose={() => setAncora(null)}>
        <MenuItem onClick={escolher(aoEditar)}>{t('usuarios.editar')}</MenuItem>
        {usuario.bloqueado && (
          <MenuItem
            onClick={escolher(() => void desbloquear(usuario.id).then((r) => avisarFim(r.error, t('usuarios.desbloqueado', { nome: usuario.nome }))))}
          >
            {t('usuarios.desbloquear')}
          </MenuItem>
        )}
        {usuario.ativo && <MenuItem onClick={escolher(() => setPergunta('senha'))}>{t('usuarios.novaSenha')}</MenuItem>}
        {usuario.ativo ? (
          <MenuItem onClick={escolher(() => setPergunta('desativar'))}>{t('usuarios.desativar')}</MenuItem>
        ) : (
          <MenuItem
            onClick={escolher(() => void alterar({ id: usuario.id, ativo: true }).then((r) => avisarFim(r.error, t('usuarios.reativado', { nome: usuario.nome }))))}
          >
            {t('usuarios.reativar')}
          </MenuItem>
        )}
      </Menu>
      {pergunta === 'senha' && <NovaSenha usuario={usuario} aoGerar={aoGerarSenha} aoFechar={() => setPergunta(null)} />}
      {pergunta === 'desativar' && <Desativar usuario={usuario} aoFechar={() => setPergunta(null)} />}
    </>
  );
}

function NovaSenha({ usuario, aoGerar, aoFechar }: { usuario: Usuario; aoGerar: (senha: string) => void; aoFechar: () => void }) {
  const [gerar, { isLoading, error }] = useUsuarioSenhaMutation();

  async function confirmar(): Promise<void> {
    const feito = await gerar(usuario.id);
    if (feito.data === undefined) return;
    aoFechar();
    aoGerar(feito.data.senha_provisoria);
  }

  return (
    <ConfirmaDialogo
      aberto
      titulo={t('usuarios.novaSenhaTitulo', { nome: usuario.nome })}
      texto={t('usuarios.novaSenhaTexto')}
      confirmar={t('usuarios.novaSenha')}
      ocupado={isLoading}
      aoConfirmar={() => void confirmar()}
      aoFechar={aoFechar}
    >
      {error !== undefined && <Alert severity="error">{mensagemDeErro(error)}</Alert>}
    </ConfirmaDialogo>
  );
}

function Desativar({ usuario, aoFechar }: { usuario: Usuario; aoFechar: () => void }) {
  const despachar = useDespacho();
  const vende = usuario.papel === 'vendedor';
  const vendedores = useVendedoresQuery(undefined, { skip: !vende });
  const [destino, setDestino] = useState('');
  const [alterar, { isLoading, error }] = useUsuarioAlterarMutation();

  async function confirmar(): Promise<void> {
    const feito = await alterar({ id: usuario.id, ativo: false, transferir_para: destino === '' ? undefined : Number(destino) });
    if (feito.error) return;
    despachar(avisar(t('usuarios.desativadoAviso', { nome: usuario.nome })));
    aoFechar();
  }

  return (
    <ConfirmaDialogo
      aberto
      titulo={t('usuarios.desativarTitulo', { nome: usuario.nome })}
      texto={t(vende ? 'usuarios.desativarVendedor' : 'usuarios.desativarTexto')}
      confirmar={t('usuarios.desativar')}
      perigo
      ocupado={isLoading}
      aoConfirmar={() => void confirmar()}
      aoFechar={aoFechar}
    >
      {vende && (
        <TextField select label={t('usuarios.transferir')} value={destino} onChange={(e) => setDestino(e.target.value)} sx={{ mt: 2 }} slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}>
          <MenuItem value="">{t('usuarios.redistribuir')}</MenuItem>
          {(vendedores.data?.vendedores ?? [])
            .filter((v) => v.id !== usuario.id)
            .map((v) => (
              <MenuItem key={v.id} value={String(v.id)}>
                {v.nome}
              </MenuItem>
            ))}
        </TextField>
      )}
      {error !== undefined && (
        <Alert severity="error" sx={{ mt: 2 }}>
          {mensagemDeErro(error)}
        </Alert>
      )}
    </ConfirmaDialogo>
  );
}
