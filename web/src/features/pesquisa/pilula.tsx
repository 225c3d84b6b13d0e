import { mdiChevronDown, mdiClose } from '@mdi/js';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Popover from '@mui/material/Popover';
import { useId, useState, type ReactNode } from 'react';

import { Icone } from '../../components/icone';
import { t } from './textos';

interface Props {
  rotulo: string;
  /** What is chosen, in words; undefined = not in use. */
  valor?: string;
  aoLimpar: () => void;
  /** The editor; `fechar` closes it. */
  children: (fechar: () => void) => ReactNode;
}

/** A filter as a chip: opens its editor; in use it shows the value and a way to take it out. */
export function Pilula({ rotulo, valor, aoLimpar, children }: Props) {
  const [ancora, setAncora] = useState<HTMLElement | null>(null);
  const id = useId();
  const emUso = valor !== undefined;
  const fechar = () => setAncora(null);

  return (
    <Box
      sx={{
        display: 'inline-flex',
        maxWidth: '100%',
        border: 1,
        borderStyle: emUso ? 'solid' : 'dashed',
        // On one sliding line what is in use comes first.
        order: { xs: emUso ? -1 : 0, sm: 0 },
        borderColor: emUso ? 'primary.main' : 'divider',
        borderRadius: 99,
        bgcolor: emUso ? 'var(--cor-contatado-fundo)' : 'background.paper',
        color: emUso ? 'var(--cor-contatado)' : 'text.secondary',
        '& .MuiButtonBase-root': { borderRadius: 99, minHeight: 30, fontSize: '0.875rem', fontWeight: 600, '&:hover': { bgcolor: 'action.hover' }, '@media (pointer: coarse)': { minHeight: 42 } },
      }}
    >
      <ButtonBase
        onClick={(e) => setAncora(e.currentTarget)}
        aria-haspopup="dialog"
        aria-expanded={ancora !== null}
        aria-controls={ancora ? id : undefined}
        data-filtro={rotulo}
        sx={{ pl: 1.5, pr: emUso ? 0.75 : 1, gap: 0.5, minWidth: 0 }}
      >
        <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', maxWidth: 260 }}>
          {emUso ? (
            <>
              <Box component="span" sx={{ fontWeight: 400 }}>
                {rotulo}:{' '}
              </Box>
              {valor}
            </>
          ) : (
            rotulo
          )}
        </Box>
        {!emUso && <Icone d={mdiChevronDown} sx={{ fontSize: 18 }} />}
      </ButtonBase>
      {emUso && (
        <ButtonBase onClick={aoLimpar} aria-label={t('pesquisa.removerFiltro', { filtro: rotulo })} sx={{ width: 30, flexShrink: 0 }}>
          <Icone d={mdiClose} sx={{ fontSize: 18 }} />
        </ButtonBase>
      )}
      <Popover
        id={id}
        open={ancora !== null}
        anchorEl={ancora}
        onClose={fechar}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': rotulo, sx: { mt: 0.75, p: 2, width: 320, maxWidth: 'calc(100vw - 24px)' } } }}
      >
        {ancora !== null && children(fechar)}
      </Popover>
    </Box>
  );
}
