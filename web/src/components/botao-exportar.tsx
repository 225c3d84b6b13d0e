import { mdiFileDownloadOutline } from '@mdi/js';
import Button from '@mui/material/Button';
import { lazy, Suspense, useState } from 'react';

import { pode, useUsuario } from '../lib/eu';
import type { Filtros, Origem } from '../lib/exportacoes';
import { Icone } from './icone';
import { Largo, SO_ICONE } from './largo';

const importar = () => import('./exportar/exportar-dialogo');
const ExportarDialogo = lazy(async () => ({ default: (await importar()).ExportarDialogo }));

export interface PropsExportar {
  origem: Origem;
  /** Those of the list on screen, as its endpoint takes them. A report adds `nome`, its own. */
  filtros: Filtros;
  /** The order on screen, as `sort`. */
  ordem?: string;
  /** Rows of the list now, when known exactly. */
  total?: number;
  /** The filters in words, one each: `UF: SP, RJ`. */
  resumo?: readonly string[];
  /** Columns on screen by their field: chosen at first. */
  campos?: readonly string[];
  /** Title of the dialog, when the one of the origem says too little. */
  titulo?: string;
}

interface Props extends PropsExportar {
  /** A small icon alone, for the corner of a card. */
  icone?: boolean;
  /** As high as the buttons of a tool bar. */
  pequeno?: boolean;
}

/** Opens the export of the list on screen; nothing for who may not export it. */
export function BotaoExportar({ icone = false, pequeno = false, ...props }: Props) {
  const eu = useUsuario();
  const [aberto, setAberto] = useState(false);
  if (!pode(eu, props.origem === 'carteira' ? ['exportar', 'carteira.exportar'] : 'exportar')) return null;

  const nome = props.titulo ?? ROTULO;
  const botao = {
    onClick: () => setAberto(true),
    // The dialog is on its way before the click.
    onPointerEnter: () => void importar(),
    onFocus: () => void importar(),
    'aria-haspopup': 'dialog',
    'data-exportar': props.origem,
  } as const;
  return (
    <>
      {icone ? (
        <Button color="inherit" size="small" aria-label={nome} title={nome} sx={{ minWidth: 36, p: 0.75 }} {...botao}>
          <Icone d={mdiFileDownloadOutline} fontSize="small" />
        </Button>
      ) : (
        <Button color="inherit" size={pequeno ? 'small' : 'medium'} aria-label={nome} startIcon={<Icone d={mdiFileDownloadOutline} />} sx={SO_ICONE} {...botao}>
          <Largo>{ROTULO}</Largo>
        </Button>
      )}
      {aberto && (
        <Suspense fallback={null}>
          <ExportarDialogo {...props} aoFechar={() => setAberto(false)} />
        </Suspense>
      )}
    </>
  );
}

/** Here and not with the other texts, which come with the dialog. */
const ROTULO = 'Exportar';
