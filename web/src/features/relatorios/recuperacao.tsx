import type { ReactNode } from 'react';

import { CartaoGrafico } from '../../components/cartao-grafico';
import { Cifra, Cifras } from '../../components/cifras';
import type { Coluna } from '../../components/tabela';
import { useTabelas, type EstadoDoGrafico } from '../../components/usar-tabelas';
import { plural } from '../../i18n/textos';
import { inteiro, moeda, moedaCurta } from '../../lib/formatos';
import { moedaBreve, nomesCurtos } from '../../lib/rotulos';
import { useRelatorioRecuperadosQuery, type Recuperados, type VendedorRecuperados } from './api';
import type { PropsAba } from './aba';
import { alturaDeitada, BARRAS_MAX, CORES_DE_SERIES, parteDe, tabelaNoTempo, type CifraNoTempo } from './desenho';
import { Exportar, Grade, Inteira, Lido, Nada } from './grade';
import { momentos, nomesDoMes, unidadeDe } from './tempo';
import { t } from './textos';

const NOMES = ['valorPorVendedor', 'clientesPorVendedor', 'valorNoTempo', 'clientesNoTempo', 'porVendedorEMes'] as const;

/** Fewer months say nothing that the sellers' bars do not. */
const MESES_MIN = 3;

/** Who came back, with whom, for how much. */
export function Recuperacao({ filtros, vendedor }: PropsAba) {
  const consulta = useRelatorioRecuperadosQuery(filtros);
  return (
    <>
      {consulta.currentData !== undefined && <Totais r={consulta.currentData} />}
      <Grade>
        <Lido consulta={consulta} esqueletos={4}>
          {(r) => <Graficos r={r} filtros={filtros} vendedor={vendedor} />}
        </Lido>
      </Grade>
    </>
  );
}

function Totais({ r }: { r: Recuperados }) {
  const { clientes, valor, por_cliente } = r.totais;
  const [primeiro] = r.vendedores;
  return (
    <Cifras legenda={t('relatorios.numeros')}>
      <Cifra nome={t('relatorios.recuperados')} valor={inteiro(clientes)} detalhe={t('relatorios.recuperadosDetalhe')} />
      <Cifra nome={t('relatorios.valorRecuperado')} valor={moedaCurta(valor)} />
      <Cifra nome={t('relatorios.porCliente')} valor={moedaCurta(por_cliente)} detalhe={t('relatorios.porClienteDetalhe')} />
      <Cifra
        nome={t('relatorios.melhor')}
        valor={primeiro?.vendedor ?? t('relatorios.ninguem')}
        detalhe={primeiro && t('relatorios.melhorDetalhe', { valor: moedaCurta(primeiro.valor), n: plural(primeiro.clientes, t('relatorios.umCliente'), t('relatorios.clientes')) })}
      />
    </Cifras>
  );
}

function Graficos({ r, filtros, vendedor }: PropsAba & { r: Recuperados }) {
  const estado = useTabelas(NOMES);
  const exportar = (titulo: string) => <Exportar relatorio="recuperados" titulo={titulo} filtros={filtros} vendedor={vendedor} />;
  const porValor = r.vendedores.slice(0, BARRAS_MAX);
  const porClientes = [...r.vendedores].sort((a, b) => b.clientes - a.clientes).slice(0, BARRAS_MAX);
  const pontos = r.totais.clientes === 0 ? [] : momentos<'clientes' | 'valor'>(r);
  const unidade = unidadeDe(r.dias);
  const parte = parteDe(r.vendedores.length);
  const titulos = {
    valor: t(`relatorios.valorNoTempo.${unidade}`),
    clientes: t(`relatorios.clientesNoTempo.${unidade}`),
  };
  return (
    <>
      <CartaoGrafico
        {...estado('valorPorVendedor')}
        titulo={t('relatorios.valorPorVendedor')}
        detalhe={parte}
        acoes={exportar(t('relatorios.valorPorVendedor'))}
        vazio={<Nada />}
        deitado
        altura={alturaDeitada(porValor.length)}
        categorias={nomesCurtos(porValor.map((v) => v.vendedor))}
        series={[{ nome: t('relatorios.valorRecuperado'), cor: 'var(--grafico-recuperado)', valores: porValor.map((v) => v.valor) }]}
        formatar={moedaBreve}
        colunas={COLUNAS_VENDEDOR}
        linhas={r.vendedores}
        chave={(v) => v.vendedor_id}
      />
      <CartaoGrafico
        {...estado('clientesPorVendedor')}
        titulo={t('relatorios.clientesPorVendedor')}
        detalhe={parte}
        acoes={exportar(t('relatorios.clientesPorVendedor'))}
        vazio={<Nada />}
        deitado
        altura={alturaDeitada(porClientes.length)}
        categorias={nomesCurtos(porClientes.map((v) => v.vendedor))}
        series={[{ nome: t('relatorios.recuperados'), cor: 'var(--grafico-contatado)', valores: porClientes.map((v) => v.clientes) }]}
        formatar={inteiro}
        colunas={COLUNAS_VENDEDOR}
        linhas={[...r.vendedores].sort((a, b) => b.clientes - a.clientes)}
        chave={(v) => v.vendedor_id}
      />
      <CartaoGrafico
        {...estado('valorNoTempo')}
        titulo={titulos.valor}
        detalhe={t('relatorios.diaDaCompra')}
        acoes={exportar(titulos.valor)}
        vazio={<Nada />}
        emTempo
        categorias={pontos.map((p) => p.nome)}
        series={[{ nome: t('relatorios.valorRecuperado'), cor: 'var(--grafico-recuperado)', valores: pontos.map((p) => p.valor) }]}
        formatar={moedaBreve}
        {...tabelaNoTempo(pontos, unidade, CIFRAS)}
      />
      <CartaoGrafico
        {...estado('clientesNoTempo')}
        titulo={titulos.clientes}
        detalhe={t('relatorios.diaDaCompra')}
        acoes={exportar(titulos.clientes)}
        vazio={<Nada />}
        emTempo
        categorias={pontos.map((p) => p.nome)}
        series={[{ nome: t('relatorios.recuperados'), cor: 'var(--grafico-contatado)', valores: pontos.map((p) => p.clientes) }]}
        formatar={inteiro}
        {...tabelaNoTempo(pontos, unidade, CIFRAS)}
      />
      {r.meses.length >= MESES_MIN && r.vendedores.length > 1 && (
        <Inteira>
          <PorMes r={r} estado={estado('porVendedorEMes')} acoes={exportar(t('relatorios.porVendedorEMes'))} />
        </Inteira>
      )}
    </>
  );
}

