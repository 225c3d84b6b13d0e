import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import type { ReactNode } from 'react';

import { BotaoExportar } from '../../components/botao-exportar';
import { Falha } from '../../components/falha';
import { Vazio } from '../../components/vazio';
import { intervaloEmTexto } from '../../components/campo-intervalo';
import type { Filtros } from './api';
import { t } from './textos';

/** Cards side by side, two in a row when there is room; one that is alone has the row. */
export function Grade({ children }: { children: ReactNode }) {
  return <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, '& > *': { minWidth: 0, flex: { xs: '1 1 100%', md: '1 1 calc(50% - 8px)' } } }}>{children}</Box>;
}

/** Over the whole row. */
export function Inteira({ children }: { children: ReactNode }) {
  return <Box sx={{ flexBasis: '100% !important' }}>{children}</Box>;
}

/** A report of the server in its states: read, failed, here. */
export function Lido<D>({ consulta, esqueletos = 2, children }: { consulta: { currentData?: D; error?: unknown; refetch: () => unknown }; esqueletos?: number; children: (dados: D) => ReactNode }) {
  if (consulta.error !== undefined) {
    return (
      <Inteira>
        <Falha erro={consulta.error} tentar={() => void consulta.refetch()} />
      </Inteira>
    );
  }
  if (consulta.currentData !== undefined) return <>{children(consulta.currentData)}</>;
  return (
    <>
      {Array.from({ length: esqueletos }, (_, i) => (
        <Box key={i} role="status" aria-busy="true">
          <span className="so-leitor">{t('comum.carregando')}</span>
          <Skeleton variant="rounded" height={336} />
        </Box>
      ))}
    </>
  );
}

/** Stands where a chart has nothing to draw. */
export function Nada({ titulo = t('relatorios.nada'), texto = t('relatorios.nadaTexto') }: { titulo?: string; texto?: string }) {
  return <Vazio titulo={titulo} texto={texto} />;
}

interface PropsExportar {
  /** As an export names it: a report, or `previsao_acompanhamento`. */
  relatorio: string;
  titulo: string;
  filtros: Filtros;
  vendedor?: string;
  /** Its rows are of days to come: the interval of the screen is none of theirs. */
  futuro?: boolean;
}

/** The rows behind a chart, as a file. */
export function Exportar({ relatorio, titulo, filtros: { de, ate, ...demais }, vendedor, futuro = false }: PropsExportar) {
  return (
    <BotaoExportar
      icone
      origem="relatorio"
      titulo={t('relatorios.exportar', { titulo })}
      filtros={{ nome: relatorio, ...demais, ...(futuro ? {} : { de, ate }) }}
      resumo={[futuro ? t('relatorios.proximosDias') : intervaloEmTexto({ de, ate }), ...(vendedor === undefined ? [] : [`${t('relatorios.vendedor')}: ${vendedor}`])]}
    />
  );
}
