import { CartaoGrafico } from '../../components/cartao-grafico';
import { Cifra, Cifras } from '../../components/cifras';
import type { Coluna } from '../../components/tabela';
import { useTabelas } from '../../components/usar-tabelas';
import { bytes, inteiro } from '../../lib/formatos';
import { nomesCurtos } from '../../lib/rotulos';
import type { PropsAba } from './aba';
import { useRelatorioBuscasQuery, useRelatorioExportacoesQuery, type Arquivos, type Buscas, type Exportacoes } from './api';
import { alturaDeitada, BARRAS_MAX, parteDe, tabelaNoTempo, type CifraNoTempo } from './desenho';
import { Exportar, Grade, Lido, Nada } from './grade';
import { momentos, unidadeDe } from './tempo';
import { t, tSeHouver } from './textos';

const NOMES = ['buscasNoTempo', 'buscasPorPessoa', 'exportacoesNoTempo', 'exportacoesPorPessoa', 'exportacoesPorOrigem', 'exportacoesPorFormato'] as const;

/** Who searches, and what leaves the system. */
export function Uso(props: PropsAba) {
  const buscas = useRelatorioBuscasQuery(props.filtros, { refetchOnMountOrArgChange: true });
  const exportacoes = useRelatorioExportacoesQuery(props.filtros, { refetchOnMountOrArgChange: true });
  return (
    <>
      {buscas.currentData !== undefined && exportacoes.currentData !== undefined && <Totais b={buscas.currentData} e={exportacoes.currentData} />}
      <Grade>
        <Lido consulta={buscas}>{(b) => <DasBuscas {...props} b={b} />}</Lido>
        <Lido consulta={exportacoes}>{(e) => <DasExportacoes {...props} e={e} />}</Lido>
      </Grade>
    </>
  );
}

function Totais({ b, e }: { b: Buscas; e: Exportacoes }) {
  const { falhas } = e.totais;
  return (
    <Cifras legenda={t('relatorios.numeros')}>
      <Cifra nome={t('relatorios.buscas')} valor={inteiro(b.totais.buscas)} detalhe={t('relatorios.buscasDetalhe', { n: b.totais.por_dia.toLocaleString('pt-BR') })} />
      <Cifra nome={t('relatorios.quemBuscou')} valor={inteiro(b.totais.usuarios)} />
      <Cifra nome={t('relatorios.exportacoes')} valor={inteiro(e.totais.exportacoes)} detalhe={falhas === 0 ? t('relatorios.semFalhas') : falhas === 1 ? t('relatorios.umaFalha') : t('relatorios.falhas', { n: inteiro(falhas) })} />
      <Cifra nome={t('relatorios.linhasExportadas')} valor={inteiro(e.totais.linhas)} detalhe={bytes(e.totais.bytes)} />
    </Cifras>
  );
}

function DasBuscas({ b, filtros, vendedor }: PropsAba & { b: Buscas }) {
  const estado = useTabelas(NOMES);
  const exportar = (titulo: string) => <Exportar relatorio="buscas" titulo={titulo} filtros={filtros} vendedor={vendedor} />;
  const pontos = b.totais.buscas === 0 ? [] : momentos<'buscas'>(b);
  const unidade = unidadeDe(b.dias);
  const titulo = t(`relatorios.buscasNoTempo.${unidade}`);
  const maiores = b.usuarios.slice(0, BARRAS_MAX);
  return (
    <>
      <CartaoGrafico
        {...estado('buscasNoTempo')}
        titulo={titulo}
        acoes={exportar(titulo)}
        vazio={<Nada />}
        emTempo
        categorias={pontos.map((p) => p.nome)}
        series={[{ nome: t('relatorios.buscas'), cor: 'var(--grafico-contatado)', valores: pontos.map((p) => p.buscas) }]}
        formatar={inteiro}
        {...tabelaNoTempo(pontos, unidade, CIFRAS_BUSCAS)}
      />
      <CartaoGrafico
        {...estado('buscasPorPessoa')}
        titulo={t('relatorios.buscasPorPessoa')}
        detalhe={parteDe(b.usuarios.length)}
        acoes={exportar(t('relatorios.buscasPorPessoa'))}
        vazio={<Nada />}
        deitado
        altura={alturaDeitada(maiores.length)}
        categorias={nomesCurtos(maiores.map(pessoa))}
        series={[{ nome: t('relatorios.buscas'), cor: 'var(--grafico-contatado)', valores: maiores.map((u) => u.buscas) }]}
        formatar={inteiro}
        colunas={COLUNAS_BUSCAS}
        linhas={b.usuarios}
        chave={(u) => `${u.usuario_id ?? ''}-${u.papel ?? ''}`}
      />
    </>
  );
}

