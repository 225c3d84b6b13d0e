import { CartaoGrafico } from '../../components/cartao-grafico';
import { Cifra, Cifras } from '../../components/cifras';
import type { Coluna } from '../../components/tabela';
import { useTabelas } from '../../components/usar-tabelas';
import { inteiro, moeda, moedaCurta, porcento } from '../../lib/formatos';
import { nomesCurtos } from '../../lib/rotulos';
import type { PropsAba } from './aba';
import { RESULTADOS, useRelatorioDesfechosQuery, useRelatorioFunilQuery, type Desfechos, type Etapa, type Funil, type Resultado, type VendedorDesfechos, type VendedorFunil } from './api';
import { alturaDeitada, BARRAS_MAX, parteDe, tabelaNoTempo, type CifraNoTempo } from './desenho';
import { Exportar, Grade, Inteira, Lido, Nada } from './grade';
import { momentos, unidadeDe } from './tempo';
import { t, tSeHouver } from './textos';

const NOMES = ['funil', 'funilPorVendedor', 'desfechos', 'desfechosPorVendedor', 'contatosNoTempo'] as const;

const CORES: Record<Resultado, string> = {
  interessado: 'var(--grafico-interesse)',
  contatado: 'var(--grafico-contatado)',
  sem_resposta: 'var(--grafico-neutro)',
  recusou: 'var(--grafico-recusa)',
  numero_errado: 'var(--grafico-perdido)',
  recuperado: 'var(--grafico-recuperado)',
};

/** What came out of the contacts, and how far clients came on the way. */
export function Contatos(props: PropsAba) {
  const desfechos = useRelatorioDesfechosQuery(props.filtros);
  const funil = useRelatorioFunilQuery(props.filtros);
  return (
    <>
      {desfechos.currentData !== undefined && funil.currentData !== undefined && <Totais d={desfechos.currentData} f={funil.currentData} />}
      <Grade>
        <Lido consulta={funil}>{(f) => <DoFunil {...props} f={f} />}</Lido>
        <Lido consulta={desfechos}>{(d) => <DosDesfechos {...props} d={d} />}</Lido>
      </Grade>
    </>
  );
}

function Totais({ d, f }: { d: Desfechos; f: Funil }) {
  const { recebidos, contatados, recuperados, sem_contato, valor } = f.totais;
  const taxa = (etapa: Etapa['etapa']) => (recebidos === 0 ? t('comum.semValor') : porcento(f.etapas.find((e) => e.etapa === etapa)?.taxa));
  const de = (n: number) => t('relatorios.taxaContatoDetalhe', { n: inteiro(n), total: inteiro(recebidos) });
  return (
    <Cifras legenda={t('relatorios.numeros')}>
      <Cifra nome={t('relatorios.contatos')} valor={inteiro(d.totais.contatos)} detalhe={t('relatorios.contatosDetalhe', { n: d.totais.por_dia.toLocaleString('pt-BR') })} />
      <Cifra nome={t('relatorios.taxaContato')} valor={taxa('contatados')} detalhe={de(contatados)} />
      <Cifra nome={t('relatorios.taxaRecuperacao')} valor={taxa('recuperados')} detalhe={`${de(recuperados)} · ${moedaCurta(valor)}`} />
      <Cifra nome={t('relatorios.semContato')} valor={inteiro(sem_contato)} detalhe={t('relatorios.semContatoDetalhe')} />
    </Cifras>
  );
}

