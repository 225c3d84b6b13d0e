import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import { useRef, useState, type FormEvent } from 'react';

import { t } from '../i18n/senha';
import { errosPorCampo, mensagemDeErro } from '../lib/erro-api';
import { SENHA_MIN, usePublicoQuery } from '../lib/eu';
import { useTrocarSenhaMutation, validarTroca, type ErrosTroca, type TrocaSenha } from '../lib/senha';
import { CampoSenha } from './campo-senha';

const VAZIA: TrocaSenha = { atual: '', nova: '', repete: '' };

/** Changes the own password: in the account, and before anything else after a provisional one. */
export function FormSenha({ aoTrocar }: { aoTrocar: () => void }) {
  const [campos, setCampos] = useState(VAZIA);
  const [erros, setErros] = useState<ErrosTroca>({});
  const [trocar, { error, isLoading }] = useTrocarSenhaMutation();
  const minimo = usePublicoQuery().data?.senha_min ?? SENHA_MIN;
  const entradas = { atual: useRef<HTMLInputElement>(null), nova: useRef<HTMLInputElement>(null), repete: useRef<HTMLInputElement>(null) };
  const doServidor = errosPorCampo(error);

  async function enviar(evento: FormEvent) {
    evento.preventDefault();
    if (isLoading) return;
    const novos = validarTroca(campos, minimo);
    setErros(novos);
    const primeiro = (['atual', 'nova', 'repete'] as const).find((c) => novos[c] !== undefined);
    if (primeiro !== undefined) {
      entradas[primeiro].current?.focus();
      return;
    }
    const resposta = await trocar({ senha_atual: campos.atual, senha_nova: campos.nova });
    if (resposta.error !== undefined) {
      entradas.atual.current?.focus();
      return;
    }
    setCampos(VAZIA);
    aoTrocar();
  }

  const muda = (campo: keyof TrocaSenha) => (valor: string) => setCampos((c) => ({ ...c, [campo]: valor }));
  return (
    <Stack component="form" noValidate onSubmit={enviar} spacing={2} sx={{ maxWidth: 400 }}>
      {error !== undefined && <Alert severity="error">{mensagemDeErro(error)}</Alert>}
      <CampoSenha nome="senha-atual" rotulo={t('senha.senhaAtual')} tipo="current-password" valor={campos.atual} aoMudar={muda('atual')} erro={erros.atual ?? doServidor.senha_atual} entrada={entradas.atual} />
      <CampoSenha nome="senha-nova" rotulo={t('senha.senhaNova')} tipo="new-password" valor={campos.nova} aoMudar={muda('nova')} erro={erros.nova ?? doServidor.senha_nova} dica={t('senha.senhaDica', { n: minimo })} entrada={entradas.nova} />
      <CampoSenha nome="senha-repete" rotulo={t('senha.senhaRepete')} tipo="new-password" valor={campos.repete} aoMudar={muda('repete')} erro={erros.repete} entrada={entradas.repete} />
      <Button type="submit" variant="contained" loading={isLoading} sx={{ alignSelf: 'flex-start' }}>
        {t('senha.trocar')}
      </Button>
    </Stack>
  );
}
