import { mdiAccountCircleOutline, mdiChevronDown, mdiHomeOutline, mdiKeyboardOutline, mdiLogout, mdiMagnify, mdiMenu } from '@mdi/js';
import AppBar from '@mui/material/AppBar';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import Drawer from '@mui/material/Drawer';
import IconButton from '@mui/material/IconButton';
import List from '@mui/material/List';
import ListItem from '@mui/material/ListItem';
import ListItemButton from '@mui/material/ListItemButton';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Toolbar from '@mui/material/Toolbar';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useEffect, useId, useState } from 'react';
import { Link, useLocation } from 'wouter';

import { Icone } from '../components/icone';
import { Tecla } from '../components/tecla';
import { t } from '../i18n/casca';
import { usePublicoQuery, type Eu } from '../lib/eu';
import { podeAbrir } from './ir';
import { rotas, type Rota } from './rotas';

/** Under this width the menu is a drawer, px. */
const LARGURA_GAVETA = 900;
/** Room that the bar needs besides its entries, and for each of them, px. */
const LARGURA_TOPO = 740;
const LARGURA_ENTRADA = 132;

/** Bar above every screen: company, menu, search, account. */
export function Topo({ eu, aoSair, aoBuscar, aoVerAtalhos }: { eu: Eu; aoSair: () => void; aoBuscar: () => void; aoVerAtalhos: () => void }) {
  const entradas = rotas.filter((r) => r.menu !== undefined && podeAbrir(r, eu));
  const { data: publico } = usePublicoQuery();
  const larga = useMediaQuery(`(min-width:${LARGURA_GAVETA}px)`, { noSsr: true });
  const cabem = useCabem(entradas.length);
  const [visiveis, outras] = [entradas.slice(0, cabem), entradas.slice(cabem)];
  return (
    <AppBar position="sticky" color="default" elevation={0} sx={{ bgcolor: 'background.paper', borderBottom: 1, borderColor: 'divider' }}>
      <Toolbar variant="dense" sx={{ minHeight: 'var(--altura-topo)', gap: 1, px: { xs: 1, sm: 3 } }}>
        {!larga && <MenuLateral entradas={entradas} />}
        <Button component={Link} href="/" color="inherit" sx={{ gap: 1, px: 1, minWidth: 0, fontWeight: 700 }} aria-label={`${eu.empresa}, ${t('comum.inicio')}`}>
          <Box component="img" src={publico?.logo || '/icone.svg'} alt="" sx={{ height: 26, width: 'auto', minWidth: 26, maxWidth: 120 }} />
          <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', maxWidth: { xs: 110, sm: 220 } }}>
            {eu.empresa}
          </Box>
        </Button>
        {larga && (
          <Box component="nav" aria-label={t('comum.menuPrincipal')} sx={{ display: 'flex', gap: 0.5, flex: 1, minWidth: 0, overflow: 'hidden' }}>
            {visiveis.map((rota) => (
              <Entrada key={rota.caminho} rota={rota} />
            ))}
            {outras.length > 0 && <MaisEntradas rotas={outras} />}
          </Box>
        )}
        <Box sx={{ ml: 'auto', display: 'flex', alignItems: 'center', gap: 1 }}>
          <Button color="inherit" onClick={aoBuscar} aria-keyshortcuts="Control+K" aria-haspopup="dialog" sx={{ minWidth: 44, gap: 1, color: 'text.secondary', border: { md: 1 }, borderColor: { md: 'divider' } }}>
            <Icone d={mdiMagnify} />
            <Box component="span" className={larga ? undefined : 'so-leitor'}>{t('paleta.abrir')}</Box>
            {larga && <Tecla>Ctrl K</Tecla>}
          </Button>
          <MenuConta eu={eu} aoSair={aoSair} aoVerAtalhos={aoVerAtalhos} />
        </Box>
      </Toolbar>
    </AppBar>
  );
}

/** Is the current address the one of this entry? */
function useAqui(rota: Rota): { destino: string; aqui: boolean } {
  const [local] = useLocation();
  const destino = rota.destino ?? rota.caminho;
  return { destino, aqui: local === destino || local.startsWith(`${destino}/`) };
}

/** How many entries of the menu stand beside each other; the rest goes below "Mais". */
function useCabem(n: number): number {
  const [largura, setLargura] = useState(() => window.innerWidth);
  useEffect(() => {
    const medir = () => setLargura(window.innerWidth);
    window.addEventListener('resize', medir);
    return () => window.removeEventListener('resize', medir);
  }, []);
  const cabem = Math.max(1, Math.floor((largura - LARGURA_TOPO) / LARGURA_ENTRADA));
  return cabem >= n ? n : cabem;
}

