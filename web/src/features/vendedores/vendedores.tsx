import { mdiCheckDecagramOutline, mdiPencilOutline, mdiShuffleVariant } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Link from '@mui/material/Link';
import { useState } from 'react';
import { Link as Rota } from 'wouter';

import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Pagina } from '../../components/pagina';
import { Presenca } from '../../components/presenca';
import { Tabela, type Coluna } from '../../components/tabela';
import { Vazio } from '../../components/vazio';
import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { inteiro, moedaCurta } from '../../lib/formatos';
import { useDespacho } from '../../lib/store';
import { useVendedoresQuery, type Vendedor } from '../../lib/vendedores';
import { useLazyVerificarDistribuicaoQuery } from './api';
import { RedistribuirDialogo } from './redistribuir-dialogo';
import { t } from './textos';
import { VendedorDialogo } from './vendedor-dialogo';

/** Sellers live: who is here, how much each holds, and dealing all again. */
export function Vendedores() {
  const vendedores = useVendedoresQuery();
  const [editado, setEditado] = useState<Vendedor | null>(null);
  const [redistribuindo, setRedistribuindo] = useState(false);

  return (
    <Pagina
      titulo={t('vendedores.titulo')}
      acoes={
        <>
          <Verificar />
          <Button variant="contained" startIcon={<Icone d={mdiShuffleVariant} />} onClick={() => setRedistribuindo(true)}>
            {t('redistribuicao.acao')}
          </Button>
        </>
      }
    >
      {vendedores.error ? (
        <Falha erro={vendedores.error} tentar={() => void vendedores.refetch()} />
      ) : vendedores.data === undefined ? (
        <Carregando />
      ) : vendedores.data.vendedores.length === 0 ? (
        <Vazio titulo={t('vendedores.vazio')} texto={t('vendedores.vazioTexto')} />
      ) : (
        <Tabela legenda={t('vendedores.titulo')} colunas={colunas(setEditado)} linhas={vendedores.data.vendedores} chave={(v) => v.id} />
      )}
      {editado && <VendedorDialogo vendedor={editado} aoFechar={() => setEditado(null)} />}
      {redistribuindo && (
        <RedistribuirDialogo vendedores={vendedores.data?.vendedores ?? []} aoFechar={() => setRedistribuindo(false)} />
      )}
    </Pagina>
  );
}

function colunas(editar: (v: Vendedor) => void): readonly Coluna<Vendedor>[] {
  return [
    {
      id: 'nome',
      titulo: t('lista.vendedor'),
      principal: true,
      valor: (v) => (
        <Link component={Rota} href={`/carteira/${v.id}`} sx={{ fontWeight: 600 }}>
          {v.nome}
        </Link>
      ),
    },
    { id: 'presenca', titulo: t('vendedores.presenca'), valor: (v) => <Presenca vendedor={v} /> },
    { id: 'pendentes', titulo: t('vendedores.pendentes'), numero: true, valor: (v) => inteiro(v.pendentes) },
    { id: 'fixados', titulo: t('vendedores.fixados'), numero: true, valor: (v) => inteiro(v.fixados) },
    { id: 'contatados', titulo: t('vendedores.contatados'), numero: true, valor: (v) => inteiro(v.contatados) },
    { id: 'valor', titulo: t('vendedores.valorPendente'), numero: true, valor: (v) => moedaCurta(v.valor_pendente) },
    { id: 'peso', titulo: t('vendedores.peso'), numero: true, valor: (v) => inteiro(v.peso) },
    {
      id: 'capacidade',
      titulo: t('vendedores.capacidade'),
      numero: true,
      valor: (v) => (v.capacidade === null ? t('vendedores.semLimite') : inteiro(v.capacidade)),
    },
    { id: 'participa', titulo: t('vendedores.participa'), valor: (v) => t(v.participa_distribuicao ? 'comum.sim' : 'comum.nao') },
    {
      id: 'acoes',
      titulo: t('lista.acoes'),
      acoes: true,
      valor: (v) => (
        <IconButton aria-label={t('vendedores.editarDe', { nome: v.nome })} onClick={() => editar(v)}>
          <Icone d={mdiPencilOutline} />
        </IconButton>
      ),
    },
  ];
}

/** Proves the distribution on demand and says what it found. */
function Verificar() {
  const despachar = useDespacho();
  const [verificar, { data, isFetching }] = useLazyVerificarDistribuicaoQuery();

  async function rodar(): Promise<void> {
    const resposta = await verificar();
    if (resposta.error) despachar(avisar(mensagemDeErro(resposta.error), 'erro'));
    else if (resposta.data?.ok) despachar(avisar(t('redistribuicao.verificada')));
  }

  return (
    <>
      <Button startIcon={<Icone d={mdiCheckDecagramOutline} />} onClick={() => void rodar()} loading={isFetching}>
        {t('redistribuicao.verificar')}
      </Button>
      {data?.ok === false && (
        <Alert severity="error" sx={{ width: '100%' }}>
          {t('redistribuicao.violacoes')}
          <Box component="ul" sx={{ m: 0, pl: 2 }}>
            {data.violacoes.map((v) => (
              <li key={`${v.invariante} ${v.detalhe}`}>
                {v.invariante}: {v.detalhe}
              </li>
            ))}
          </Box>
        </Alert>
      )}
    </>
  );
}
