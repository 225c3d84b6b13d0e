import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';

import { CartaoGrafico } from '../../components/cartao-grafico';
import { Falha } from '../../components/falha';
import type { Coluna } from '../../components/tabela';
import { useTabelas } from '../../components/usar-tabelas';
import type { EstatisticasGerais } from '../../lib/estatisticas';
import { inteiro, moeda, porcento } from '../../lib/formatos';
import { usePeriodosTotaisQuery, type PeriodoTotal } from '../../lib/periodos';
import { moedaBreve, nomesCurtos } from '../../lib/rotulos';
import type { Vendedor } from '../../lib/vendedores';
import { t } from './textos';

/** More bars than this are unreadable; the table has all sellers. */
const BARRAS_MAX = 12;
const NOMES = ['periodos', 'periodosValor', 'funil', 'carga', 'valores', 'taxa'] as const;

interface Etapa {
  nome: string;
  n: number;
}

/** Charts, each with its table; which ones show the table lives in the address. */
export function Graficos({ numeros: n }: { numeros: EstatisticasGerais }) {
  const periodos = usePeriodosTotaisQuery();
  const estado = useTabelas(NOMES);

  const funil: Etapa[] = [
    { nome: t('estatisticas.etapas.elegiveis'), n: n.por_situacao.elegivel },
    { nome: t('estatisticas.etapas.atribuidos'), n: n.por_status.atribuido },
    { nome: t('estatisticas.etapas.contatados'), n: n.por_status.contatado },
    { nome: t('estatisticas.etapas.recuperados'), n: n.recuperados },
  ];
  const maiores = [...n.vendedores].sort((a, b) => carga(b) - carga(a)).slice(0, BARRAS_MAX);
  const nomes = nomesCurtos(maiores.map((v) => v.nome));
  const parte = n.vendedores.length > BARRAS_MAX ? t('estatisticas.maiores', { n: BARRAS_MAX, total: inteiro(n.vendedores.length) }) : undefined;
  const altura = Math.max(220, 64 + maiores.length * 30);
  const porPeriodo = periodos.data?.periodos ?? [];

  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))', xl: 'repeat(3, minmax(0, 1fr))' } }}>
      {periodos.error && periodos.data === undefined ? (
        <Falha erro={periodos.error} tentar={() => void periodos.refetch()} />
      ) : periodos.data === undefined ? (
        <>
          <Skeleton variant="rounded" height={340} />
          <Skeleton variant="rounded" height={340} />
        </>
      ) : (
        <>
          <CartaoGrafico
            {...estado('periodos')}
            titulo={t('estatisticas.porPeriodo')}
            detalhe={t('estatisticas.porPeriodoDetalhe')}
            categorias={porPeriodo.map((p) => p.titulo)}
            series={[{ nome: t('estatisticas.clientes'), cor: 'var(--grafico-contatado)', valores: porPeriodo.map((p) => p.total) }]}
            formatar={inteiro}
            colunas={COLUNAS_PERIODO}
            linhas={porPeriodo}
            chave={(p) => p.periodo}
          />
          <CartaoGrafico
            {...estado('periodosValor')}
            titulo={t('estatisticas.valorPorPeriodo')}
            detalhe={t('estatisticas.valorPorPeriodoDetalhe')}
            categorias={porPeriodo.map((p) => p.titulo)}
            series={[{ nome: 'R$', cor: 'var(--grafico-recuperado)', valores: porPeriodo.map((p) => p.valor) }]}
            formatar={moedaBreve}
            colunas={COLUNAS_PERIODO}
            linhas={porPeriodo}
            chave={(p) => p.periodo}
          />
        </>
      )}
      <CartaoGrafico
        {...estado('funil')}
        titulo={t('estatisticas.funil')}
        detalhe={t('estatisticas.funilDetalhe')}
        deitado
        categorias={funil.map((e) => e.nome)}
        series={[{ nome: t('estatisticas.clientes'), cor: 'var(--grafico-contatado)', valores: funil.map((e) => e.n) }]}
        formatar={inteiro}
        colunas={COLUNAS_FUNIL}
        linhas={funil}
        chave={(e) => e.nome}
      />
      {n.vendedores.length > 0 && (
        <>
          <CartaoGrafico
            {...estado('carga')}
            titulo={t('estatisticas.cargaPorVendedor')}
            detalhe={parte}
            deitado
            altura={altura}
            categorias={nomes}
            series={[
              { nome: t('estatisticas.aContatar'), cor: 'var(--grafico-pendente)', valores: maiores.map((v) => v.a_contatar), pilha: 'carteira' },
              { nome: t('estatisticas.contatados'), cor: 'var(--grafico-contatado)', valores: maiores.map((v) => v.contatados), pilha: 'carteira' },
            ]}
            formatar={inteiro}
            colunas={COLUNAS_CARGA}
            linhas={n.vendedores}
            chave={(v) => v.id}
          />
          <CartaoGrafico
            {...estado('valores')}
            titulo={t('estatisticas.valorPorVendedor')}
            detalhe={parte}
            deitado
            altura={altura + 30}
            categorias={nomes}
            series={[
              { nome: t('estatisticas.valorPendente'), cor: 'var(--grafico-pendente)', valores: maiores.map((v) => v.valor_pendente) },
              { nome: t('estatisticas.valorRecuperado'), cor: 'var(--grafico-recuperado)', valores: maiores.map((v) => v.valor_recuperado) },
            ]}
            formatar={moedaBreve}
            colunas={COLUNAS_VALOR}
            linhas={n.vendedores}
            chave={(v) => v.id}
          />
          <CartaoGrafico
            {...estado('taxa')}
            titulo={t('estatisticas.taxaPorVendedor')}
            detalhe={t('estatisticas.taxaDetalhe')}
            deitado
            altura={altura}
            categorias={nomes}
            series={[{ nome: t('estatisticas.taxa'), cor: 'var(--grafico-contatado)', valores: maiores.map((v) => v.taxa_contato ?? 0) }]}
            formatar={porcento}
            colunas={COLUNAS_TAXA}
            linhas={n.vendedores}
            chave={(v) => v.id}
          />
        </>
      )}
      {n.vendedores.length === 0 && <Typography color="textSecondary">{t('estatisticas.vazioTexto')}</Typography>}
    </Box>
  );
}

