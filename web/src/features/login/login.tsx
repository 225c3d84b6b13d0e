import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { lazy, Suspense, useEffect, useRef, useState, type FormEvent } from 'react';

import { Campo } from '../../components/campo';
import { CampoSenha } from '../../components/campo-senha';
import { t } from '../../i18n/pt-br';
import { ehApiError, mensagemDeErro } from '../../lib/erro-api';
import { SENHA_MIN, usePublicoQuery } from '../../lib/eu';
import { sessaoAberta, type MotivoSessao } from '../../lib/sessao';
import { useDespacho } from '../../lib/store';
import { useLoginMutation } from './api';
import { validarLogin, type ErrosLogin } from './validar';

const Redefinir = lazy(async () => ({ default: (await import('./redefinir')).Redefinir }));

/**
 * The door. What was open before stays in the address and opens after it.
 * `aoDigitar`: somebody means to enter; what comes next may be fetched.
 */
export function Login({ motivo, aoDigitar }: { motivo: MotivoSessao; aoDigitar: () => void }) {
  const [usuario, setUsuario] = useState('');
  const [senha, setSenha] = useState('');
  const [erros, setErros] = useState<ErrosLogin>({});
  const [modo, setModo] = useState<'senha' | 'codigo' | 'trocada'>('senha');
  const [entrar, { error, isLoading }] = useLoginMutation();
  const { data: publico } = usePublicoQuery();
  const campoUsuario = useRef<HTMLInputElement>(null);
  const campoSenha = useRef<HTMLInputElement>(null);
  const despachar = useDespacho();

  useEffect(() => {
    if (modo === 'codigo') return;
    document.title = `${t('login.titulo')} · ${t('comum.produto')}`;
    campoUsuario.current?.focus();
  }, [modo]);

  async function enviar(evento: FormEvent) {
    evento.preventDefault();
    if (isLoading) return;
    const novos = validarLogin(usuario, senha);
    setErros(novos);
    if (novos.usuario !== undefined) return campoUsuario.current?.focus();
    if (novos.senha !== undefined) return campoSenha.current?.focus();

    const resposta = await entrar({ usuario: usuario.trim(), senha });
    if (resposta.error !== undefined) {
      setSenha('');
      campoSenha.current?.focus();
      return undefined;
    }
    despachar(sessaoAberta());
    return undefined;
  }

  return (
    <Box sx={{ minHeight: '100dvh', display: 'flex', flexDirection: 'column' }}>
      <Box component="main" sx={{ flex: 1, display: 'grid', placeItems: 'center', p: 2 }}>
        <Paper variant="outlined" sx={{ p: { xs: 3, sm: 4 }, width: '100%', maxWidth: 400, borderRadius: 3 }}>
          <Stack direction="row" spacing={1.5} sx={{ alignItems: 'center', mb: 2.5 }}>
            <Box component="img" src={publico?.logo || '/icone.svg'} alt="" sx={{ height: 36, width: 'auto', minWidth: 36, maxWidth: 160 }} />
            <Typography component="p" variant="h3" sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
              {publico?.empresa ?? t('comum.produto')}
            </Typography>
          </Stack>
          {modo === 'codigo' ? (
            <Suspense fallback={null}>
              <Redefinir minimo={publico?.senha_min ?? SENHA_MIN} aoVoltar={() => setModo('senha')} aoTrocar={() => setModo('trocada')} />
            </Suspense>
          ) : (
            <Stack component="form" noValidate onSubmit={enviar} onChange={aoDigitar} spacing={2.5}>
              <Box>
                <Typography variant="h1">{t('login.titulo')}</Typography>
                <Typography color="textSecondary">{t('login.subtitulo')}</Typography>
              </Box>

              {modo === 'trocada' && error === undefined ? <Alert severity="success">{t('login.trocada')}</Alert> : <Mensagem erro={error} motivo={motivo} />}

              <Campo
                nome="usuario"
                rotulo={t('login.usuario')}
                value={usuario}
                onChange={(e) => setUsuario(e.target.value)}
                autoComplete="username"
                inputRef={campoUsuario}
                erro={erros.usuario}
                inputProps={{ maxLength: 255, autoCapitalize: 'off', autoCorrect: 'off', spellCheck: false, inputMode: 'email' }}
              />
              <CampoSenha
                nome="senha"
                rotulo={t('login.senha')}
                valor={senha}
                aoMudar={setSenha}
                tipo="current-password"
                erro={erros.senha}
                entrada={campoSenha}
              />
              <Button type="submit" variant="contained" size="large" loading={isLoading} loadingPosition="start">
                {t(isLoading ? 'login.entrando' : 'login.entrar')}
              </Button>
              <Button onClick={() => setModo('codigo')}>{t('login.tenhoCodigo')}</Button>
            </Stack>
          )}
        </Paper>
      </Box>
      <Box component="footer" sx={{ p: 2, textAlign: 'center', color: 'text.secondary', typography: 'body2', overflowWrap: 'anywhere' }}>
        {[publico && t('comum.versao', { versao: publico.versao }), publico?.contato && t('comum.contato', { contato: publico.contato })]
          .filter(Boolean)
          .join(' · ')}
      </Box>
    </Box>
  );
}

/** What went wrong with the attempt, or why the door is shown. */
function Mensagem({ erro, motivo }: { erro: unknown; motivo: MotivoSessao }) {
  if (erro !== undefined) {
    const requisicao = ehApiError(erro) && erro.status >= 500 ? erro.requisicao : undefined;
    return (
      <Alert severity="error">
        {mensagemDeErro(erro)}
        {requisicao && <Box sx={{ mt: 0.5 }}>{t('comum.requisicao', { requisicao })}</Box>}
      </Alert>
    );
  }
  if (motivo === 'terminou') return <Alert severity="info">{t('erros.sessao')}</Alert>;
  if (motivo === 'saiu') return <Alert severity="success">{t('login.saiu')}</Alert>;
  return null;
}