/** The entries that did not fit. */
function MaisEntradas({ rotas }: { rotas: readonly Rota[] }) {
  const [ancora, setAncora] = useState<HTMLElement | null>(null);
  const [local, ir] = useLocation();
  const id = useId();
  const aqui = (r: Rota) => local === (r.destino ?? r.caminho) || local.startsWith(`${r.destino ?? r.caminho}/`);
  return (
    <>
      <Button
        color={rotas.some(aqui) ? 'primary' : 'inherit'}
        onClick={(e) => setAncora(e.currentTarget)}
        aria-haspopup="menu"
        aria-expanded={ancora !== null}
        aria-controls={ancora ? id : undefined}
        endIcon={<Icone d={mdiChevronDown} />}
        sx={{ flexShrink: 0, bgcolor: rotas.some(aqui) ? 'action.selected' : undefined }}
      >
        {t('paleta.mais')}
      </Button>
      <Menu id={id} anchorEl={ancora} open={ancora !== null} onClose={() => setAncora(null)}>
        {rotas.map((rota) => (
          <MenuItem
            key={rota.caminho}
            selected={aqui(rota)}
            aria-current={aqui(rota) ? 'page' : undefined}
            onClick={() => {
              setAncora(null);
              ir(rota.destino ?? rota.caminho);
            }}
          >
            <ListItemIcon>{rota.menu && <Icone d={rota.menu.icone} fontSize="small" />}</ListItemIcon>
            <ListItemText>{rota.titulo}</ListItemText>
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}

function Entrada({ rota }: { rota: Rota }) {
  const { destino, aqui } = useAqui(rota);
  return (
    <Button
      component={Link}
      href={destino}
      color={aqui ? 'primary' : 'inherit'}
      aria-current={aqui ? 'page' : undefined}
      startIcon={rota.menu && <Icone d={rota.menu.icone} />}
      sx={{ whiteSpace: 'nowrap', flexShrink: 0, bgcolor: aqui ? 'action.selected' : undefined }}
    >
      {rota.titulo}
    </Button>
  );
}

function MenuLateral({ entradas }: { entradas: readonly Rota[] }) {
  const [aberto, setAberto] = useState(false);
  const [local] = useLocation();
  useEffect(() => setAberto(false), [local]);

  return (
    <>
      <IconButton onClick={() => setAberto(true)} aria-label={t('comum.menu')} aria-expanded={aberto} edge="start">
        <Icone d={mdiMenu} />
      </IconButton>
      <Drawer open={aberto} onClose={() => setAberto(false)} slotProps={{ paper: { 'aria-label': t('comum.menu') } }}>
        <Box component="nav" aria-label={t('comum.menuPrincipal')} sx={{ width: 280, maxWidth: '85vw' }}>
          <List>
            <ItemLateral rota={{ caminho: '/', titulo: t('comum.inicio'), menu: { icone: mdiHomeOutline } }} />
            {entradas.map((rota) => (
              <ItemLateral key={rota.caminho} rota={rota} />
            ))}
          </List>
        </Box>
      </Drawer>
    </>
  );
}

function ItemLateral({ rota }: { rota: Pick<Rota, 'caminho' | 'destino' | 'titulo' | 'menu'> }) {
  const { destino, aqui } = useAqui(rota as Rota);
  return (
    <ListItem disablePadding>
      <ListItemButton component={Link} href={destino} selected={aqui} aria-current={aqui ? 'page' : undefined}>
        <ListItemIcon sx={{ minWidth: 40 }}>{rota.menu && <Icone d={rota.menu.icone} />}</ListItemIcon>
        <ListItemText primary={rota.titulo} />
      </ListItemButton>
    </ListItem>
  );
}

function MenuConta({ eu, aoSair, aoVerAtalhos }: { eu: Eu; aoSair: () => void; aoVerAtalhos: () => void }) {
  const [ancora, setAncora] = useState<HTMLElement | null>(null);
  const idMenu = useId();
  const [, ir] = useLocation();
  const fechar = () => setAncora(null);
  const papel = t(`papeis.${eu.papel}`);

  return (
    <>
      <Button
        color="inherit"
        onClick={(e) => setAncora(e.currentTarget)}
        aria-haspopup="menu"
        aria-expanded={ancora !== null}
        aria-controls={ancora ? idMenu : undefined}
        sx={{ gap: 1, textAlign: 'left', minWidth: 0 }}
      >
        <span className="so-leitor">{t('comum.conta')}: </span>
        <Box component="span" sx={{ display: { xs: 'none', sm: 'block' }, lineHeight: 1.2 }}>
          <Box component="span" sx={{ display: 'block', maxWidth: 200, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
            {eu.nome}
          </Box>{' '}
          <Typography component="span" variant="caption" color="textSecondary" sx={{ display: 'block' }}>
            {papel}
          </Typography>
        </Box>
        <Icone d={mdiAccountCircleOutline} />
      </Button>
      <Menu id={idMenu} anchorEl={ancora} open={ancora !== null} onClose={fechar} slotProps={{ list: { 'aria-label': t('comum.conta') } }}>
        <MenuItem
          onClick={() => {
            fechar();
            ir('/conta');
          }}
        >
          <ListItemIcon>
            <Icone d={mdiAccountCircleOutline} fontSize="small" />
          </ListItemIcon>
          <ListItemText primary={t('comum.conta')} secondary={`${eu.nome} · ${papel}`} />
        </MenuItem>
        <MenuItem
          onClick={() => {
            fechar();
            aoVerAtalhos();
          }}
        >
          <ListItemIcon>
            <Icone d={mdiKeyboardOutline} fontSize="small" />
          </ListItemIcon>
          <ListItemText primary={t('paleta.atalhos')} />
        </MenuItem>
        <Divider component="li" />
        <MenuItem
          onClick={() => {
            fechar();
            aoSair();
          }}
        >
          <ListItemIcon>
            <Icone d={mdiLogout} fontSize="small" />
          </ListItemIcon>
          <ListItemText primary={t('comum.sair')} />
        </MenuItem>
      </Menu>
    </>
  );
}
