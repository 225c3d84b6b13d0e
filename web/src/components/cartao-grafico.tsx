import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { Suspense, useId, type ReactNode } from 'react';

import { t } from '../i18n/graficos';
import { sobDemanda } from '../lib/sob-demanda';
import { AVista } from './a-vista';
import { EscolhaVista } from './escolha-vista';
import type { Serie } from './grafico-barras';
import { preguicoso } from './preguicoso';
import { Tabela, type Coluna } from './tabela';

const buscarGrafico = sobDemanda(async () => ({ Componente: (await import('./grafico-barras')).GraficoBarras }));
const GraficoBarras = preguicoso(buscarGrafico);

/** A table of more columns does not fit half of a screen. */
const COLUNAS_MEIA = 5;

interface Props<L> {
  nome: string;
  titulo: string;
  /** What the numbers are, under the title. */
  detalhe?: ReactNode;
  /** Beside the choice of chart or table: small buttons. */
  acoes?: ReactNode;
  /** Shown instead of both when there are no lines. */
  vazio?: ReactNode;
  /** Over the table: from how many lines on it scrolls by itself, and how high it is then, px. */
  alturaTabela?: number;
  emTabela: boolean;
  aoMudar: (emTabela: boolean) => void;
  categorias: readonly string[];
  series: readonly Serie[];
  formatar: (n: number) => string;
  deitado?: boolean;
  emTempo?: boolean;
  altura?: number;
  colunas: readonly Coluna<L>[];
  linhas: readonly L[];
  chave: (linha: L) => string | number;
}

/** A chart and the table of the same numbers; one of the two shows, readers always have the table's button. */
export function CartaoGrafico<L>({ nome, titulo, detalhe, acoes, vazio, alturaTabela, emTabela, aoMudar, colunas, linhas, chave, altura = 260, ...grafico }: Props<L>) {
  const id = useId();
  const semNada = vazio !== undefined && linhas.length === 0;
  return (
    <Paper component="section" variant="outlined" aria-labelledby={id} data-grafico={nome} sx={{ p: { xs: 1.5, sm: 2 }, minWidth: 0, flexBasis: emTabela && colunas.length > COLUNAS_MEIA ? '100% !important' : undefined }}>
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
        {!semNada && (
          <>
            {acoes}
            <EscolhaVista titulo={titulo} emTabela={emTabela} aoMudar={aoMudar} />
          </>
        )}
      </Box>
      {semNada ? (
        vazio
      ) : emTabela ? (
        // A long table scrolls in its own frame, which the keyboard reaches.
        <Box {...(alturaTabela === undefined ? {} : { role: 'group', tabIndex: 0, 'aria-labelledby': id })} sx={alturaTabela === undefined ? undefined : { maxHeight: alturaTabela, overflowY: 'auto' }}>
          <Tabela legenda={titulo} colunas={colunas} linhas={linhas} chave={chave} />
        </Box>
      ) : (
        <>
          <p className="so-leitor">{t('graficos.leitor', { titulo })}</p>
          <Box aria-hidden>
            <AVista altura={altura} preparar={buscarGrafico}>
              {(largura) => (
                <Suspense fallback={<Skeleton variant="rounded" height={altura} aria-busy="true" />}>
                  <GraficoBarras {...grafico} altura={altura} largura={largura} />
                </Suspense>
              )}
            </AVista>
          </Box>
        </>
      )}
    </Paper>
  );
}
