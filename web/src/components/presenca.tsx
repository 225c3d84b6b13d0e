import Box from '@mui/material/Box';

import { t } from '../i18n/clientes';

/** Online, ausente or offline: a dot and the word. */
export function Presenca({ vendedor }: { vendedor: { online: boolean; ausente?: boolean } }) {
  const estado = !vendedor.online ? 'offline' : vendedor.ausente ? 'ausente' : 'online';
  const cor = { online: 'recuperado', ausente: 'atencao', offline: 'neutro' }[estado];
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75, whiteSpace: 'nowrap' }}>
      <Box
        component="span"
        aria-hidden
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
