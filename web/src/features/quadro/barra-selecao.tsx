import { mdiAccountArrowRightOutline, mdiAccountOffOutline, mdiClose } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useRef } from 'react';

import { useAlvo } from '../../components/arrastar';
import { Icone } from '../../components/icone';
import { plural } from '../../i18n/textos';
import type { Vendedor } from '../../lib/vendedores';
import { t } from './textos';
import type { Cartao } from './tipos';

interface Props {
  cartoes: readonly Cartao[];
  aoMover: (ancora: HTMLElement) => void;
  aoLiberar: () => void;
  aoLimpar: () => void;
}

/** What is chosen and what can be done with it, over the foot of the board. */
export function BarraSelecao({ cartoes, aoMover, aoLiberar, aoLimpar }: Props) {
  const quantos = plural(cartoes.length, t('quadro.selecionado'), t('quadro.selecionados'));
  return (
    <Flutuante rotulo={quantos}>
      <IconButton size="small" aria-label={t('quadro.limpar')} title={t('quadro.limpar')} onClick={aoLimpar}>
        <Icone d={mdiClose} fontSize="small" />
      </IconButton>
      <Typography sx={{ fontWeight: 650, whiteSpace: 'nowrap', mr: 'auto', pr: 1, flexGrow: { xs: 1, sm: 0 } }} aria-live="polite">
        {quantos}
      </Typography>
      <Button variant="contained" size="small" startIcon={<Icone d={mdiAccountArrowRightOutline} />} aria-haspopup="menu" data-mover="" onClick={(e) => aoMover(e.currentTarget)}>
        {t('quadro.moverPara')}
      </Button>
      <Button size="small" color="inherit" startIcon={<Icone d={mdiAccountOffOutline} />} data-liberar="" onClick={aoLiberar} disabled={cartoes.every((c) => c.vendedor_atribuido === null)}>
        {t('quadro.liberar')}
      </Button>
    </Flutuante>
  );
}

/** While a card of the board by period is dragged: the sellers, as places to drop. */
export function Bandeja({ vendedores, aoSoltar }: { vendedores: readonly Vendedor[]; aoSoltar: (id: number, vendedor: Vendedor | null) => void }) {
  return (
    <Flutuante rotulo={t('quadro.bandeja')}>
      <Typography sx={{ fontWeight: 650, width: '100%', px: 0.5 }}>{t('quadro.bandeja')}</Typography>
      <Destino nome={t('quadro.semVendedor')} para="" aoSoltar={(id) => aoSoltar(id, null)} />
      {vendedores.map((v) => (
        <Destino key={v.id} nome={v.nome} para={String(v.id)} aoSoltar={(id) => aoSoltar(id, v)} />
      ))}
    </Flutuante>
  );
}

function Destino({ nome, para, aoSoltar }: { nome: string; para: string; aoSoltar: (id: number) => void }) {
  const elemento = useRef<HTMLDivElement>(null);
  const sobre = useAlvo(elemento, { aceita: (carga) => carga.tipo === 'cliente', aoSoltar: (carga) => aoSoltar(carga.id as number) });
  return (
    <Box
      ref={elemento}
      data-destino={para}
      sx={{ px: 2, py: 1.25, borderRadius: 1, border: '1px dashed', borderColor: sobre ? 'primary.main' : 'divider', bgcolor: sobre ? 'var(--cor-escolhida)' : 'var(--cor-coluna)', fontWeight: 600, fontSize: '0.875rem' }}
    >
      {nome}
    </Box>
  );
}

function Flutuante({ rotulo, children }: { rotulo: string; children: React.ReactNode }) {
  return (
    <Paper
      component="section"
      aria-label={rotulo}
      elevation={8}
      data-barra=""
      sx={{
        position: 'fixed',
        zIndex: 'speedDial',
        left: '50%',
        bottom: 'calc(12px + env(safe-area-inset-bottom))',
        translate: '-50%',
        width: 'max-content',
        maxWidth: 'calc(100vw - 16px)',
        maxHeight: '40dvh',
        overflowY: 'auto',
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1,
        p: 1,
        border: 1,
        // On a phone both buttons stand in one line.
        '& .MuiButton-startIcon': { display: { xs: 'none', sm: 'inherit' } },
        borderColor: 'divider',
      }}
    >
      {children}
    </Paper>
  );
}
