import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import type { ComponentType } from 'react';

import { CampoIntervalo, intervaloEmTexto, useIntervaloUrl } from '../../components/campo-intervalo';
import { Pagina } from '../../components/pagina';
import { Selecao } from '../../components/selecao';
import { useFiltroVendedor } from '../../components/usar-filtro-vendedor';
import { useUsuario } from '../../lib/eu';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { intervaloDe } from '../../lib/intervalo';
import { useEstado } from '../../lib/store';
import type { PropsAba } from './aba';
import { relatoriosApi } from './api';
import { Contatos } from './contatos';
import { Previsao } from './previsao';
import { Recuperacao } from './recuperacao';
import { t } from './textos';
import { Uso } from './uso';

const ABAS = ['recuperacao', 'contatos', 'previsao', 'uso'] as const;
type Aba = (typeof ABAS)[number];

/** The report of a tab whose answer names the seller. */
const PERGUNTAS = { recuperacao: 'relatorioRecuperados', contatos: 'relatorioFunil', previsao: 'relatorioPrevisao', uso: 'relatorioBuscas' } as const;

const PAINEIS: Record<Aba, ComponentType<PropsAba>> = { recuperacao: Recuperacao, contatos: Contatos, previsao: Previsao, uso: Uso };

/** What was won back, said, expected and done: charts, each with its table and its file. */
export function Relatorios() {
  const eu = useUsuario();
  const { ler, lerNumero, mudar } = useFiltrosUrl();
  const aba = ABAS.find((a) => a === ler('aba')) ?? 'recuperacao';
  const intervalo = useIntervaloUrl(eu.hoje, '30d');
  const dias = intervalo.intervalo ?? intervaloDe('30d', eu.hoje);
  const vendedor = lerNumero('vendedor');
  const filtros = { ...dias, vendedor_id: vendedor };
  const respondido = useEstado((e) => relatoriosApi.endpoints[PERGUNTAS[aba]].select(filtros)(e).data?.vendedor);
  const { nome, ...doFiltro } = useFiltroVendedor(vendedor, respondido);
  const Painel = PAINEIS[aba];

  return (
    <Pagina titulo={t('relatorios.titulo')} detalhe={<Typography color="textSecondary">{aba === 'previsao' ? t('relatorios.proximosDias') : intervaloEmTexto(dias)}</Typography>}>
      <Box role="search" aria-label={t('relatorios.filtros')} sx={{ display: { xs: 'grid', sm: 'flex' }, gridTemplateColumns: 'minmax(0, 1.15fr) minmax(0, 1fr)', flexWrap: 'wrap', gap: 1.5, mb: 2, alignItems: 'flex-start', '@media (max-width:599.95px)': { '& > *': { minWidth: '0 !important' } } }}>
        {/* Of the forecast the days are those of the comparison, which is made with all clients. */}
        {aba !== 'previsao' ? (
          <CampoIntervalo estado={intervalo} hoje={eu.hoje} />
        ) : (
          vendedor === undefined && <CampoIntervalo estado={intervalo} hoje={eu.hoje} rotulo={t('relatorios.periodoDaComparacao')} />
        )}
        <Selecao
          rotulo={t('relatorios.vendedor')}
          todos={t('relatorios.todos')}
          valor={vendedor?.toString()}
          {...doFiltro}
          aoMudar={(valor) => mudar({ vendedor: valor })}
        />
      </Box>
      <Tabs value={aba} onChange={(_, nova: Aba) => mudar({ aba: nova === 'recuperacao' ? undefined : nova })} variant="scrollable" scrollButtons="auto" allowScrollButtonsMobile aria-label={t('relatorios.abasRotulo')} sx={{ borderBottom: 1, borderColor: 'divider', mb: 2 }}>
        {ABAS.map((a) => (
          <Tab key={a} value={a} id={`aba-${a}`} aria-controls={a === aba ? `painel-${a}` : undefined} label={t(`relatorios.abas.${a}`)} />
        ))}
      </Tabs>
      <Box role="tabpanel" id={`painel-${aba}`} aria-labelledby={`aba-${aba}`}>
        <Painel filtros={filtros} vendedor={nome} />
      </Box>
    </Pagina>
  );
}
