import Box from '@mui/material/Box';
import Card from '@mui/material/Card';
import CardContent from '@mui/material/CardContent';
import Paper from '@mui/material/Paper';
import MuiTable from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import TableSortLabel from '@mui/material/TableSortLabel';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import type { ReactNode } from 'react';

import { MenuOrdem, type Ordem } from './menu-ordem';

export interface Coluna<L> {
  id: string;
  titulo: string;
  valor: (linha: L) => ReactNode;
  /** Numbers go right-aligned. */
  numero?: boolean;
  /** Heading of the card on narrow screens and row header of the table; one column has it. */
  principal?: boolean;
  /** Buttons: no label on the card, last on the row. */
  acoes?: boolean;
  /** Key understood by `aoOrdenar`; absent = not sortable. */
  ordem?: string;
}

interface Props<L> {
  /** Name of the table for screen readers. */
  legenda: string;
  colunas: readonly Coluna<L>[];
  linhas: readonly L[];
  chave: (linha: L) => string | number;
  ordem?: Ordem;
  aoOrdenar?: (ordem: Ordem) => void;
}

/** A simple table; where its columns have no room each row is a card. */
export function Tabela<L>(props: Props<L>) {
  const estreita = useMediaQuery(`(max-width:${larguraDe(props.colunas.length) - 0.05}px)`, { noSsr: true });
  return estreita ? <EmCartoes {...props} /> : <EmTabela {...props} />;
}

/** The narrowest window in which so many columns stand side by side, px. */
function larguraDe(colunas: number): number {
  if (colunas <= 2) return 0;
  return colunas <= 4 ? 600 : 900;
}

function EmTabela<L>({ legenda, colunas, linhas, chave, ordem, aoOrdenar }: Props<L>) {
  return (
    <TableContainer component={Paper} variant="outlined">
      <MuiTable size="small" aria-label={legenda}>
        <TableHead>
          <TableRow>
            {colunas.map((c) => (
              <TableCell
                key={c.id}
                align={c.numero || c.acoes ? 'right' : 'left'}
                sx={{ whiteSpace: 'nowrap' }}
                sortDirection={c.ordem !== undefined && ordem?.chave === c.ordem ? (ordem.desc ? 'desc' : 'asc') : undefined}
              >
                {c.ordem !== undefined && aoOrdenar ? (
                  <Ordenavel titulo={c.titulo} chave={c.ordem} ordem={ordem} aoOrdenar={aoOrdenar} />
                ) : c.acoes ? (
                  <span className="so-leitor">{c.titulo}</span>
                ) : (
                  c.titulo
                )}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {linhas.map((linha) => (
            <TableRow key={chave(linha)} hover>
              {colunas.map((c) => (
                <TableCell
                  key={c.id}
                  component={c.principal ? 'th' : 'td'}
                  scope={c.principal ? 'row' : undefined}
                  align={c.numero || c.acoes ? 'right' : 'left'}
                  sx={c.numero ? { whiteSpace: 'nowrap' } : undefined}
                >
                  {c.valor(linha)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </MuiTable>
    </TableContainer>
  );
}

function Ordenavel({ titulo, chave, ordem, aoOrdenar }: { titulo: string; chave: string; ordem?: Ordem; aoOrdenar: (ordem: Ordem) => void }) {
  const ativa = ordem?.chave === chave;
  const desc = ativa && ordem.desc;
  return (
    <TableSortLabel
      active={ativa}
      direction={desc ? 'desc' : 'asc'}
      onClick={() => aoOrdenar({ chave, desc: ativa ? !desc : false })}
    >
      {titulo}
    </TableSortLabel>
  );
}

function EmCartoes<L>({ legenda, colunas, linhas, chave, ordem, aoOrdenar }: Props<L>) {
  const principal = colunas.find((c) => c.principal);
  const campos = colunas.filter((c) => c !== principal && !c.acoes);
  const acoes = colunas.filter((c) => c.acoes);
  const ordens = colunas.flatMap((c) => (c.ordem === undefined ? [] : [{ chave: c.ordem, nome: c.titulo }]));
  const lista = (
    <Box component="ul" aria-label={legenda} sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1.5, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 320px), 1fr))' }}>
      {linhas.map((linha) => (
        <Card component="li" key={chave(linha)}>
          <CardContent sx={{ '&:last-child': { pb: 2 } }}>
            <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'flex-start', mb: 1 }}>
              {principal && (
                <Typography component="p" variant="h3" sx={{ flex: '1 1 50%', minWidth: 0 }}>
                  {principal.valor(linha)}
                </Typography>
              )}
              {acoes.map((c) => (
                // The room around a button is its own, not the card's.
                <Box key={c.id} sx={{ display: 'flex', gap: 1, ml: 'auto', '& > .MuiIconButton-root': { mt: -1.25, mr: -1.25, mb: -1.25 } }}>
                  {c.valor(linha)}
                </Box>
              ))}
            </Box>
            <Box component="dl" sx={{ m: 0, display: 'grid', gridTemplateColumns: 'fit-content(55%) minmax(0, 1fr)', columnGap: 2, rowGap: 0.5 }}>
              {campos.map((c) => (
                <Box key={c.id} sx={{ display: 'contents' }}>
                  <Typography component="dt" variant="body2" color="textSecondary">
                    {c.titulo}
                  </Typography>
                  <Typography component="dd" variant="body2" sx={{ m: 0, textAlign: 'right', whiteSpace: c.numero ? 'nowrap' : undefined }}>
                    {c.valor(linha)}
                  </Typography>
                </Box>
              ))}
            </Box>
          </CardContent>
        </Card>
      ))}
    </Box>
  );
  if (ordem === undefined || aoOrdenar === undefined || ordens.length === 0) return lista;
  return (
    <>
      <Box sx={{ mb: 1 }}>
        <MenuOrdem opcoes={ordens} ordem={ordem} aoMudar={(nova) => aoOrdenar({ chave: nova, desc: false })} aoInverter={() => aoOrdenar({ ...ordem, desc: !ordem.desc })} />
      </Box>
      {lista}
    </>
  );
}