/** For the order of the bars alone. */
function carga(v: Vendedor): number {
  return v.a_contatar + v.contatados;
}

const VENDEDOR: Coluna<Vendedor> = { id: 'nome', titulo: t('lista.vendedor'), principal: true, valor: (v) => v.nome };
const COLUNAS_PERIODO: readonly Coluna<PeriodoTotal>[] = [
  { id: 'periodo', titulo: t('estatisticas.periodo'), principal: true, valor: (p) => p.titulo },
  { id: 'n', titulo: t('estatisticas.clientes'), numero: true, valor: (p) => inteiro(p.total) },
  { id: 'valor', titulo: t('estatisticas.valor'), numero: true, valor: (p) => moeda(p.valor) },
];
const COLUNAS_FUNIL: readonly Coluna<Etapa>[] = [
  { id: 'etapa', titulo: t('estatisticas.etapa'), principal: true, valor: (e) => e.nome },
  { id: 'n', titulo: t('estatisticas.clientes'), numero: true, valor: (e) => inteiro(e.n) },
];
const COLUNAS_CARGA: readonly Coluna<Vendedor>[] = [
  VENDEDOR,
  { id: 'a', titulo: t('estatisticas.aContatar'), numero: true, valor: (v) => inteiro(v.a_contatar) },
  { id: 'c', titulo: t('estatisticas.contatados'), numero: true, valor: (v) => inteiro(v.contatados) },
];
const COLUNAS_VALOR: readonly Coluna<Vendedor>[] = [
  VENDEDOR,
  { id: 'p', titulo: t('estatisticas.valorPendente'), numero: true, valor: (v) => moeda(v.valor_pendente) },
  { id: 'r', titulo: t('estatisticas.valorRecuperado'), numero: true, valor: (v) => moeda(v.valor_recuperado) },
];
const COLUNAS_TAXA: readonly Coluna<Vendedor>[] = [VENDEDOR, { id: 't', titulo: t('estatisticas.taxa'), numero: true, valor: (v) => porcento(v.taxa_contato) }];
