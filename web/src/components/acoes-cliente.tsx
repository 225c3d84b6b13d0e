import { mdiAccountArrowRightOutline, mdiAccountRemoveOutline, mdiDotsVertical } from '@mdi/js';
import Alert from '@mui/material/Alert';
import IconButton from '@mui/material/IconButton';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';

import { t } from '../i18n/clientes';
import { avisar } from '../lib/aviso';
import { useLiberarClienteMutation, useRealocarClienteMutation } from '../lib/carteira-admin';
import type { ClienteLinha } from '../lib/cliente';
import { mensagemDeErro } from '../lib/erro-api';
import { useDespacho } from '../lib/store';
import { useVendedoresQuery } from '../lib/vendedores';
import { ConfirmaDialogo } from './confirma-dialogo';
import { Icone } from './icone';

/** What moving a client needs to know of it. */
export type ClienteMovel = Pick<ClienteLinha, 'id' | 'nome' | 'vendedor_atribuido' | 'contatado'>;

type Acao = 'realocar' | 'liberar';

/** Button of a row that opens: move to another seller, set free. */
export function AcoesCliente({ cliente, tabIndex, tamanho }: { cliente: ClienteMovel; tabIndex?: number; tamanho?: 'small' }) {
  const [ancora, setAncora] = useState<HTMLElement | null>(null);
  const [acao, setAcao] = useState<Acao | null>(null);

  function escolher(qual: Acao): void {
    setAncora(null);
    setAcao(qual);
  }

  return (
    <>
      <IconButton size={tamanho} tabIndex={tabIndex} aria-label={t('acoes.de', { nome: cliente.nome })} aria-haspopup="menu" onClick={(e) => setAncora(e.currentTarget)}>
        <Icone d={mdiDotsVertical} />
      </IconButton>
      <Menu anchorEl={ancora} open={ancora !== null} onClose={() => setAncora(null)}>
        <MenuItem onClick={() => escolher('realocar')}>
          <ListItemIcon>
            <Icone d={mdiAccountArrowRightOutline} fontSize="small" />
          </ListItemIcon>
          <ListItemText>{t('acoes.realocar')}</ListItemText>
        </MenuItem>
        <MenuItem disabled={cliente.vendedor_atribuido === null} onClick={() => escolher('liberar')}>
          <ListItemIcon>
            <Icone d={mdiAccountRemoveOutline} fontSize="small" />
          </ListItemIcon>
          <ListItemText>{t('acoes.liberar')}</ListItemText>
        </MenuItem>
      </Menu>
      {acao === 'realocar' && <RealocarDialogo cliente={cliente} aoFechar={() => setAcao(null)} />}
      {acao === 'liberar' && <LiberarDialogo cliente={cliente} aoFechar={() => setAcao(null)} />}
    </>
  );
}

/** Gives the client to another seller, chosen here. */
export function RealocarDialogo({ cliente, aoFechar }: { cliente: ClienteMovel; aoFechar: () => void }) {
  const despachar = useDespacho();
  const vendedores = useVendedoresQuery();
  const [destino, setDestino] = useState('');
  const [realocar, { isLoading, error }] = useRealocarClienteMutation();
  const outros = (vendedores.data?.vendedores ?? []).filter((v) => v.id !== cliente.vendedor_atribuido?.id);

  async function confirmar(): Promise<void> {
    const vendedor = outros.find((v) => String(v.id) === destino);
    if (vendedor === undefined) return;
    const feito = await realocar({ cliente_id: cliente.id, vendedor_id: vendedor.id });
    if (feito.error) return;
    despachar(avisar(t('acoes.realocado', { nome: cliente.nome, vendedor: vendedor.nome })));
    aoFechar();
  }

  return (
    <ConfirmaDialogo
      aberto
      titulo={t('acoes.realocarTitulo', { nome: cliente.nome })}
      texto={t('acoes.realocarTexto')}
      confirmar={t('acoes.realocar')}
      ocupado={isLoading}
      aoConfirmar={() => void confirmar()}
      aoFechar={aoFechar}
    >
      <TextField
        select
        required
        label={t('acoes.vendedor')}
        value={destino}
        onChange={(e) => setDestino(e.target.value)}
        disabled={vendedores.isLoading}
        helperText={vendedores.error ? mensagemDeErro(vendedores.error) : undefined}
        error={vendedores.error !== undefined}
        sx={{ mt: 2 }}
      >
        {outros.map((v) => (
          <MenuItem key={v.id} value={String(v.id)}>
            {v.nome} {v.online ? `· ${t('acoes.online')}` : ''}
          </MenuItem>
        ))}
      </TextField>
      {error !== undefined && (
        <Alert severity="error" sx={{ mt: 2 }}>
          {mensagemDeErro(error)}
        </Alert>
      )}
    </ConfirmaDialogo>
  );
}

/** Takes the client off its seller's board. */
export function LiberarDialogo({ cliente, aoFechar }: { cliente: ClienteMovel; aoFechar: () => void }) {
  const despachar = useDespacho();
  const [liberar, { isLoading, error }] = useLiberarClienteMutation();

  async function confirmar(): Promise<void> {
    // A contacted client comes back to the pool only because someone said so here.
    const feito = await liberar({ cliente_id: cliente.id, forcar: cliente.contatado });
    if (feito.error) return;
    despachar(avisar(t('acoes.liberado', { nome: cliente.nome })));
    aoFechar();
  }

  return (
    <ConfirmaDialogo
      aberto
      titulo={t('acoes.liberarTitulo', { nome: cliente.nome })}
      texto={t(cliente.contatado ? 'acoes.liberarContatado' : 'acoes.liberarTexto', { vendedor: cliente.vendedor_atribuido?.nome ?? '' })}
      confirmar={t('acoes.liberar')}
      perigo
      ocupado={isLoading}
      aoConfirmar={() => void confirmar()}
      aoFechar={aoFechar}
    >
      {error !== undefined && (
        <Alert severity="error" sx={{ mt: 2 }}>
          {mensagemDeErro(error)}
        </Alert>
      )}
    </ConfirmaDialogo>
  );
}
