import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';

import { inteiro } from '../../lib/formatos';
import type { Quadro } from './quadro';
import { t } from './textos';

/** A narrow screen shows one column, under tabs. */
export function Abas({ quadro, aba, aoMudar }: { quadro: Quadro; aba: string; aoMudar: (nome: string) => void }) {
  return (
    <Tabs
      value={aba}
      onChange={(_, nova: string) => aoMudar(nova)}
      variant="scrollable"
      scrollButtons="auto"
      allowScrollButtonsMobile
      aria-label={t('quadro.colunas')}
      sx={{ borderBottom: 1, borderColor: 'divider', mx: { xs: -1.5, sm: 0 }, minHeight: 52 }}
    >
      {quadro.ordem.map((nome) => (
        <Tab
          key={nome}
          value={nome}
          id={`aba-${nome}`}
          aria-controls="quadro-colunas"
          sx={{ minWidth: 0, px: 1.5, minHeight: 52, whiteSpace: 'nowrap', textTransform: 'none' }}
          label={
            <span>
              {quadro.colunas[nome]?.titulo}
              <Box component="span" sx={{ display: 'block', fontSize: '0.8125rem', fontWeight: 700 }}>
                {inteiro(quadro.colunas[nome]?.total)}
              </Box>
            </span>
          }
        />
      ))}
    </Tabs>
  );
}
