import { mdiChartBar, mdiTable } from '@mdi/js';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { lazy, Suspense, useId } from 'react';

import { Icone } from '../../components/icone';
import { Tabela, type Coluna } from '../../components/tabela';
import type { Serie } from './grafico-barras';
import { t } from './textos';

const GraficoBarras = lazy(() => import('./grafico-barras'));

interface Props<L> {
  nome: string;
  titulo: string;
  /** What the numbers are, under the title. */
  detalhe?: string;
  emTabela: boolean;
  aoMudar: (emTabela: boolean) => void;
  categorias: readonly string[];
  series: readonly Serie[];
  formatar: (n: number) => string;
  deitado?: boolean;
  altura?: number;
  colunas: readonly Coluna<L>[];
  linhas: readonly L[];
  chave: (linha: L) => string | number;
}

/** A chart and the table of the same numbers; one of the two shows, readers always have the table's button. */
export function CartaoGrafico<L>({ nome, titulo, detalhe, emTabela, aoMudar, colunas, linhas, chave, altura = 260, ...grafico }: Props<L>) {
  const id = useId();
  return (
    <Paper component="section" variant="outlined" aria-labelledby={id} data-grafico={nome} sx={{ p: { xs: 1.5, sm: 2 }, minWidth: 0 }}>
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 1, mb: 1 }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h2" id={id}>
            {titulo}
          </Typography>
          {detalhe && (
            <Typography variant="body2" color="textSecondary">
              {detalhe}
            </Typography>
          )}
        </Box>
        <ToggleButtonGroup exclusive size="small" value={emTabela ? 'tabela' : 'grafico'} aria-label={t('estatisticas.ver', { titulo })} onChange={(_, novo: string | null) => novo && aoMudar(novo === 'tabela')}>
          <ToggleButton value="grafico" aria-label={t('estatisticas.grafico')} title={t('estatisticas.grafico')}>
            <Icone d={mdiChartBar} fontSize="small" />
          </ToggleButton>
          <ToggleButton value="tabela" aria-label={t('estatisticas.tabela')} title={t('estatisticas.tabela')}>
            <Icone d={mdiTable} fontSize="small" />
          </ToggleButton>
        </ToggleButtonGroup>
      </Box>
      {emTabela ? (
        <Tabela legenda={titulo} colunas={colunas} linhas={linhas} chave={chave} />
      ) : (
        <>
          <p className="so-leitor">{t('estatisticas.leitor', { titulo })}</p>
          <Box aria-hidden>
            <Suspense fallback={<Skeleton variant="rounded" height={altura} />}>
              <GraficoBarras {...grafico} altura={altura} />
            </Suspense>
          </Box>
        </>
      )}
    </Paper>
  );
}
