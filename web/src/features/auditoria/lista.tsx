import { mdiChevronRight } from '@mdi/js';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import type { KeyboardEvent } from 'react';

import { Icone } from '../../components/icone';
import { data } from '../../lib/formatos';
import { diaIso, somarDias } from '../../lib/retorno';
import type { Registro } from './api';
import { DiferencaTabela } from './diferenca-tabela';
import { aparenciaDaAcao } from './nomes';
import { quemDe, resumoDe, tituloDe } from './resumo';
import { t } from './textos';
import { horaComSegundos } from './valores';

interface Props {
  registros: readonly Registro[];
  hoje: string;
  aberto: number | undefined;
  /** Each with its before and after: the history of one record. */
  abertos: boolean;
  aoAbrir: (id: number) => void;
}

/** Id of the button of a row: the focus goes back to it. */
export const idDaLinha = (id: number) => `registro-${id}`;

/** What happened, newest first, under the day on which it did. Arrows walk through it. */
export function Lista({ registros, hoje, aberto, abertos, aoAbrir }: Props) {
  const ids = registros.map((r) => r.id);

  function andar(evento: KeyboardEvent, id: number): void {
    const passo = { ArrowDown: 1, ArrowUp: -1 }[evento.key];
    const vizinho = passo === undefined ? undefined : ids[ids.indexOf(id) + passo];
    if (vizinho === undefined) return;
    evento.preventDefault();
    document.getElementById(idDaLinha(vizinho))?.focus();
  }

  return (
    <Box data-lista>
      {porDia(registros).map(({ dia, deles }, i) => (
        <Box key={deles[0]?.id} sx={{ mb: 2 }}>
          <Typography variant="h2" id={`dia-${i}`} sx={{ fontSize: '0.9375rem', color: 'text.secondary', mb: 0.75, px: 0.5 }}>
            {nomeDoDia(dia, hoje)}
          </Typography>
          <Paper variant="outlined" component="ol" aria-labelledby={`dia-${i}`} sx={{ listStyle: 'none', m: 0, p: 0, overflow: 'hidden' }}>
            {deles.map((r) => (
              <Box component="li" key={r.id} data-registro={r.id} data-acao={r.acao} sx={{ '& + &': { borderTop: 1, borderColor: 'divider' } }}>
                <Linha registro={r} aberto={r.id === aberto} aoAbrir={() => aoAbrir(r.id)} aoTeclar={(e) => andar(e, r.id)} />
                {abertos && !r.omitido && (r.antes !== null || r.depois !== null) && (
                  <Box sx={{ px: { xs: 1.5, sm: 2 }, pb: 2, pl: { sm: 8 } }}>
                    <DiferencaTabela registro={r} />
                  </Box>
                )}
              </Box>
            ))}
          </Paper>
        </Box>
      ))}
    </Box>
  );
}

function Linha({ registro: r, aberto, aoAbrir, aoTeclar }: { registro: Registro; aberto: boolean; aoAbrir: () => void; aoTeclar: (e: KeyboardEvent) => void }) {
  const { icone, cor } = aparenciaDaAcao(r.acao);
  const { acao, registro } = tituloDe(r);
  const resumo = resumoDe(r);
  return (
    <ButtonBase
      id={idDaLinha(r.id)}
      onClick={aoAbrir}
      onKeyDown={aoTeclar}
      aria-current={aberto || undefined}
      aria-haspopup="dialog"
      sx={{
        display: 'grid',
        width: '100%',
        textAlign: 'left',
        alignItems: 'center',
        columnGap: 1.5,
        px: { xs: 1.5, sm: 2 },
        py: 1,
        minHeight: 56,
        gridTemplateColumns: { xs: '32px minmax(0, 1fr)', sm: '68px 32px minmax(0, 1fr) minmax(0, 200px) 20px' },
        bgcolor: aberto ? 'var(--cor-escolhida)' : undefined,
        '&:hover': { bgcolor: aberto ? 'var(--cor-escolhida)' : 'action.hover' },
        '&:focus-visible': { outlineOffset: '-2px' },
      }}
    >
      <Box component="span" sx={{ display: { xs: 'none', sm: 'block' }, typography: 'body2', color: 'text.secondary' }}>
        {horaComSegundos(r.quando)}
      </Box>
      <Box component="span" aria-hidden sx={{ width: 32, height: 32, borderRadius: '50%', display: 'grid', placeItems: 'center', color: `var(--cor-${cor})`, bgcolor: `var(--cor-${cor}-fundo)` }}>
        <Icone d={icone} sx={{ fontSize: 18 }} />
      </Box>
      <Box component="span" sx={{ minWidth: 0 }}>
        <Box component="span" sx={{ display: 'block', overflowWrap: 'anywhere' }}>
          <Box component="span" sx={{ fontWeight: 600 }}>
            {acao}
          </Box>
          {registro !== undefined && (
            <Box component="span" sx={{ color: 'text.secondary' }}>
              {' · '}
              {registro}
            </Box>
          )}
        </Box>
        {resumo !== undefined && (
          <Box component="span" sx={{ display: 'block', typography: 'body2', color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: { sm: 'nowrap' }, overflowWrap: 'anywhere' }}>
            {resumo}
          </Box>
        )}
        <Box component="span" sx={{ display: { xs: 'block', sm: 'none' }, typography: 'body2', color: 'text.secondary' }}>
          {horaComSegundos(r.quando)} · {quemDe(r)}
        </Box>
      </Box>
      <Box component="span" sx={{ display: { xs: 'none', sm: 'block' }, minWidth: 0, typography: 'body2' }}>
        <Box component="span" sx={{ display: 'block', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {quemDe(r)}
        </Box>
        {r.endereco !== null && (
          <Box component="span" sx={{ display: 'block', color: 'text.secondary', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
            {r.endereco}
          </Box>
        )}
      </Box>
      <Box component="span" sx={{ display: { xs: 'none', sm: 'flex' }, color: 'text.secondary' }}>
        <Icone d={mdiChevronRight} fontSize="small" />
      </Box>
    </ButtonBase>
  );
}

/** In the order of the trail, which is that of the clock but for those who waited to commit. */
function porDia(registros: readonly Registro[]): { dia: string; deles: Registro[] }[] {
  const dias: { dia: string; deles: Registro[] }[] = [];
  for (const r of registros) {
    const dia = diaIso(r.quando);
    const ultimo = dias.at(-1);
    if (ultimo?.dia === dia) ultimo.deles.push(r);
    else dias.push({ dia, deles: [r] });
  }
  return dias;
}

function nomeDoDia(dia: string, hoje: string): string {
  if (dia === hoje) return `${t('auditoria.hoje')}, ${data(dia)}`;
  return dia === somarDias(hoje, -1) ? `${t('auditoria.ontem')}, ${data(dia)}` : data(dia);
}
