import { mdiTimerSandComplete } from '@mdi/js';
import Box from '@mui/material/Box';

import { t } from '../i18n/contato';
import { dias } from '../lib/formatos';
import { diaIso, diasEntre } from '../lib/retorno';
import { Icone } from './icone';

/** Says that the client goes to another seller soon, unless somebody contacts it or plans to. */
export function Recicla({ em, hoje }: { em: string; hoje: string }) {
  const restam = Math.max(0, diasEntre(hoje, diaIso(em)));
  return (
    <Box
      data-marca=""
      data-recicla={restam}
      sx={{ display: 'flex', gap: 0.5, alignItems: 'center', px: 0.75, py: 0.25, borderRadius: 1, fontSize: '0.8125rem', lineHeight: 1.4, color: 'var(--cor-risco)', backgroundColor: 'var(--cor-risco-fundo)' }}
    >
      <Icone d={mdiTimerSandComplete} sx={{ fontSize: 16, flexShrink: 0 }} />
      <b>{restam === 0 ? t('retorno.reciclaHoje') : t('retorno.recicla', { dias: dias(restam) })}</b>
    </Box>
  );
}
