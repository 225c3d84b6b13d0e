import Alert from '@mui/material/Alert';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';

import { Carregando } from '../../components/carregando';
import { Cifra, Cifras } from '../../components/cifras';
import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { plural } from '../../i18n/textos';
import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { inteiro, moeda } from '../../lib/formatos';
import { useDespacho } from '../../lib/store';
import { useUsuarioAlterarMutation, useUsuarioCarteiraQuery, type CarteiraDoUsuario, type Usuario } from './api';
import { t } from './textos';

/** Deactivates after showing what the portfolio holds and asking who takes it. */
export function Desativar({ usuario, aoFechar }: { usuario: Usuario; aoFechar: () => void }) {
  const despachar = useDespacho();
  const carteira = useUsuarioCarteiraQuery(usuario.id, { refetchOnMountOrArgChange: true });
  const [destino, setDestino] = useState('');
  const [alterar, { isLoading, error }] = useUsuarioAlterarMutation();
  const vende = usuario.papel === 'vendedor' || usuario.participa_distribuicao;

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
      ocupado={isLoading || (vende && carteira.data === undefined && carteira.error === undefined)}
      aoConfirmar={() => void confirmar()}
      aoFechar={aoFechar}
    >
      {vende && (carteira.data === undefined ? carteira.error === undefined && <Carregando quantos={2} /> : <Carteira nome={usuario.nome} carteira={carteira.data} destino={destino} aoMudar={setDestino} />)}
      {(error ?? carteira.error) !== undefined && (
        <Alert severity="error" sx={{ mt: 2 }}>
          {mensagemDeErro(error ?? carteira.error)}
        </Alert>
      )}
    </ConfirmaDialogo>
  );
}

function Carteira({ nome, carteira: c, destino, aoMudar }: { nome: string; carteira: CarteiraDoUsuario; destino: string; aoMudar: (id: string) => void }) {
  if (c.a_contatar === 0 && c.contatados === 0) return <Alert severity="info" sx={{ mt: 2 }}>{t('usuarios.carteiraVazia')}</Alert>;
  const alguem = c.recebem.some((v) => v.online);
  return (
    <>
      <Typography variant="h3" component="p" sx={{ mt: 2, mb: 1 }}>
        {t('usuarios.carteiraTitulo', { nome })}
      </Typography>
      <Cifras legenda={t('usuarios.carteiraTitulo', { nome })}>
        <Cifra nome={t('usuarios.aContatar')} valor={<span data-carteira="a_contatar">{inteiro(c.a_contatar)}</span>} detalhe={c.fixados > 0 ? plural(c.fixados, t('usuarios.fixado'), t('usuarios.fixados')) : undefined} />
        <Cifra nome={t('usuarios.contatados')} valor={<span data-carteira="contatados">{inteiro(c.contatados)}</span>} />
        <Cifra nome={t('usuarios.valor')} valor={moeda(c.valor)} />
      </Cifras>
      <TextField
        select
        label={t('usuarios.transferir')}
        value={destino}
        onChange={(e) => aoMudar(e.target.value)}
        helperText={destino === '' ? (alguem ? t('usuarios.contatadosFicam') : t('usuarios.naoMais')) : t('usuarios.contatadosVao')}
        sx={{ mt: 1 }}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        <MenuItem value="">{t('usuarios.redistribuir')}</MenuItem>
        {c.recebem.map((v) => (
          <MenuItem key={v.id} value={String(v.id)}>
            {t('usuarios.comHoje', { nome: v.nome, n: inteiro(v.a_contatar) })}
          </MenuItem>
        ))}
      </TextField>
    </>
  );
}
