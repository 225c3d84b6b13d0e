import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId } from 'react';

import { Tecla } from '../components/tecla';
import { t } from '../i18n/casca';
import { atalhosLigados } from '../lib/atalhos';
import { pode, type Eu } from '../lib/eu';
import { podeAbrir } from './ir';
import { rotas } from './rotas';

type Linha = readonly [teclas: readonly string[], texto: string];

/** Every shortcut that this user has. */
export function AtalhosDialogo({ eu, aoFechar }: { eu: Eu; aoFechar: () => void }) {
  const titulo = useId();
  const sempre: Linha[] = [
    [['Ctrl', 'K'], t('atalhos.paleta')],
    [['?'], t('atalhos.ajuda')],
    [['/'], t('atalhos.busca')],
    [['Ctrl', 'Z'], t('atalhos.desfazer')],
  ];
  if (pode(eu, 'cliente.criar')) sempre.push([['n'], t('atalhos.novo')]);
  const vistas = new Set<string>();
  const telas: Linha[] = [[['g', 'i'], t('comum.inicio')]];
  for (const rota of rotas) {
    if (rota.tecla === undefined || vistas.has(rota.tecla) || !podeAbrir(rota, eu)) continue;
    vistas.add(rota.tecla);
    telas.push([['g', rota.tecla], rota.titulo]);
  }
  const quadro: Linha[] = [
    [['←', '→', '↑', '↓'], t('atalhos.setas')],
    [['Ctrl', '←', '→'], t('atalhos.mover')],
    [['Enter'], t('atalhos.menu')],
  ];
  return (
    <Dialog open onClose={aoFechar} aria-labelledby={titulo} maxWidth="md">
      <DialogTitle id={titulo}>{t('atalhos.titulo')}</DialogTitle>
      {/* On a phone the list scrolls, and holds nothing else that takes the focus. */}
      <DialogContent tabIndex={0} role="region" aria-labelledby={titulo}>
        {!atalhosLigados() && (
          <Alert severity="info" sx={{ mb: 2 }}>
            {t('atalhos.desligados')}
          </Alert>
        )}
        <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' } }}>
          <Box>
            <Grupo titulo={t('atalhos.sempre')} linhas={sempre} />
            <Grupo titulo={t('atalhos.quadro')} linhas={quadro} />
          </Box>
          <Grupo titulo={t('atalhos.navegar')} linhas={telas} />
        </Box>
      </DialogContent>
      <DialogActions>
        {/* eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog takes the focus */}
        <Button variant="contained" onClick={aoFechar} autoFocus>
          {t('comum.fechar')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Grupo({ titulo, linhas }: { titulo: string; linhas: readonly Linha[] }) {
  return (
    <Box component="section" sx={{ mb: 2 }}>
      <Typography variant="h3" sx={{ mb: 1 }}>
        {titulo}
      </Typography>
      <Box component="dl" sx={{ m: 0, display: 'grid', gridTemplateColumns: 'max-content minmax(0, 1fr)', columnGap: 2, rowGap: 1, alignItems: 'center' }}>
        {linhas.map(([teclas, texto]) => (
          <Box key={texto} sx={{ display: 'contents' }}>
            <Box component="dt" sx={{ display: 'flex', gap: 0.5 }}>
              {teclas.map((tecla) => (
                <Tecla key={tecla}>{tecla}</Tecla>
              ))}
            </Box>
            <Typography component="dd" sx={{ m: 0 }}>
              {texto}
            </Typography>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
