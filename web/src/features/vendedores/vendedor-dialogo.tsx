import { mdiClose } from '@mdi/js';
import Dialog from '@mui/material/Dialog';
import DialogTitle from '@mui/material/DialogTitle';
import IconButton from '@mui/material/IconButton';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useId } from 'react';

import { Icone } from '../../components/icone';
import type { Vendedor } from '../../lib/vendedores';
import { Ausencias } from './ausencias';
import { FormDistribuicao } from './form-distribuicao';
import { FormJornada } from './form-jornada';
import { t } from './textos';

export const ABAS = ['distribuicao', 'jornada', 'ausencias'] as const;
export type Aba = (typeof ABAS)[number];

/** What is set for one seller: share of the work, working hours, leave. */
export function VendedorDialogo({ vendedor, aba, aoMudarAba, aoFechar }: { vendedor: Vendedor; aba: Aba; aoMudarAba: (aba: Aba) => void; aoFechar: () => void }) {
  const titulo = useId();
  const cheia = useMediaQuery('(max-width:599.95px)', { noSsr: true });

  return (
    <Dialog open onClose={aoFechar} aria-labelledby={titulo} maxWidth="md" fullScreen={cheia}>
      <DialogTitle id={titulo} sx={{ pr: 7, pb: 1 }}>
        {t('vendedores.editarDe', { nome: vendedor.nome })}
      </DialogTitle>
      <IconButton aria-label={t('comum.fechar')} onClick={aoFechar} sx={{ position: 'absolute', right: 12, top: 12 }}>
        <Icone d={mdiClose} />
      </IconButton>
      <Tabs value={aba} onChange={(_, nova: Aba) => aoMudarAba(nova)} aria-label={t('vendedores.editarDe', { nome: vendedor.nome })} sx={{ px: { xs: 1, sm: 3 }, borderBottom: 1, borderColor: 'divider', flexShrink: 0 }}>
        {ABAS.map((a) => (
          <Tab key={a} value={a} label={t(`vendedores.abas.${a}`)} id={`${titulo}-${a}`} aria-controls={aba === a ? `${titulo}-painel` : undefined} sx={{ minWidth: 0 }} />
        ))}
      </Tabs>
      <div role="tabpanel" id={`${titulo}-painel`} aria-labelledby={`${titulo}-${aba}`} className="painel-dialogo">
        {aba === 'distribuicao' && <FormDistribuicao vendedor={vendedor} aoFechar={aoFechar} />}
        {aba === 'jornada' && <FormJornada vendedor={vendedor} aoFechar={aoFechar} />}
        {aba === 'ausencias' && <Ausencias vendedor={vendedor} aoFechar={aoFechar} />}
      </div>
    </Dialog>
  );
}
