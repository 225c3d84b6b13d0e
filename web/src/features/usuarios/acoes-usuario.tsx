import { mdiDotsVertical } from '@mdi/js';
import Alert from '@mui/material/Alert';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { Link as Rota } from 'wouter';

import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { Icone } from '../../components/icone';
import { linkHistorico } from '../../lib/auditoria';
import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { useUsuario } from '../../lib/eu';
import { useDespacho } from '../../lib/store';
import { useUsuarioAlterarMutation, useUsuarioDesbloquearMutation, useUsuarioSenhaMutation, type Usuario } from './api';
import { CodigoSenha } from './codigo-senha';
import { Desativar } from './desativar';
import { SessoesDoUsuario } from './sessoes-do-usuario';
import { t } from './textos';

interface Props {
  usuario: Usuario;
  aoEditar: () => void;
  aoGerarSenha: (senha: string) => void;
}

/** Menu of a row: edit, unblock, sessions, code or new password, deactivate or bring back. */
export function AcoesUsuario({ usuario, aoEditar, aoGerarSenha }: Props) {
  const despachar = useDespacho();
  const [ancora, setAncora] = useState<HTMLElement | null>(null);
  const [pergunta, setPergunta] = useState<'senha' | 'codigo' | 'sessoes' | 'desativar' | null>(null);
  const [desbloquear] = useUsuarioDesbloquearMutation();
  const [alterar] = useUsuarioAlterarMutation();
  const historico = linkHistorico(useUsuario(), 'usuarios', usuario.id);

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
        <MenuItem onClick={escolher(() => setPergunta('sessoes'))}>{t('usuarios.sessoesVer')}</MenuItem>
        {usuario.ativo && <MenuItem onClick={escolher(() => setPergunta('codigo'))}>{t('usuarios.codigo')}</MenuItem>}
        {usuario.ativo && <MenuItem onClick={escolher(() => setPergunta('senha'))}>{t('usuarios.novaSenha')}</MenuItem>}
        {historico !== undefined && (
          <MenuItem component={Rota} href={historico} data-acao="historico">
            {t('usuarios.historico')}
          </MenuItem>
        )}
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
      {pergunta === 'codigo' && <CodigoSenha usuario={usuario} aoFechar={() => setPergunta(null)} />}
      {pergunta === 'sessoes' && <SessoesDoUsuario usuario={usuario} aoFechar={() => setPergunta(null)} />}
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
