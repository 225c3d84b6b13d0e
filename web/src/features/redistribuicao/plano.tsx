import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as Rota } from 'wouter';

import { Cifra, Cifras } from '../../components/cifras';
import { Tabela, type Coluna } from '../../components/tabela';
import { Vazio } from '../../components/vazio';
import { inteiro, moeda } from '../../lib/formatos';
import type { Amostra, Ganho, Plano as Dados } from './api';
import { Barras, Legenda } from './barras';
import { t } from './textos';

/** Who would gain and lose what. */
export function Plano({ plano }: { plano: Dados }) {
  const maximo = plano.vendedores.reduce((m, v) => Math.max(m, v.antes, v.depois), 0);
  const mudam = plano.vendedores.some((v) => v.ganha > 0 || v.perde > 0);

  return (
    <>
      <Cifras legenda={t('redistribuicao.resumo')}>
        <Cifra nome={t('redistribuicao.trocam')} valor={<span data-trocam={plano.trocam}>{inteiro(plano.trocam)}</span>} />
        <Cifra nome={t('redistribuicao.ganham')} valor={inteiro(plano.ganham)} />
        <Cifra nome={t('redistribuicao.ficam')} valor={inteiro(plano.ficam)} />
        <Cifra nome={t('redistribuicao.semVendedor')} valor={inteiro(plano.sem_vendedor)} detalhe={plano.liberados > 0 ? t('redistribuicao.semVendedorDetalhe', { n: inteiro(plano.liberados) }) : undefined} />
      </Cifras>
      {!mudam ? (
        <Vazio titulo={t('redistribuicao.nadaTitulo')} texto={t('redistribuicao.nadaTexto')} />
      ) : (
        <>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center', justifyContent: 'space-between', mb: 1 }}>
            <Typography variant="h2">{t('redistribuicao.porVendedor')}</Typography>
            <Legenda />
          </Box>
          <Box sx={{ mb: 3 }} data-plano={plano.hash}>
            <Tabela legenda={t('redistribuicao.porVendedor')} colunas={colunas(maximo)} linhas={plano.vendedores} chave={(v) => v.id} />
          </Box>
          {plano.amostra.length > 0 && <DeParaClientes plano={plano} />}
        </>
      )}
    </>
  );
}

function colunas(maximo: number): readonly Coluna<Ganho>[] {
  return [
    { id: 'nome', titulo: t('redistribuicao.vendedor'), principal: true, valor: (v) => v.nome },
    { id: 'antes', titulo: t('redistribuicao.antes'), numero: true, valor: (v) => inteiro(v.antes) },
    { id: 'ganha', titulo: t('redistribuicao.ganha'), numero: true, valor: (v) => <Saldo n={v.ganha} sinal="+" cor="recuperado" /> },
    { id: 'perde', titulo: t('redistribuicao.perde'), numero: true, valor: (v) => <Saldo n={v.perde} sinal="−" cor="risco" /> },
    { id: 'depois', titulo: t('redistribuicao.depois'), numero: true, valor: (v) => <strong>{inteiro(v.depois)}</strong> },
    { id: 'grafico', titulo: t('redistribuicao.grafico'), valor: (v) => <Barras antes={v.antes} depois={v.depois} maximo={maximo} /> },
    { id: 'valorAntes', titulo: t('redistribuicao.valorAntes'), numero: true, valor: (v) => moeda(v.valor_antes) },
    { id: 'valorDepois', titulo: t('redistribuicao.valorDepois'), numero: true, valor: (v) => moeda(v.valor_depois) },
  ];
}

function Saldo({ n, sinal, cor }: { n: number; sinal: string; cor: string }) {
  if (n === 0) return <Box component="span" sx={{ color: 'text.secondary' }}>0</Box>;
  return (
    <Box component="span" sx={{ color: `var(--cor-${cor})`, fontWeight: 650 }}>
      {sinal}
      {inteiro(n)}
    </Box>
  );
}

const COLUNAS_AMOSTRA: readonly Coluna<Amostra>[] = [
  {
    id: 'cliente',
    titulo: t('redistribuicao.cliente'),
    principal: true,
    valor: (a) => (
      <Link component={Rota} href={`/clientes/${a.cliente_id}`}>
        {a.nome}
      </Link>
    ),
  },
  { id: 'de', titulo: t('redistribuicao.de'), valor: (a) => a.de?.nome ?? t('redistribuicao.ninguem') },
  { id: 'para', titulo: t('redistribuicao.para'), valor: (a) => a.para?.nome ?? t('redistribuicao.ninguem') },
];

/** The first clients that would change hands, folded away. */
function DeParaClientes({ plano }: { plano: Dados }) {
  return (
    <Box component="details" sx={{ mb: 3 }}>
      <Box component="summary" sx={{ cursor: 'pointer', fontWeight: 650, py: 1, fontSize: '1rem' }}>
        {t('redistribuicao.amostra')}
      </Box>
      {plano.mudam > plano.amostra.length && (
        <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
          {t('redistribuicao.amostraParte', { n: inteiro(plano.amostra.length), total: inteiro(plano.mudam) })}
        </Typography>
      )}
      <Tabela legenda={t('redistribuicao.amostra')} colunas={COLUNAS_AMOSTRA} linhas={plano.amostra} chave={(a) => a.cliente_id} />
    </Box>
  );
}