function DoFunil({ f, filtros, vendedor }: PropsAba & { f: Funil }) {
  const estado = useTabelas(NOMES);
  const exportar = (titulo: string) => <Exportar relatorio="funil" titulo={titulo} filtros={filtros} vendedor={vendedor} />;
  const maiores = f.vendedores.slice(0, BARRAS_MAX);
  const altura = alturaDeitada(maiores.length * 1.3, true);
  return (
    <>
      <CartaoGrafico
        {...estado('funil')}
        titulo={t('relatorios.funil')}
        detalhe={t('relatorios.funilDetalhe')}
        acoes={exportar(t('relatorios.funil'))}
        vazio={<Nada />}
        deitado
        altura={altura}
        categorias={f.etapas.map((e) => t(`relatorios.etapas.${e.etapa}`))}
        series={[{ nome: t('relatorios.atribuicoes'), cor: 'var(--grafico-contatado)', valores: f.etapas.map((e) => e.atribuicoes) }]}
        formatar={inteiro}
        colunas={COLUNAS_ETAPA}
        linhas={f.totais.recebidos === 0 ? [] : f.etapas}
        chave={(e) => e.etapa}
      />
      <CartaoGrafico
        {...estado('funilPorVendedor')}
        titulo={t('relatorios.funilPorVendedor')}
        detalhe={parteDe(f.vendedores.length)}
        acoes={exportar(t('relatorios.funilPorVendedor'))}
        vazio={<Nada />}
        deitado
        altura={altura}
        categorias={nomesCurtos(maiores.map((v) => v.vendedor))}
        series={[
          { nome: t('relatorios.etapas.recebidos'), cor: 'var(--grafico-neutro)', valores: maiores.map((v) => v.recebidos) },
          { nome: t('relatorios.etapas.contatados'), cor: 'var(--grafico-contatado)', valores: maiores.map((v) => v.contatados) },
          { nome: t('relatorios.etapas.recuperados'), cor: 'var(--grafico-recuperado)', valores: maiores.map((v) => v.recuperados) },
        ]}
        formatar={inteiro}
        colunas={COLUNAS_FUNIL}
        linhas={f.vendedores}
        chave={(v) => v.vendedor_id}
      />
    </>
  );
}

function DosDesfechos({ d, filtros, vendedor }: PropsAba & { d: Desfechos }) {
  const estado = useTabelas(NOMES);
  const exportar = (titulo: string) => <Exportar relatorio="desfechos" titulo={titulo} filtros={filtros} vendedor={vendedor} />;
  const maiores = d.vendedores.slice(0, BARRAS_MAX);
  const nada = d.totais.contatos === 0;
  // Those who came back stand on the others: together they are the contacts.
  const pontos = nada ? [] : momentos<'contatos' | 'recuperados' | 'demais'>(d);
  const unidade = unidadeDe(d.dias);
  const titulo = t(`relatorios.contatosNoTempo.${unidade}`);
  return (
    <>
      <CartaoGrafico
        {...estado('desfechos')}
        titulo={t('relatorios.desfechos')}
        detalhe={t('relatorios.desfechosDetalhe')}
        acoes={exportar(t('relatorios.desfechos'))}
        vazio={<Nada />}
        deitado
        altura={alturaDeitada(maiores.length, true)}
        categorias={d.resultados.map((r) => nomeDoResultado(r.resultado))}
        series={[{ nome: t('relatorios.contatos'), cor: 'var(--grafico-contatado)', valores: d.resultados.map((r) => r.contatos) }]}
        formatar={inteiro}
        colunas={COLUNAS_RESULTADO}
        linhas={nada ? [] : d.resultados}
        chave={(r) => r.resultado}
      />
      <CartaoGrafico
        {...estado('desfechosPorVendedor')}
        titulo={t('relatorios.desfechosPorVendedor')}
        detalhe={parteDe(d.vendedores.length)}
        acoes={exportar(t('relatorios.desfechosPorVendedor'))}
        vazio={<Nada />}
        deitado
        altura={alturaDeitada(maiores.length, true)}
        categorias={nomesCurtos(maiores.map((v) => v.vendedor))}
        series={RESULTADOS.map((r) => ({ nome: nomeDoResultado(r), cor: CORES[r], valores: maiores.map((v) => v[r]), pilha: 'contatos' }))}
        formatar={inteiro}
        colunas={COLUNAS_DESFECHOS}
        linhas={d.vendedores}
        chave={(v) => v.vendedor_id}
      />
      <Inteira>
        <CartaoGrafico
          {...estado('contatosNoTempo')}
          titulo={titulo}
          detalhe={t('relatorios.contatosNoTempoDetalhe')}
          acoes={exportar(titulo)}
          vazio={<Nada />}
          emTempo
          categorias={pontos.map((p) => p.nome)}
          series={[
            { nome: t('relatorios.voltaram'), cor: 'var(--grafico-recuperado)', valores: pontos.map((p) => p.recuperados), pilha: 'contatos' },
            { nome: t('relatorios.demais'), cor: 'var(--grafico-contatado)', valores: pontos.map((p) => p.demais), pilha: 'contatos' },
          ]}
          formatar={inteiro}
          {...tabelaNoTempo(pontos, unidade, CIFRAS)}
        />
      </Inteira>
    </>
  );
}

