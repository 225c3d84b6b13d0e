import Box from '@mui/material/Box';

import { t } from '../i18n/clientes';
import { data } from '../lib/formatos';

/** Online, ausente or offline: a dot and the word. */
export function Presenca({ vendedor }: { vendedor: { online: boolean; ausente?: boolean } }) {
  const estado = !vendedor.online ? 'offline' : vendedor.ausente ? 'ausente' : 'online';
  const cor = { online: 'recuperado', ausente: 'atencao', offline: 'neutro' }[estado];
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75, whiteSpace: 'nowrap' }}>
      <Box
        component="span"
        aria-hidden
        data-presenca={estado}
        sx={{
          width: 10,
          height: 10,
          borderRadius: '50%',
          border: `2px solid var(--cor-${cor})`,
          backgroundColor: estado === 'online' ? `var(--cor-${cor})` : 'transparent',
        }}
      />
      {t(`presenca.${estado}`)}
    </Box>
  );
}

const FORA_DO_EXPEDIENTE = ['almoco', 'fora_do_horario', 'folga', 'feriado', 'ausencia'] as const;

/** Why the seller gets no clients now besides being away: lunch, leave …; undefined when working. */
export function foraDoExpediente(vendedor: { motivo_indisponivel?: string | null; ausencia_ate?: string | null }): string | undefined {
  const motivo = FORA_DO_EXPEDIENTE.find((m) => m === vendedor.motivo_indisponivel);
  return motivo && t(`presenca.${motivo}`, { data: data(vendedor.ausencia_ate) });
}
