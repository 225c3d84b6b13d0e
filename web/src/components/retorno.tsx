import { mdiCalendarAlert, mdiCalendarClock, mdiCalendarToday } from '@mdi/js';
import Box from '@mui/material/Box';

import { t } from '../i18n/contato';
import { data, dias } from '../lib/formatos';
import { lerRetorno, type Retorno as Lido } from '../lib/retorno';
import { Icone } from './icone';

const APARENCIA: Record<Lido['tipo'], { cor: string; icone: string }> = {
  atrasado: { cor: 'risco', icone: mdiCalendarAlert },
  hoje: { cor: 'alerta', icone: mdiCalendarToday },
  amanha: { cor: 'neutro', icone: mdiCalendarClock },
  depois: { cor: 'neutro', icone: mdiCalendarClock },
};

/** The next step as a line: icon, day in words, note. Never colour alone. */
export function Retorno({ retornarEm, nota, hoje }: { retornarEm: string | null; nota: string | null; hoje: string }) {
  const retorno = lerRetorno(retornarEm, hoje);
  if (retorno === undefined && nota === null) return null;
  const { cor, icone } = APARENCIA[retorno?.tipo ?? 'depois'];
  return (
    <Box
      data-marca=""
      data-retorno-de={retornarEm ?? ''}
      sx={{
        display: 'flex',
        gap: 0.5,
        alignItems: 'center',
        minWidth: 0,
        px: 0.75,
        py: 0.25,
        borderRadius: 1,
        fontSize: '0.8125rem',
        lineHeight: 1.4,
        color: `var(--cor-${cor})`,
        backgroundColor: `var(--cor-${cor}-fundo)`,
      }}
    >
      <Icone d={icone} sx={{ fontSize: 16, flexShrink: 0 }} />
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }} title={nota ?? undefined}>
        {retorno !== undefined && <b>{palavras(retorno, retornarEm ?? '')}</b>}
        {retorno !== undefined && nota !== null && ' · '}
        {nota}
      </Box>
    </Box>
  );
}

function palavras({ tipo, dias: n }: Lido, dia: string): string {
  switch (tipo) {
    case 'atrasado':
      return t('retorno.atrasado', { dias: dias(n) });
    case 'hoje':
      return t('retorno.deHoje');
    case 'amanha':
      return t('retorno.deAmanha');
    default:
      return t('retorno.depois', { data: data(dia).slice(0, 5) });
  }
}
