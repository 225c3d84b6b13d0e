import { mdiChevronRight, mdiViewColumnOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Card from '@mui/material/Card';
import CardActionArea from '@mui/material/CardActionArea';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { Link } from 'wouter';

import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Numero, Numeros, NumerosCarregando } from '../../components/numero';
import { Pagina } from '../../components/pagina';
import { Vazio } from '../../components/vazio';
import { useEstatisticasGeraisQuery, useEstatisticasVendedorQuery } from '../../lib/estatisticas';
import { pode, useUsuario } from '../../lib/eu';
import { data, inteiro, moeda, primeiroNome } from '../../lib/formatos';
import { PrimeirosPassos } from './primeiros-passos';
import { t } from './textos';

/** A way to a screen. */
export interface Cartao {
  titulo: string;
  texto: string;
  icone: string;
  destino: string;
}

/** The first screen: the day's figures and where to go. */
export function Inicio({ cartoes }: { cartoes: readonly Cartao[] }) {
  const eu = useUsuario();
  return (
    <Pagina
      titulo={t('inicio.titulo', { nome: primeiroNome(eu.nome) })}
      detalhe={<Typography color="textSecondary">{t('inicio.hoje', { data: data(eu.hoje) })}</Typography>}
    >
      {eu.vendedor && <DoVendedor id={eu.id} />}
      {pode(eu, 'painel.ver') && <DaEquipe />}
      {cartoes.length === 0 ? (
        <Vazio titulo={t('inicio.semCartoes')} texto={t('inicio.semCartoesTexto')} />
      ) : (
        <>
          <Typography variant="h2" sx={{ mb: 1.5 }}>
            {t('inicio.atalhos')}
          </Typography>
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 2, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 280px), 1fr))' }}>
            {cartoes.map((cartao) => (
              <CartaoDeTela key={cartao.destino} {...cartao} />
            ))}
          </Box>
        </>
      )}
    </Pagina>
  );
}

function CartaoDeTela({ titulo, texto, icone, destino }: Cartao) {
  return (
    <Card component="li" sx={{ display: 'flex' }}>
      <CardActionArea component={Link} href={destino} sx={{ p: 2, display: 'flex', gap: 2, alignItems: 'center', justifyContent: 'flex-start' }}>
        <Box sx={{ display: 'grid', placeItems: 'center', width: 44, height: 44, borderRadius: 2, flexShrink: 0, bgcolor: 'var(--cor-contatado-fundo)', color: 'var(--cor-contatado)' }}>
          <Icone d={icone} />
        </Box>
        <Box sx={{ minWidth: 0, flex: 1 }}>
          <Typography variant="h3">{titulo}</Typography>
          <Typography variant="body2" color="textSecondary">
            {texto}
          </Typography>
        </Box>
        <Icone d={mdiChevronRight} sx={{ color: 'text.secondary' }} />
      </CardActionArea>
    </Card>
  );
}

/** What a seller has to do today, and the way to the board. */
function DoVendedor({ id }: { id: number }) {
  const { data: n, error, refetch } = useEstatisticasVendedorQuery(id, { refetchOnMountOrArgChange: true });
  return (
    <Box component="section" sx={{ mb: 3 }}>
      <Cabecalho titulo={t('inicio.carteira')}>
        <Button component={Link} href="/carteira" variant="contained" startIcon={<Icone d={mdiViewColumnOutline} />}>
          {t('inicio.carteiraAbrir')}
        </Button>
      </Cabecalho>
      {error !== undefined && n === undefined && <Falha erro={error} tentar={() => void refetch()} />}
      {error === undefined && n === undefined && <NumerosCarregando quantos={3} />}
      {n !== undefined && (
        <Numeros legenda={t('inicio.carteira')}>
          <Numero nome={t('inicio.aContatar')} valor={inteiro(n.total_pendentes)} detalhe={moeda(n.valor_pendente)} />
          <Numero nome={t('inicio.contatados')} valor={inteiro(n.contatados)} detalhe={t('inicio.deTotal', { total: inteiro(n.total_atribuidos) })} />
          <Numero nome={t('inicio.recuperados')} valor={inteiro(n.recuperados)} detalhe={moeda(n.valor_recuperado)} />
        </Numeros>
      )}
    </Box>
  );
}

/** The day of the whole team, for managers. */
function DaEquipe() {
  const eu = useUsuario();
  const { data: n, error, refetch } = useEstatisticasGeraisQuery(undefined, { refetchOnMountOrArgChange: true });
  return (
    <>
      {(n !== undefined || error === undefined) && <PrimeirosPassos eu={eu} numeros={n} />}
      <Box component="section" sx={{ mb: 3 }}>
        <Cabecalho titulo={t('inicio.numeros')} />
        {error !== undefined && n === undefined && <Falha erro={error} tentar={() => void refetch()} />}
        {error === undefined && n === undefined && <NumerosCarregando quantos={4} />}
        {n !== undefined && (
          <Numeros legenda={t('inicio.numeros')}>
            <Numero nome={t('inicio.elegiveis')} valor={inteiro(n.por_situacao.elegivel)} detalhe={moeda(n.valor_elegivel)} />
            <Numero nome={t('inicio.semVendedor')} valor={inteiro(n.elegiveis_sem_vendedor)} />
            <Numero nome={t('inicio.recuperados')} valor={inteiro(n.recuperados)} detalhe={moeda(n.valor_recuperado)} />
            <Numero nome={t('inicio.online')} valor={inteiro(n.vendedores_online)} detalhe={t('inicio.deTotal', { total: inteiro(n.vendedores_total) })} />
          </Numeros>
        )}
      </Box>
    </>
  );
}

function Cabecalho({ titulo, children }: { titulo: string; children?: ReactNode }) {
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', justifyContent: 'space-between', mb: 1.5, minHeight: 40 }}>
      <Typography variant="h2">{titulo}</Typography>
      {children}
    </Box>
  );
}
