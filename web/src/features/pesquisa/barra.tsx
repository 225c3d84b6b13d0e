import { mdiViewColumnOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import Popover from '@mui/material/Popover';
import { useId, useState, type ReactNode } from 'react';

import { Icone } from '../../components/icone';
import { MenuOrdem } from '../../components/menu-ordem';
import type { Coluna } from './colunas';
import { alternar, COLUNAS, ordenarPor, ORDENS, partesDaOrdem, type ColunaId } from './estado';
import { t } from './textos';

/** Order of the list, also where there are no column headers. */
export function MenuOrdemBusca({ ordem, porCpf, aoMudar }: { ordem: string; porCpf: boolean; aoMudar: (ordem: string | undefined) => void }) {
  const agora = partesDaOrdem(ordem) ?? { chave: 'relevancia' as const, desc: false };
  return (
    <MenuOrdem
      opcoes={ORDENS.filter((o) => o !== 'cpf' || porCpf).map((o) => ({ chave: o, nome: t(`pesquisa.ordens.${o}`) }))}
      ordem={agora}
      fixa={agora.chave === 'relevancia'}
      aoMudar={(o) => aoMudar(o === 'relevancia' ? undefined : ordenarPor(o, o === 'data_ultima_compra' || o === 'valor_total'))}
      aoInverter={() => aoMudar(ordenarPor(agora.chave, !agora.desc))}
    />
  );
}

/** Which columns the table has. */
export function MenuColunas({ todas, escolhidas, padrao, aoMudar }: { todas: readonly Coluna[]; escolhidas: readonly ColunaId[]; padrao: readonly ColunaId[]; aoMudar: (colunas: ColunaId[] | undefined) => void }) {
  return (
    <BotaoCaixa rotulo={t('pesquisa.colunas')} icone={mdiViewColumnOutline}>
      <Box sx={{ display: 'grid', p: 1.5, minWidth: 220 }}>
        {todas.map((c) => (
          <FormControlLabel
            key={c.id}
            control={<Checkbox size="small" checked={escolhidas.includes(c.id)} onChange={() => aoMudar(alternar(escolhidas, c.id, COLUNAS))} sx={{ py: 0.5 }} />}
            label={c.titulo}
            sx={{ mx: 0 }}
          />
        ))}
        <Button size="small" disabled={escolhidas.join() === padrao.join()} onClick={() => aoMudar(undefined)} sx={{ mt: 1, justifySelf: 'start' }}>
          {t('pesquisa.colunasPadrao')}
        </Button>
      </Box>
    </BotaoCaixa>
  );
}

/** A button that opens a box under it. */
export function BotaoCaixa({ rotulo, icone, children }: { rotulo: string; icone: string; children: ReactNode }) {
  const [ancora, setAncora] = useState<HTMLElement | null>(null);
  const id = useId();
  return (
    <>
      <Button size="small" color="inherit" startIcon={<Icone d={icone} />} aria-haspopup="dialog" aria-expanded={ancora !== null} aria-controls={ancora ? id : undefined} onClick={(e) => setAncora(e.currentTarget)}>
        {rotulo}
      </Button>
      <Popover
        id={id}
        open={ancora !== null}
        anchorEl={ancora}
        onClose={() => setAncora(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': rotulo, sx: { mt: 0.75, maxWidth: 'calc(100vw - 24px)' } } }}
      >
        {ancora !== null && children}
      </Popover>
    </>
  );
}
