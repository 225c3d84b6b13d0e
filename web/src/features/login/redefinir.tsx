import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState, type FormEvent } from 'react';

import { Campo } from '../../components/campo';
import { CampoSenha } from '../../components/campo-senha';
import { t } from '../../i18n/senha';
import { errosPorCampo, mensagemDeErro } from '../../lib/erro-api';
import { useRedefinirSenhaMutation } from './api';

const VAZIO = { usuario: '', codigo: '', nova: '', repete: '' };
type Campos = typeof VAZIO;

/** A new password by the single-use code of an administrator. */
export function Redefinir({ minimo, aoVoltar, aoTrocar }: { minimo: number; aoVoltar: () => void; aoTrocar: () => void }) {
  const [campos, setCampos] = useState(VAZIO);
  const [erros, setErros] = useState<Partial<Campos>>({});
  const [redefinir, { error, isLoading }] = useRedefinirSenhaMutation();
  const usuario = useRef<HTMLInputElement>(null);
  const doServidor = errosPorCampo(error);

  useEffect(() => {
    document.title = `${t('senha.codigoTitulo')} · ${t('comum.produto')}`;
    usuario.current?.focus();
  }, []);

  async function enviar(evento: FormEvent) {
    evento.preventDefault();
    if (isLoading) return;
    const novos: Partial<Campos> = {};
    if (campos.usuario.trim() === '') novos.usuario = t('login.faltaUsuario');
    if (campos.codigo.trim() === '') novos.codigo = t('senha.faltaCodigo');
    if (Array.from(campos.nova).length < minimo) novos.nova = t('login.senhaCurta', { n: minimo });
    if (campos.repete !== campos.nova) novos.repete = t('senha.naoConfere');
    setErros(novos);
    const [primeiro] = Object.keys(novos);
    if (primeiro !== undefined) return document.getElementById(`campo-${primeiro}`)?.focus();
    const feito = await redefinir({ usuario: campos.usuario.trim(), codigo: campos.codigo, senha_nova: campos.nova });
    if (feito.error === undefined) aoTrocar();
    return undefined;
  }

  const muda = (campo: keyof Campos) => (valor: string) => setCampos((c) => ({ ...c, [campo]: valor }));
  return (
    <Stack component="form" noValidate onSubmit={enviar} spacing={2.5}>
      <Box>
        <Typography variant="h1">{t('senha.codigoTitulo')}</Typography>
        <Typography color="textSecondary">{t('senha.codigoTexto')}</Typography>
      </Box>
      {error !== undefined && <Alert severity="error">{mensagemDeErro(error)}</Alert>}
      <Campo nome="usuario" rotulo={t('login.usuario')} value={campos.usuario} onChange={(e) => muda('usuario')(e.target.value)} autoComplete="username" inputRef={usuario} erro={erros.usuario} inputProps={{ maxLength: 254, autoCapitalize: 'off', spellCheck: false }} />
      <Campo nome="codigo" rotulo={t('senha.codigo')} value={campos.codigo} onChange={(e) => muda('codigo')(e.target.value)} autoComplete="one-time-code" erro={erros.codigo} inputProps={{ maxLength: 40, autoCapitalize: 'characters', spellCheck: false }} />
      <CampoSenha nome="nova" rotulo={t('senha.senhaNova')} tipo="new-password" valor={campos.nova} aoMudar={muda('nova')} erro={erros.nova ?? doServidor.senha_nova} dica={t('senha.senhaDica', { n: minimo })} />
      <CampoSenha nome="repete" rotulo={t('senha.senhaRepete')} tipo="new-password" valor={campos.repete} aoMudar={muda('repete')} erro={erros.repete} />
      <Button type="submit" variant="contained" size="large" loading={isLoading}>
        {t('senha.trocar')}
      </Button>
      <Button onClick={aoVoltar}>{t('comum.voltar')}</Button>
    </Stack>
  );
}
