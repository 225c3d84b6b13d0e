import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';

import { t } from '../../i18n/exportacao';
import type { Exportacao } from '../../lib/exportacoes';
import { inteiro } from '../../lib/formatos';

/** Until an earlier one has ended nothing begins, and nobody knows when. */
function espera(naFrente: number | null): string {
  if (naFrente === null || naFrente === 0) return t('exportacao.naFila');
  return naFrente === 1 ? t('exportacao.naFilaUma') : t('exportacao.naFilaVarias', { n: inteiro(naFrente) });
}

/** How far a job is: rows read of those expected; then the file is drawn and packed, and nobody knows how long. */
export function Andamento({ exportacao: e, feitas, nome }: { exportacao: Exportacao; feitas: number; nome?: string }) {
  const total = Math.max(e.linhas_previstas, 1);
  const n = Math.min(feitas, total);
  const naFila = e.estado === 'na_fila';
  const sabeQuanto = !naFila && n < total;
  return (
    <>
      <LinearProgress
        aria-label={nome ?? t('exportacao.preparando')}
        variant={sabeQuanto ? 'determinate' : 'indeterminate'}
        value={sabeQuanto ? Math.floor((n / total) * 100) : undefined}
        sx={{ height: 8, borderRadius: 4, mb: 0.75 }}
      />
      <Typography variant="body2" color="textSecondary" data-feitas={n}>
        {naFila ? espera(e.na_frente) : !sabeQuanto ? t('exportacao.terminando') : t('exportacao.progresso', { n: inteiro(n), total: inteiro(e.linhas_previstas) })}
      </Typography>
    </>
  );
}
