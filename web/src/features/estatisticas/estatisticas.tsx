import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as Rota } from 'wouter';

import { Depois } from '../../components/depois';
import { Falha } from '../../components/falha';
import { Numero, Numeros, NumerosCarregando } from '../../components/numero';
import { Pagina } from '../../components/pagina';
import { Presenca } from '../../components/presenca';
import type { Ordem } from '../../components/menu-ordem';
import { Tabela, type Coluna } from '../../components/tabela';
import { Vazio } from '../../components/vazio';
import { plural } from '../../i18n/textos';
import { estatisticasApi, useEstatisticasGeraisQuery, type EstatisticasGerais } from '../../lib/estatisticas';
import { useUsuario } from '../../lib/eu';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { data, inteiro, moeda, moedaCurta, porcento } from '../../lib/formatos';
import { periodosTotaisApi } from '../../lib/periodos';
import { store } from '../../lib/store';
import type { Vendedor } from '../../lib/vendedores';
import { Graficos } from './graficos';
import { t } from './textos';

export async function adiantar(): Promise<void> {
  await Promise.all([
    store.dispatch(estatisticasApi.endpoints.estatisticasGerais.initiate(undefined, { subscribe: false })),
    store.dispatch(periodosTotaisApi.endpoints.periodosTotais.initiate(undefined, { subscribe: false })),
  ]);
}

/** The numbers of the operation and of each seller. */
export function Estatisticas() {
  const consulta = useEstatisticasGeraisQuery();

  return (
    <Pagina
      titulo={t('estatisticas.titulo')}
      detalhe={consulta.data && <Typography color="textSecondary">{t('estatisticas.em', { data: data(consulta.data.hoje) })}</Typography>}
    >
      {consulta.error && consulta.data === undefined ? (
        <Falha erro={consulta.error} tentar={() => void consulta.refetch()} />
      ) : consulta.data === undefined ? (
        <NumerosCarregando quantos={8} />
      ) : (
        <Painel numeros={consulta.data} />
      )}
    </Pagina>
  );
}

function Painel({ numeros: n }: { numeros: EstatisticasGerais }) {
  const eu = useUsuario();
  return (
    <>
      <Numeros legenda={t('estatisticas.geral')}>
        <Numero nome={t('estatisticas.elegiveis')} valor={inteiro(n.por_situacao.elegivel)} detalhe={t('estatisticas.emRisco', { valor: moedaCurta(n.valor_elegivel) })} />
        <Numero nome={t('estatisticas.semVendedor')} valor={inteiro(n.elegiveis_sem_vendedor)} detalhe={t('estatisticas.semVendedorTexto')} />
        <Numero nome={t('estatisticas.contatados')} valor={inteiro(n.por_status.contatado)} detalhe={t('estatisticas.atribuidos', { n: inteiro(n.por_status.atribuido) })} />
        <Numero nome={t('estatisticas.recuperados')} valor={inteiro(n.recuperados)} detalhe={moedaCurta(n.valor_recuperado)} />
        <Numero nome={t('estatisticas.online')} valor={inteiro(n.vendedores_online)} detalhe={t('estatisticas.deVendedores', { n: inteiro(n.vendedores_total) })} />
        <Numero nome={t('estatisticas.clientes')} valor={inteiro(n.total_clientes)} detalhe={plural(n.inativados, t('estatisticas.desativado'), t('estatisticas.desativados'))} />
        <Numero nome={t('estatisticas.compramHoje')} valor={inteiro(n.por_situacao.ativo)} detalhe={t('estatisticas.compramTexto', { n: eu.janela.inicio })} />
        <Numero nome={t('estatisticas.inativos')} valor={inteiro(n.por_situacao.inativo)} detalhe={t('estatisticas.semCompra', { n: inteiro(n.por_situacao.sem_compra) })} />
      </Numeros>
      <Depois>
        <Graficos numeros={n} />
        <Depois>
          <Typography variant="h2" sx={{ mt: 3, mb: 1.5 }}>
            {t('estatisticas.porVendedor')}
          </Typography>
          {n.vendedores.length === 0 ? <Vazio titulo={t('estatisticas.vazio')} texto={t('estatisticas.vazioTexto')} /> : <Desempenho vendedores={n.vendedores} />}
        </Depois>
      </Depois>
    </>
  );
}

const COLUNAS: readonly Coluna<Vendedor>[] = [
  {
    id: 'nome',
    titulo: t('lista.vendedor'),
    principal: true,
    ordem: 'nome',
    valor: (v) => (
      <Box component="span" sx={{ display: 'inline-flex', gap: 1.5, flexWrap: 'wrap' }}>
        <Link component={Rota} href={`/carteira/${v.id}`} sx={{ fontWeight: 600 }}>
          {v.nome}
        </Link>
        <Presenca vendedor={v} />
      </Box>
    ),
  },
  { id: 'pendentes', titulo: t('estatisticas.aContatar'), numero: true, ordem: 'pendentes', valor: (v) => inteiro(v.a_contatar) },
  { id: 'valor', titulo: t('estatisticas.valorPendente'), numero: true, ordem: 'valor_pendente', valor: (v) => moeda(v.valor_pendente) },
  { id: 'contatados', titulo: t('estatisticas.contatados'), numero: true, ordem: 'contatados', valor: (v) => inteiro(v.contatados) },
  { id: 'taxa', titulo: t('estatisticas.taxa'), numero: true, ordem: 'taxa_contato', valor: (v) => porcento(v.taxa_contato) },
  { id: 'recuperados', titulo: t('estatisticas.recuperados'), numero: true, ordem: 'recuperados', valor: (v) => inteiro(v.recuperados) },
  { id: 'recuperado', titulo: t('estatisticas.valorRecuperado'), numero: true, ordem: 'valor_recuperado', valor: (v) => moeda(v.valor_recuperado) },
];

const CHAVES: Record<string, (v: Vendedor) => number | string> = {
  nome: (v) => v.nome,
  pendentes: (v) => v.a_contatar,
  valor_pendente: (v) => v.valor_pendente,
  contatados: (v) => v.contatados,
  taxa_contato: (v) => v.taxa_contato ?? -1,
  recuperados: (v) => v.recuperados,
  valor_recuperado: (v) => v.valor_recuperado,
};

/** The whole table; its order lives in the address. */
function Desempenho({ vendedores }: { vendedores: readonly Vendedor[] }) {
  const { ler, mudar } = useFiltrosUrl();
  const sort = ler('sort') ?? 'nome';
  const ordem: Ordem = { chave: sort.replace(/^-/, ''), desc: sort.startsWith('-') };
  const chave = CHAVES[ordem.chave] ?? ((v: Vendedor) => v.nome);
  const linhas = [...vendedores].sort((a, b) => comparar(chave(a), chave(b)) * (ordem.desc ? -1 : 1) || a.nome.localeCompare(b.nome, 'pt-BR'));
  return (
    <Tabela
      legenda={t('estatisticas.porVendedor')}
      colunas={COLUNAS}
      linhas={linhas}
      chave={(v) => v.id}
      ordem={ordem}
      aoOrdenar={(nova) => mudar({ sort: nova.chave === 'nome' && !nova.desc ? undefined : `${nova.desc ? '-' : ''}${nova.chave}` })}
    />
  );
}

function comparar(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'pt-BR');
}
