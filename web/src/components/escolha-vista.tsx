import { mdiChartBar, mdiTable } from '@mdi/js';
import { styled } from '@mui/material/styles';
import type { KeyboardEvent } from 'react';

import { t } from '../i18n/graficos';
import { Icone } from './icone';

// Looks like MUI's ToggleButtonGroup, which registers its buttons by a state and so draws everything twice.
const Grupo = styled('div')({ display: 'inline-flex', borderRadius: 'var(--mui-shape-borderRadius)' });
const Botao = styled('button')({
  display: 'inline-flex',
  alignItems: 'center',
  justifyContent: 'center',
  padding: 7,
  margin: 0,
  font: 'inherit',
  color: 'var(--mui-palette-text-secondary)',
  background: 'transparent',
  border: '1px solid var(--mui-palette-divider)',
  borderRadius: 'inherit',
  cursor: 'pointer',
  WebkitTapHighlightColor: 'transparent',
  '&:first-of-type': { borderTopRightRadius: 0, borderBottomRightRadius: 0 },
  '&:last-of-type': { borderTopLeftRadius: 0, borderBottomLeftRadius: 0, marginLeft: -1, borderLeftColor: 'transparent' },
  '&[aria-pressed=true]': { color: 'var(--mui-palette-text-primary)', backgroundColor: 'rgba(var(--mui-palette-text-primaryChannel) / var(--mui-palette-action-selectedOpacity))' },
  '@media (hover: hover)': { '&:hover': { backgroundColor: 'rgba(var(--mui-palette-text-primaryChannel) / var(--mui-palette-action-hoverOpacity))' } },
  '&:active': { backgroundColor: 'rgba(var(--mui-palette-text-primaryChannel) / var(--mui-palette-action-focusOpacity))' },
  '&:focus-visible': { zIndex: 1 },
  '@media (pointer: coarse)': { minHeight: 44 },
});

const VISTAS = [
  { valor: 'grafico', nome: t('graficos.grafico'), icone: mdiChartBar },
  { valor: 'tabela', nome: t('graficos.tabela'), icone: mdiTable },
] as const;

/** Chart or table of the same numbers: one stop of the Tab key, arrows inside. */
export function EscolhaVista({ titulo, emTabela, aoMudar }: { titulo: string; emTabela: boolean; aoMudar: (emTabela: boolean) => void }) {
  return (
    <Grupo role="group" aria-label={t('graficos.ver', { titulo })} onKeyDown={andar}>
      {VISTAS.map(({ valor, nome, icone }) => {
        const escolhida = (valor === 'tabela') === emTabela;
        return (
          <Botao key={valor} type="button" value={valor} aria-label={nome} title={nome} aria-pressed={escolhida} tabIndex={escolhida ? 0 : -1} onClick={() => escolhida || aoMudar(valor === 'tabela')}>
            <Icone d={icone} fontSize="small" />
          </Botao>
        );
      })}
    </Grupo>
  );
}

function andar(evento: KeyboardEvent<HTMLElement>) {
  if (!['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(evento.key)) return;
  const [primeiro, ultimo] = evento.currentTarget.querySelectorAll('button');
  const outro = evento.key === 'Home' ? primeiro : evento.key === 'End' ? ultimo : evento.target === primeiro ? ultimo : primeiro;
  evento.preventDefault();
  outro?.focus();
}
