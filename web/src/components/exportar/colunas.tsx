import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import { mdiChevronDown, mdiChevronUp, mdiLockOpenVariantOutline, mdiLockOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormHelperText from '@mui/material/FormHelperText';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';

import { t } from '../../i18n/exportacao';
import { Icone } from '../icone';
import { escolhidas, mover, soMascarado, type Coluna } from './escolha';

interface Props {
  colunas: readonly Coluna[];
  /** Sensitive data go out in clear. */
  abertas: boolean;
  erro: string | undefined;
  aoMudar: (colunas: Coluna[]) => void;
  aoMarcar: (coluna: Coluna, marcado: boolean) => void;
  aoPadrao: () => void;
  aoTodas: () => void;
}

/** The columns in the order of the file; the list is one stop of the Tab key. */
export function ListaColunas({ colunas, abertas, erro, aoMudar, aoMarcar, aoPadrao, aoTodas }: Props) {
  const id = useId();
  const lista = useRef<HTMLUListElement>(null);
  const [atual, setAtual] = useState<string>();
  const [mexida, setMexida] = useState<{ campo: string }>();
  const parada = colunas.some((c) => c.campo === atual) ? atual : colunas[0]?.campo;

  const focar = (campo: string | undefined) => {
    if (campo !== undefined) lista.current?.querySelector<HTMLElement>(`[data-campo="${CSS.escape(campo)}"] input`)?.focus();
  };
  // A row that moved is another node of the page for a moment.
  useEffect(() => {
    if (mexida === undefined) return;
    const linha = lista.current?.querySelector<HTMLElement>(`[data-campo="${CSS.escape(mexida.campo)}"]`);
    linha?.scrollIntoView({ block: 'nearest' });
    if (!linha?.contains(document.activeElement)) focar(mexida.campo);
  }, [mexida]);

  function deslocar(coluna: Coluna, passo: -1 | 1): void {
    const novas = mover(colunas, coluna.campo, passo);
    aoMudar(novas);
    setMexida({ campo: coluna.campo });
    announce(t('exportacao.posicao', { coluna: coluna.titulo, n: novas.findIndex((c) => c.campo === coluna.campo) + 1, total: novas.length }));
  }

  function tecla(evento: KeyboardEvent, coluna: Coluna, i: number): void {
    const passo = evento.key === 'ArrowUp' ? -1 : evento.key === 'ArrowDown' ? 1 : undefined;
    const para = passo !== undefined ? i + passo : evento.key === 'Home' ? 0 : evento.key === 'End' ? colunas.length - 1 : undefined;
    if (para === undefined || evento.ctrlKey || evento.metaKey) return;
    evento.preventDefault();
    if (evento.altKey && passo !== undefined) deslocar(coluna, passo);
    else focar(colunas[para]?.campo);
  }

  return (
    <Box role="group" aria-labelledby={id} aria-describedby={`${id}-ajuda`} sx={{ minWidth: 0 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1, mb: 0.5 }}>
        <Typography id={id} sx={{ fontWeight: 600 }}>
          {t('exportacao.colunas')}
        </Typography>
        <Typography variant="body2" color="textSecondary" data-escolhidas={escolhidas(colunas).length}>
          {t('exportacao.colunasN', { n: escolhidas(colunas).length, total: colunas.length })}
        </Typography>
        <Box sx={{ ml: 'auto', display: 'flex' }}>
          <Button size="small" onClick={aoPadrao} sx={{ minWidth: 0 }}>
            {t('exportacao.colunasPadrao')}
          </Button>
          <Button size="small" onClick={aoTodas} sx={{ minWidth: 0 }}>
            {t('exportacao.colunasTodas')}
          </Button>
        </Box>
      </Box>
      <Box
        component="ul"
        ref={lista}
        sx={{ listStyle: 'none', m: 0, p: 0.5, border: 1, borderRadius: 1, borderColor: erro === undefined ? 'divider' : 'error.main', maxHeight: { md: 372 }, overflowY: { md: 'auto' } }}
      >
        {colunas.map((coluna, i) => (
          <Linha
            key={coluna.campo}
            coluna={coluna}
            ordem={i}
            ultima={i === colunas.length - 1}
            parada={coluna.campo === parada}
            aberta={abertas}
            aoFocar={() => setAtual(coluna.campo)}
            aoMarcar={(marcado) => aoMarcar(coluna, marcado)}
            aoDeslocar={(passo) => deslocar(coluna, passo)}
            aoTeclar={(evento) => tecla(evento, coluna, i)}
          />
        ))}
      </Box>
      {erro !== undefined && (
        <FormHelperText error role="alert">
          {erro}
        </FormHelperText>
      )}
      <FormHelperText id={`${id}-ajuda`} sx={{ '@media (pointer: coarse)': { display: 'none' } }}>
        {t('exportacao.colunasAjuda')}
      </FormHelperText>
    </Box>
  );
}

interface PropsLinha {
  coluna: Coluna;
  ordem: number;
  ultima: boolean;
  parada: boolean;
  aberta: boolean;
  aoFocar: () => void;
  aoMarcar: (marcado: boolean) => void;
  aoDeslocar: (passo: -1 | 1) => void;
  aoTeclar: (evento: KeyboardEvent) => void;
}

function Linha({ coluna, ordem, ultima, parada, aberta, aoFocar, aoMarcar, aoDeslocar, aoTeclar }: PropsLinha) {
  const id = useId();
  return (
    <Box
      component="li"
      data-campo={coluna.campo}
      sx={{
        display: 'flex',
        alignItems: 'center',
        borderRadius: 1,
        pr: 0.5,
        '&:hover, &:focus-within': { bgcolor: 'action.hover' },
        // The arrows stand there for whoever points at the row, or has no pointer that can hover.
        '@media (hover: hover) and (pointer: fine)': { '& [data-setas]': { opacity: 0 }, '&:hover [data-setas], &:focus-within [data-setas]': { opacity: 1 } },
      }}
    >
      <Checkbox
        size="small"
        id={id}
        name={coluna.campo}
        checked={coluna.marcado}
        onChange={(_, marcado) => aoMarcar(marcado)}
        onFocus={aoFocar}
        onKeyDown={aoTeclar}
        slotProps={{ input: { tabIndex: parada ? 0 : -1 } }}
        sx={{ py: 0.5 }}
      />
      <Box component="label" htmlFor={id} sx={{ flex: 1, minWidth: 0, py: 0.5, display: 'flex', flexWrap: 'wrap', columnGap: 1, alignItems: 'center', cursor: 'pointer' }}>
        {coluna.titulo}
        {coluna.sensivel && (
          <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.25, fontSize: '0.8125rem', color: 'text.secondary' }}>
            <Icone d={aberta ? mdiLockOpenVariantOutline : mdiLockOutline} sx={{ fontSize: 15 }} />
            {t(soMascarado(coluna) && !aberta ? 'exportacao.mascarado' : 'exportacao.sensivel')}
          </Box>
        )}
      </Box>
      {/* By keyboard: Alt and the arrows. */}
      <Box data-setas="" sx={{ display: 'flex', color: 'text.secondary' }}>
        <IconButton size="small" tabIndex={-1} color="inherit" disabled={ordem === 0} aria-label={t('exportacao.subir', { coluna: coluna.titulo })} onClick={() => aoDeslocar(-1)}>
          <Icone d={mdiChevronUp} fontSize="small" />
        </IconButton>
        <IconButton size="small" tabIndex={-1} color="inherit" disabled={ultima} aria-label={t('exportacao.descer', { coluna: coluna.titulo })} onClick={() => aoDeslocar(1)}>
          <Icone d={mdiChevronDown} fontSize="small" />
        </IconButton>
      </Box>
    </Box>
  );
}
