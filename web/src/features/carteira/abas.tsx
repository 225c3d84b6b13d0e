import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';

import type { Eu } from '../../lib/eu';
import { inteiro } from '../../lib/formatos';
import type { Quadro } from './quadro';
import { t } from './textos';
import { COLUNAS, type NomeColuna } from './tipos';

/** Narrow screens show one column at a time under these. */
export function Abas({ aba, aoMudar, quadro, eu }: { aba: NomeColuna; aoMudar: (aba: NomeColuna) => void; quadro: Quadro; eu: Eu }) {
  const rotulos = rotulosDasAbas(eu.janela);
  return (
    <Tabs
      value={aba}
      onChange={(_, nova: NomeColuna) => aoMudar(nova)}
      variant="fullWidth"
      aria-label={t('carteira.colunas')}
      sx={{ borderBottom: 1, borderColor: 'divider', mx: { xs: -1.5, sm: 0 }, minHeight: 52, position: 'sticky', top: 'var(--altura-topo)', zIndex: 2, bgcolor: 'background.default' }}
    >
      {COLUNAS.map((nome) => (
        <Tab
          key={nome}
          value={nome}
          id={`aba-${nome}`}
          aria-controls="carteira-quadro"
          sx={{ minWidth: 0, px: 0.5, minHeight: 52, fontSize: { xs: '0.78rem', sm: '0.875rem' }, whiteSpace: 'nowrap' }}
          label={
            <span>
              {rotulos[nome]}
              <Box component="span" sx={{ display: 'block', fontSize: '0.8125rem', fontWeight: 700 }}>
                {inteiro(quadro.colunas[nome].total)}
              </Box>
            </span>
          }
        />
      ))}
    </Tabs>
  );
}

function rotulosDasAbas({ inicio, meio, fim }: Eu['janela']): Record<NomeColuna, string> {
  return {
    a_contatar_30_45: t('carteira.abaAContatar1', { inicio, fim: meio }),
    a_contatar_46_60: t('carteira.abaAContatar2', { inicio: meio + 1, fim }),
    contatado: t('carteira.contatado'),
    recuperado: t('carteira.recuperado'),
  };
}
