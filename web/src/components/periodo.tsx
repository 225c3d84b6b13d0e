import { mdiAlertOctagonOutline, mdiAlertOutline, mdiCartRemove, mdiCheckCircleOutline, mdiClockAlertOutline, mdiCloseOctagonOutline } from '@mdi/js';
import Box from '@mui/material/Box';

import { t } from '../i18n/clientes';
import { dias as textoDias } from '../lib/formatos';
import { Icone } from './icone';

export type NomePeriodo = '0-29' | '30-45' | '45-60' | '60-90' | '>90' | 'sem_compra';

/** Colour, icon and word of a period; never colour alone. */
export const APARENCIA: Record<NomePeriodo, { cor: string; icone: string; nome: string }> = {
  '0-29': { cor: 'recuperado', icone: mdiCheckCircleOutline, nome: t('periodos.ativo') },
  '30-45': { cor: 'atencao', icone: mdiClockAlertOutline, nome: t('periodos.atencao') },
  '45-60': { cor: 'alerta', icone: mdiAlertOutline, nome: t('periodos.alerta') },
  '60-90': { cor: 'risco', icone: mdiAlertOctagonOutline, nome: t('periodos.risco') },
  '>90': { cor: 'perdido', icone: mdiCloseOctagonOutline, nome: t('periodos.perdido') },
  sem_compra: { cor: 'neutro', icone: mdiCartRemove, nome: t('periodos.semCompra') },
};

/** The days without buying as a small label: icon, word, days. */
export function Periodo({ periodo, dias }: { periodo: string; dias?: number | null }) {
  const { cor, icone, nome } = APARENCIA[periodo as NomePeriodo] ?? APARENCIA.sem_compra;
  return (
    <Box
      component="span"
      data-marca=""
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.5,
        px: 0.75,
        py: 0.125,
        borderRadius: 1,
        fontSize: '0.8125rem',
        fontWeight: 600,
        whiteSpace: 'nowrap',
        color: `var(--cor-${cor})`,
        backgroundColor: `var(--cor-${cor}-fundo)`,
      }}
    >
      <Icone d={icone} sx={{ fontSize: 16 }} />
      {dias === null || dias === undefined ? nome : `${nome} · ${textoDias(dias)}`}
    </Box>
  );
}