/** Months, each a pile of the sellers who brought most; the table has them all. */
function PorMes({ r, estado, acoes }: { r: Recuperados; estado: EstadoDoGrafico; acoes: ReactNode }) {
  const valorEm = (v: Pick<VendedorRecuperados, 'meses'>, mes: string) => v.meses.find((m) => m.mes === mes)?.valor ?? 0;
  // As many as the server tells apart: `outros` are those after them.
  const juntos: Pick<VendedorRecuperados, 'vendedor' | 'meses'>[] = r.vendedores.slice(0, CORES_DE_SERIES.length - 1);
  if (r.outros.length > 0) juntos.push({ vendedor: t('relatorios.outros'), meses: r.outros });
  // Short as in the charts of all sellers.
  const nomes = nomesCurtos(r.vendedores.map((v) => v.vendedor));
  const colunas: readonly Coluna<VendedorRecuperados>[] = [
    { id: 'vendedor', titulo: t('relatorios.vendedor'), principal: true, valor: (v) => v.vendedor },
    ...r.meses.map(({ mes }): Coluna<VendedorRecuperados> => ({ id: mes, titulo: nomesDoMes(mes).nome, numero: true, valor: (v) => moeda(valorEm(v, mes)) })),
    { id: 'total', titulo: t('relatorios.total'), numero: true, valor: (v) => moeda(v.valor) },
  ];
  return (
    <CartaoGrafico
      {...estado}
      titulo={t('relatorios.porVendedorEMes')}
      acoes={acoes}
      vazio={<Nada />}
      altura={320}
      emTempo
      categorias={r.meses.map((m) => nomesDoMes(m.mes).nome)}
      series={juntos.map((v, i) => ({
        nome: i === CORES_DE_SERIES.length - 1 ? v.vendedor : (nomes[i] ?? v.vendedor),
        cor: i === CORES_DE_SERIES.length - 1 ? 'var(--grafico-neutro)' : (CORES_DE_SERIES[i] ?? 'var(--grafico-neutro)'),
        valores: r.meses.map((m) => valorEm(v, m.mes)),
        pilha: 'mes',
      }))}
      formatar={moedaBreve}
      colunas={colunas}
      linhas={r.vendedores}
      chave={(v) => v.vendedor_id}
    />
  );
}

const COLUNAS_VENDEDOR: readonly Coluna<VendedorRecuperados>[] = [
  { id: 'vendedor', titulo: t('relatorios.vendedor'), principal: true, valor: (v) => v.vendedor },
  { id: 'clientes', titulo: t('relatorios.cliente'), numero: true, valor: (v) => inteiro(v.clientes) },
  { id: 'valor', titulo: t('relatorios.valor'), numero: true, valor: (v) => moeda(v.valor) },
  { id: 'media', titulo: t('relatorios.porCliente'), numero: true, valor: (v) => moeda(v.por_cliente) },
];

const CIFRAS: readonly CifraNoTempo<'clientes' | 'valor'>[] = [
  { campo: 'clientes', titulo: t('relatorios.cliente'), formatar: inteiro },
  { campo: 'valor', titulo: t('relatorios.valor'), formatar: moeda },
];