function nomeDoResultado(resultado: string): string {
  return tSeHouver(`relatorios.resultados.${resultado}`) ?? resultado;
}

const CIFRAS: readonly CifraNoTempo<'contatos' | 'recuperados'>[] = [
  { campo: 'contatos', titulo: t('relatorios.contatos'), formatar: inteiro },
  { campo: 'recuperados', titulo: t('relatorios.voltaram'), formatar: inteiro },
];
const COLUNAS_ETAPA: readonly Coluna<Etapa>[] = [
  { id: 'etapa', titulo: t('relatorios.etapa'), principal: true, valor: (e) => t(`relatorios.etapas.${e.etapa}`) },
  { id: 'n', titulo: t('relatorios.atribuicoes'), numero: true, valor: (e) => inteiro(e.atribuicoes) },
  { id: 'taxa', titulo: t('relatorios.porcento'), numero: true, valor: (e) => porcento(e.taxa) },
];
const COLUNAS_FUNIL: readonly Coluna<VendedorFunil>[] = [
  { id: 'vendedor', titulo: t('relatorios.vendedor'), principal: true, valor: (v) => v.vendedor },
  { id: 'recebidos', titulo: t('relatorios.etapas.recebidos'), numero: true, valor: (v) => inteiro(v.recebidos) },
  { id: 'contatados', titulo: t('relatorios.etapas.contatados'), numero: true, valor: (v) => `${inteiro(v.contatados)} (${porcento(v.taxa_contato)})` },
  { id: 'responderam', titulo: t('relatorios.etapas.responderam'), numero: true, valor: (v) => inteiro(v.responderam) },
  { id: 'recuperados', titulo: t('relatorios.etapas.recuperados'), numero: true, valor: (v) => `${inteiro(v.recuperados)} (${porcento(v.taxa_recuperacao)})` },
  { id: 'sem_contato', titulo: t('relatorios.semContato'), numero: true, valor: (v) => inteiro(v.sem_contato) },
  { id: 'valor', titulo: t('relatorios.valorRecuperado'), numero: true, valor: (v) => moeda(v.valor) },
];
const COLUNAS_RESULTADO: readonly Coluna<Desfechos['resultados'][number]>[] = [
  { id: 'resultado', titulo: t('relatorios.resultado'), principal: true, valor: (r) => nomeDoResultado(r.resultado) },
  { id: 'contatos', titulo: t('relatorios.contatos'), numero: true, valor: (r) => inteiro(r.contatos) },
  { id: 'valor', titulo: t('relatorios.valorRecuperado'), numero: true, valor: (r) => moeda(r.valor) },
];
const COLUNAS_DESFECHOS: readonly Coluna<VendedorDesfechos>[] = [
  { id: 'vendedor', titulo: t('relatorios.vendedor'), principal: true, valor: (v) => v.vendedor },
  { id: 'contatos', titulo: t('relatorios.contatos'), numero: true, valor: (v) => inteiro(v.contatos) },
  ...RESULTADOS.map((r): Coluna<VendedorDesfechos> => ({ id: r, titulo: nomeDoResultado(r), numero: true, valor: (v) => inteiro(v[r]) })),
  { id: 'valor', titulo: t('relatorios.valorRecuperado'), numero: true, valor: (v) => moeda(v.valor) },
];
