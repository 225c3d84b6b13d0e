import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';

import { CartaoGrafico } from '../../components/cartao-grafico';
import { Cifra, Cifras } from '../../components/cifras';
import { Periodo } from '../../components/periodo';
import type { Coluna } from '../../components/tabela';
import { useTabelas } from '../../components/usar-tabelas';
import { plural } from '../../i18n/textos';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { data, inteiro, moeda, moedaCurta } from '../../lib/formatos';
import { moedaBreve } from '../../lib/rotulos';
import type { PropsAba } from './aba';
import { useRelatorioPrevisaoQuery, type Acompanhado, type Limite, type Previsao as Dados } from './api';
import { Exportar, Grade, Inteira, Lido, Nada } from './grade';
import { t } from './textos';

const NOMES = ['risco', 'cruzam', 'acompanhamentoValor', 'acompanhamentoClientes'] as const;
const ANTECEDENCIAS = ['1', '7', '14'] as const;

/** One colour for each limit, from the first to the last. */
const CORES = ['var(--grafico-pendente)', 'var(--grafico-alerta)', 'var(--grafico-recusa)', 'var(--grafico-perdido)'];

/** Who crosses 30, 45, 60, 90 days in the next two weeks, the R$ at risk, and how right the forecast was. */
export function Previsao({ filtros, vendedor }: PropsAba) {
  const consulta = useRelatorioPrevisaoQuery(filtros);
  return (
    <>
      <Typography color="textSecondary" sx={{ mb: 2 }}>
        {vendedor !== undefined && `${t('relatorios.previsaoDoVendedor', { nome: vendedor })} `}
        {t('relatorios.previsaoTexto')}
      </Typography>
      {consulta.currentData !== undefined && <Totais p={consulta.currentData} />}
      <Grade>
        <Lido consulta={consulta} esqueletos={4}>
          {(p) => (
            <>
              <Proximos p={p} filtros={filtros} vendedor={vendedor} />
              <Acompanhamento p={p} filtros={filtros} />
            </>
          )}
        </Lido>
      </Grade>
    </>
  );
}

function Totais({ p }: { p: Dados }) {
  return (
    <Cifras legenda={t('relatorios.limites')}>
      {p.limites.map((l) => (
        <Cifra
          key={l.limite}
          nome={t('relatorios.limiteN', { n: l.limite })}
          valor={moedaCurta(l.valor)}
          detalhe={
            <>
              {plural(l.clientes, t('relatorios.umCliente'), t('relatorios.clientes'))} <Periodo periodo={l.periodo} />
            </>
          }
        />
      ))}
    </Cifras>
  );
}

/** A day to come, with a figure for each limit. */
type Dia = Dados['dias'][number] & { limites: Limite[] };

function Proximos({ p, filtros, vendedor }: PropsAba & { p: Dados }) {
  const estado = useTabelas(NOMES);
  const exportar = (titulo: string) => <Exportar relatorio="previsao" titulo={titulo} filtros={filtros} vendedor={vendedor} futuro />;
  const dias = p.dias.map((d): Dia => ({ ...d, limites: p.linhas.filter((l) => l.dia === d.dia) }));
  const colunas = (formatar: (l: Limite | undefined) => string, total: (dia: Dia) => string): readonly Coluna<Dia>[] => [
    { id: 'dia', titulo: t('relatorios.dia'), principal: true, valor: (d) => data(d.dia) },
    ...p.limites.map((l): Coluna<Dia> => ({ id: String(l.limite), titulo: t('relatorios.limiteN', { n: l.limite }), numero: true, valor: (d) => formatar(d.limites.find((x) => x.limite === l.limite)) })),
    { id: 'total', titulo: t('relatorios.total'), numero: true, valor: total },
  ];
  const serie = (valor: (l: Limite | undefined) => number) =>
    p.limites.map((l, i) => ({ nome: t('relatorios.limiteN', { n: l.limite }), cor: CORES[i] ?? 'var(--grafico-neutro)', valores: dias.map((d) => valor(d.limites.find((x) => x.limite === l.limite))), pilha: 'dia' }));
  const comum = { categorias: dias.map((d) => data(d.dia).slice(0, 5)), linhas: p.totais.clientes === 0 ? [] : dias, chave: (d: Dia) => d.dia, altura: 320, emTempo: true, vazio: <Nada /> };
  return (
    <>
      <CartaoGrafico
        {...estado('risco')}
        {...comum}
        titulo={t('relatorios.riscoPorDia')}
        detalhe={t('relatorios.riscoPorDiaDetalhe')}
        acoes={exportar(t('relatorios.riscoPorDia'))}
        series={serie((l) => l?.valor ?? 0)}
        formatar={moedaBreve}
        colunas={colunas((l) => moeda(l?.valor ?? 0), (d) => moeda(d.valor))}
      />
      <CartaoGrafico
        {...estado('cruzam')}
        {...comum}
        titulo={t('relatorios.cruzamPorDia')}
        detalhe={t('relatorios.riscoPorDiaDetalhe')}
        acoes={exportar(t('relatorios.cruzamPorDia'))}
        series={serie((l) => l?.clientes ?? 0)}
        formatar={inteiro}
        colunas={colunas((l) => inteiro(l?.clientes ?? 0), (d) => inteiro(d.clientes))}
      />
    </>
  );
}

