import Box from '@mui/material/Box';
import Card from '@mui/material/Card';
import CardActionArea from '@mui/material/CardActionArea';
import Typography from '@mui/material/Typography';

import { BotaoExportar } from '../../components/botao-exportar';
import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { ListaClientes } from '../../components/lista-clientes';
import { Pagina } from '../../components/pagina';
import { PaginaVazia } from '../../components/pagina-vazia';
import { Paginacao } from '../../components/paginacao';
import { Periodo as Selo } from '../../components/periodo';
import { Selecao } from '../../components/selecao';
import { useFiltroVendedor } from '../../components/usar-filtro-vendedor';
import { Vazio } from '../../components/vazio';
import { plural } from '../../i18n/textos';
import { t } from '../../i18n/clientes';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { moedaCurta } from '../../lib/formatos';
import { useClientesPorPeriodoQuery, type NomePeriodo, type Periodo } from './api';

const POR_PAGINA = 50;
const NOMES: readonly NomePeriodo[] = ['30-45', '45-60', '60-90', '>90'];

/** Clients by days without buying: four totals, and the clients of one of them. */
export function Periodos() {
  const { ler, lerNumero, mudar } = useFiltrosUrl();
  const escolhido = NOMES.find((n) => n === ler('periodo')) ?? '30-45';
  const vendedor = lerNumero('vendedor');
  const page = lerNumero('page') ?? 1;

  const totais = useClientesPorPeriodoQuery({ vendedor_id: vendedor, size: 1 });
  const lista = useClientesPorPeriodoQuery({ periodo: escolhido, vendedor_id: vendedor, page, size: POR_PAGINA });
  const { nome: dono, ...doFiltro } = useFiltroVendedor(vendedor, lista.currentData?.vendedor ?? totais.currentData?.vendedor);
  const daLista = lista.currentData?.periodos.find((p) => p.periodo === escolhido);
  const tentar = () => [totais, lista].filter((c) => c.error !== undefined).forEach((c) => void c.refetch());

  return (
    <Pagina
      titulo={t('periodosTela.titulo')}
      acoes={
        <>
          <BotaoExportar
            origem="periodo"
            filtros={{ periodo: escolhido, vendedor_id: vendedor }}
            total={daLista?.total}
            resumo={[daLista?.titulo ?? escolhido, ...(dono === undefined ? [] : [`${t('lista.vendedor')}: ${dono}`])]}
          />
          <Selecao
            rotulo={t('lista.vendedor')}
            todos={t('lista.todos')}
            valor={vendedor?.toString()}
            {...doFiltro}
            aoMudar={(valor) => mudar({ vendedor: valor })}
          />
        </>
      }
    >
      {totais.error ? (
        <Falha erro={totais.error} tentar={tentar} />
      ) : totais.data === undefined ? (
        <Carregando forma="cartoes" quantos={4} />
      ) : (
        <Faixas periodos={totais.data.periodos} escolhido={escolhido} aoEscolher={(periodo) => mudar({ periodo })} />
      )}
      {/* One failure of both is said once. */}
      {(totais.error === undefined || lista.error === undefined) && <Clientes periodo={daLista} erro={lista.error} tentar={tentar} aoPaginar={(nova) => mudar({ page: nova })} />}
    </Pagina>
  );
}

function Faixas({ periodos, escolhido, aoEscolher }: { periodos: readonly Periodo[]; escolhido: NomePeriodo; aoEscolher: (p: NomePeriodo) => void }) {
  return (
    <Box
      role="group"
      aria-label={t('periodosTela.faixas')}
      sx={{ display: 'grid', gap: { xs: 1.5, sm: 2 }, mb: 3, gridTemplateColumns: { xs: 'repeat(2, minmax(0, 1fr))', md: 'repeat(4, minmax(0, 1fr))' } }}
    >
      {periodos.map((p) => (
        <Card key={p.periodo} sx={{ borderColor: p.periodo === escolhido ? 'primary.main' : undefined, borderWidth: p.periodo === escolhido ? 2 : 1 }}>
          <CardActionArea onClick={() => aoEscolher(p.periodo)} aria-pressed={p.periodo === escolhido} sx={{ p: { xs: 1.5, sm: 2 }, height: '100%' }}>
            <Selo periodo={p.periodo} />
            <Typography component="span" variant="body2" color="textSecondary" sx={{ display: 'block', mt: 1 }}>
              {p.titulo}
            </Typography>
            <Typography component="span" sx={{ display: 'block', fontSize: { xs: '1.0625rem', sm: '1.5rem' }, fontWeight: 700, whiteSpace: { sm: 'nowrap' } }}>
              {plural(p.total, t('periodosTela.cliente'), t('periodosTela.clientes'))}
            </Typography>
            <Typography component="span" variant="body2" color="textSecondary">
              {moedaCurta(p.valor)}
            </Typography>
          </CardActionArea>
        </Card>
      ))}
    </Box>
  );
}

interface ClientesProps {
  periodo: Periodo | undefined;
  erro: unknown;
  tentar: () => void;
  aoPaginar: (page: number) => void;
}

function Clientes({ periodo, erro, tentar, aoPaginar }: ClientesProps) {
  if (erro) return <Falha erro={erro} tentar={tentar} />;
  if (periodo === undefined) return <Carregando />;
  if (periodo.total === 0) return <Vazio titulo={t('periodosTela.vazio')} texto={t('periodosTela.vazioTexto')} />;

  if (periodo.clientes.length === 0) return <PaginaVazia aoVoltar={() => aoPaginar(1)} />;

  return (
    <>
      <ListaClientes legenda={t('periodosTela.legenda', { periodo: periodo.titulo })} clientes={periodo.clientes} />
      <Paginacao page={periodo.page} pages={periodo.pages} aoMudar={aoPaginar} />
    </>
  );
}