function DasExportacoes({ e, filtros, vendedor }: PropsAba & { e: Exportacoes }) {
  const estado = useTabelas(NOMES);
  const exportar = (titulo: string) => <Exportar relatorio="exportacoes" titulo={titulo} filtros={filtros} vendedor={vendedor} />;
  const nada = e.totais.exportacoes === 0;
  const pontos = nada ? [] : momentos<'exportacoes' | 'linhas'>(e);
  const unidade = unidadeDe(e.dias);
  const titulo = t(`relatorios.exportacoesNoTempo.${unidade}`);
  const maiores = e.usuarios.slice(0, BARRAS_MAX);
  const serie = (linhas: readonly { exportacoes: number }[]) => [{ nome: t('relatorios.exportacoes'), cor: 'var(--grafico-interesse)', valores: linhas.map((l) => l.exportacoes) }];
  return (
    <>
      <CartaoGrafico
        {...estado('exportacoesNoTempo')}
        titulo={titulo}
        acoes={exportar(titulo)}
        vazio={<Nada />}
        emTempo
        categorias={pontos.map((p) => p.nome)}
        series={serie(pontos)}
        formatar={inteiro}
        {...tabelaNoTempo(pontos, unidade, CIFRAS_EXPORTACOES)}
      />
      <CartaoGrafico
        {...estado('exportacoesPorPessoa')}
        titulo={t('relatorios.exportacoesPorPessoa')}
        detalhe={parteDe(e.usuarios.length)}
        acoes={exportar(t('relatorios.exportacoesPorPessoa'))}
        vazio={<Nada />}
        deitado
        altura={alturaDeitada(maiores.length)}
        categorias={nomesCurtos(maiores.map(pessoa))}
        series={serie(maiores)}
        formatar={inteiro}
        colunas={COLUNAS_PESSOA}
        linhas={e.usuarios}
        chave={(u) => u.usuario_id ?? 0}
      />
      <CartaoGrafico
        {...estado('exportacoesPorOrigem')}
        titulo={t('relatorios.exportacoesPorOrigem')}
        acoes={exportar(t('relatorios.exportacoesPorOrigem'))}
        vazio={<Nada />}
        deitado
        altura={alturaDeitada(e.origens.length)}
        categorias={e.origens.map((o) => nomeDaOrigem(o.origem))}
        series={serie(e.origens)}
        formatar={inteiro}
        colunas={COLUNAS_ORIGEM}
        linhas={e.origens}
        chave={(o) => o.origem}
      />
      <CartaoGrafico
        {...estado('exportacoesPorFormato')}
        titulo={t('relatorios.exportacoesPorFormato')}
        acoes={exportar(t('relatorios.exportacoesPorFormato'))}
        vazio={<Nada />}
        deitado
        altura={alturaDeitada(e.formatos.length)}
        categorias={e.formatos.map((f) => nomeDoFormato(f.formato))}
        series={serie(e.formatos)}
        formatar={inteiro}
        colunas={COLUNAS_FORMATO}
        linhas={e.formatos}
        chave={(f) => f.formato}
      />
    </>
  );
}

function pessoa(u: { usuario_id: number | null; usuario: string | null }): string {
  return u.usuario ?? (u.usuario_id ? t('relatorios.usuarioN', { id: u.usuario_id }) : t('relatorios.sistema'));
}

function nomeDaOrigem(origem: string): string {
  return tSeHouver(`relatorios.origens.${origem}`) ?? origem;
}

function nomeDoFormato(formato: string): string {
  return tSeHouver(`relatorios.formatos.${formato}`) ?? formato;
}

const CIFRAS_BUSCAS: readonly CifraNoTempo<'buscas'>[] = [{ campo: 'buscas', titulo: t('relatorios.buscas'), formatar: inteiro }];
const CIFRAS_EXPORTACOES: readonly CifraNoTempo<'exportacoes' | 'linhas'>[] = [
  { campo: 'exportacoes', titulo: t('relatorios.exportacoes'), formatar: inteiro },
  { campo: 'linhas', titulo: t('relatorios.linhas'), formatar: inteiro },
];
const COLUNAS_BUSCAS: readonly Coluna<Buscas['usuarios'][number]>[] = [
  { id: 'pessoa', titulo: t('relatorios.pessoa'), principal: true, valor: pessoa },
  { id: 'papel', titulo: t('relatorios.papel'), valor: (u) => (u.papel === null ? t('comum.semValor') : (tSeHouver(`papeis.${u.papel}`) ?? u.papel)) },
  { id: 'buscas', titulo: t('relatorios.buscas'), numero: true, valor: (u) => inteiro(u.buscas) },
];
const COLUNAS_PESSOA = colunasDe<Exportacoes['usuarios'][number]>(t('relatorios.pessoa'), pessoa);
const COLUNAS_ORIGEM = colunasDe<Exportacoes['origens'][number]>(t('relatorios.origem'), (o) => nomeDaOrigem(o.origem));
const COLUNAS_FORMATO = colunasDe<Exportacoes['formatos'][number]>(t('relatorios.formato'), (f) => nomeDoFormato(f.formato));

function colunasDe<L extends Arquivos>(titulo: string, nome: (l: L) => string): readonly Coluna<L>[] {
  return [
    { id: 'nome', titulo, principal: true, valor: nome },
    { id: 'exportacoes', titulo: t('relatorios.exportacoes'), numero: true, valor: (l) => inteiro(l.exportacoes) },
    { id: 'linhas', titulo: t('relatorios.linhas'), numero: true, valor: (l) => inteiro(l.linhas) },
    { id: 'bytes', titulo: t('relatorios.tamanho'), numero: true, valor: (l) => bytes(l.bytes) },
  ];
}
