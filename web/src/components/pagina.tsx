import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, type ReactNode } from 'react';

import { t } from '../i18n/pt-br';

interface Props {
  titulo: string;
  /** Beside the title: state, counts. */
  detalhe?: ReactNode;
  /** At the right of the title. */
  acoes?: ReactNode;
  /** The actions are few and small: a phone keeps them beside the title. */
  aoLado?: boolean;
  /** `estreita`: reading width, for texts. `media`: forms. `toda`: the whole screen. */
  largura?: 'estreita' | 'media' | 'normal' | 'toda';
  children: ReactNode;
}

/** Widest content, px. */
const LARGURA = { estreita: 760, media: 1080, normal: 1680, toda: 'none' } as const;

/** Wider, the actions have words: a line of their own where the title has no room. */
const SO_TELEFONE = { xs: 'nowrap', sm: 'wrap' } as const;

/**
 * A screen: title of the document, h1 that receives the focus when the screen
 * opens, actions, content.
 */
export function Pagina({ titulo, detalhe, acoes, aoLado = false, largura = 'normal', children }: Props) {
  const h1 = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${titulo} · ${t('comum.produto')}`;
  }, [titulo]);

  useEffect(() => {
    // The first screen keeps the focus where the browser puts it.
    if (telaAberta) h1.current?.focus();
    telaAberta = true;
  }, []);

  return (
    <Box sx={{ maxWidth: LARGURA[largura], mx: 'auto', width: '100%', minWidth: 0 }}>
      <Box sx={{ display: 'flex', flexWrap: aoLado ? SO_TELEFONE : 'wrap', gap: 1.5, alignItems: 'center', mb: 2 }}>
        <Box sx={aoLado ? { display: 'flex', flexWrap: 'wrap', columnGap: 1.5, rowGap: 0.5, alignItems: 'center', minWidth: 0 } : { display: 'contents' }}>
          <Typography variant="h1" tabIndex={-1} ref={h1} sx={{ minWidth: 0 }}>
            {titulo}
          </Typography>
          {detalhe}
        </Box>
        {acoes && <Box data-acoes-da-tela sx={{ ml: 'auto', display: 'flex', gap: 1, flexWrap: aoLado ? SO_TELEFONE : 'wrap' }}>{acoes}</Box>}
      </Box>
      {children}
    </Box>
  );
}

let telaAberta = false;