function Acompanhamento({ p, filtros }: Pick<PropsAba, 'filtros'> & { p: Dados }) {
  const estado = useTabelas(NOMES);
  const { ler, mudar } = useFiltrosUrl();
  const antecedencia = ANTECEDENCIAS.find((a) => a === ler('antecedencia')) ?? '1';
  if (filtros.vendedor_id !== undefined) {
    return (
      <Inteira>
        <Alert severity="info">{t('relatorios.acompanhamentoTodos')}</Alert>
      </Inteira>
    );
  }
  const dias = p.acompanhamento.filter((a) => String(a.antecedencia) === antecedencia);
  const comum = {
    detalhe: t('relatorios.acompanhamentoDetalhe', { n: t(`relatorios.antecedenciaDias.${antecedencia}`) }),
    categorias: dias.map((d) => data(d.dia).slice(0, 5)),
    linhas: [...dias].reverse(),
    chave: (d: Acompanhado) => d.dia,
    emTempo: true,
    vazio: <Nada titulo={t('relatorios.acompanhamentoNada')} texto={t('relatorios.acompanhamentoNadaTexto')} />,
    alturaTabela: dias.length > 10 ? 420 : undefined,
  };
  const exportar = (titulo: string) => <Exportar relatorio="previsao_acompanhamento" titulo={titulo} filtros={filtros} />;
  return (
    <>
      <Inteira>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center', mt: 2 }}>
          <Typography variant="h2" component="h2">
            {t('relatorios.acompanhamento')}
          </Typography>
          <ToggleButtonGroup exclusive size="small" value={antecedencia} aria-label={t('relatorios.antecedencia')} onChange={(_, nova: string | null) => nova && mudar({ antecedencia: nova === '1' ? undefined : nova })} sx={{ ml: 'auto' }}>
            {ANTECEDENCIAS.map((a) => (
              <ToggleButton key={a} value={a}>
                {t(`relatorios.antecedenciaDias.${a}`)}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
        </Box>
      </Inteira>
      <CartaoGrafico
        {...estado('acompanhamentoValor')}
        {...comum}
        titulo={t('relatorios.acompanhamentoValor')}
        acoes={exportar(t('relatorios.acompanhamentoValor'))}
        series={[
          { nome: t('relatorios.previsto'), cor: 'var(--grafico-neutro)', valores: dias.map((d) => d.valor_previsto) },
          { nome: t('relatorios.aconteceu'), cor: 'var(--grafico-alerta)', valores: dias.map((d) => d.valor) },
        ]}
        formatar={moedaBreve}
        colunas={COLUNAS_VALOR}
      />
      <CartaoGrafico
        {...estado('acompanhamentoClientes')}
        {...comum}
        titulo={t('relatorios.acompanhamentoClientes')}
        acoes={exportar(t('relatorios.acompanhamentoClientes'))}
        series={[
          { nome: t('relatorios.previsto'), cor: 'var(--grafico-neutro)', valores: dias.map((d) => d.clientes_previstos) },
          { nome: t('relatorios.aconteceu'), cor: 'var(--grafico-alerta)', valores: dias.map((d) => d.clientes) },
        ]}
        formatar={inteiro}
        colunas={COLUNAS_CLIENTES}
      />
    </>
  );
}

const COLUNAS_VALOR: readonly Coluna<Acompanhado>[] = [
  { id: 'dia', titulo: t('relatorios.dia'), principal: true, valor: (d) => data(d.dia) },
  { id: 'previsto', titulo: t('relatorios.previsto'), numero: true, valor: (d) => moeda(d.valor_previsto) },
  { id: 'aconteceu', titulo: t('relatorios.aconteceu'), numero: true, valor: (d) => moeda(d.valor) },
];
const COLUNAS_CLIENTES: readonly Coluna<Acompanhado>[] = [
  { id: 'dia', titulo: t('relatorios.dia'), principal: true, valor: (d) => data(d.dia) },
  { id: 'previsto', titulo: t('relatorios.previsto'), numero: true, valor: (d) => inteiro(d.clientes_previstos) },
  { id: 'aconteceu', titulo: t('relatorios.aconteceu'), numero: true, valor: (d) => inteiro(d.clientes) },
];
