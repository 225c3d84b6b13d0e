import { mdiAccountCircleOutline, mdiHomeOutline, mdiLogout, mdiMenu } from '@mdi/js';
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
import { Suspense, useEffect, useId, useState, type MouseEvent } from 'react';
import { Link, Route, Router, Switch, useLocation } from 'wouter';

import { Barreira } from '../components/barreira';
import { Carregando } from '../components/carregando';
import { Icone } from '../components/icone';
import { PaginaErro } from '../components/pagina-erro';
import { Inicio } from '../features/inicio/inicio';
import { TrocaObrigatoria } from '../features/login/troca-obrigatoria';
import { t } from '../i18n/casca';
import { useAtalho } from '../lib/atalhos';
import { avisar } from '../lib/aviso';
import { ehApiError, mensagemDeErro } from '../lib/erro-api';
import { pode, useSairMutation, useUsuario, type Eu } from '../lib/eu';
import { aoNavegar } from '../lib/rascunhos';
import { sessaoFechada } from '../lib/sessao';
import { useDespacho } from '../lib/store';
import { AoVivo } from './ao-vivo';
import { podeAbrir } from './ir';
import { rotas, type Rota } from './rotas';

/** The screens of an open session; forms with unsaved text are asked before a link leaves them. */
export function Casca() {
  return (
    <Router aroundNav={aoNavegar}>
      <Moldura />
    </Router>
  );
}

/** Everything around the screens. */
function Moldura() {
  const eu = useUsuario();
  const sair = useSair();
  const [local] = useLocation();

  const [, ir] = useLocation();
  useAtalho('n', pode(eu, 'cliente.criar') ? () => ir('/clientes/novo') : undefined);

  if (eu.trocar_senha) return <TrocaObrigatoria aoSair={sair} />;

  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', minHeight: '100dvh' }}>
      <Pular />
      <Topo eu={eu} aoSair={sair} />
      <AoVivo sub={eu.id} />
      <Box component="main" id="conteudo" sx={{ flex: 1, minWidth: 0, px: { xs: 1.5, sm: 3 }, py: { xs: 2, sm: 3 } }}>
        <Barreira chave={local}>
          <Suspense fallback={<Carregando forma="tela" />}>
            <Telas eu={eu} />
          </Suspense>
        </Barreira>
      </Box>
      <Rodape eu={eu} />
    </Box>
  );
}

function Telas({ eu }: { eu: Eu }) {
  return (
    <Switch>
      <Route path="/">
        <Inicio cartoes={rotas.filter((r) => r.cartao !== undefined && podeAbrir(r, eu)).map(cartaoDe)} />
      </Route>
      {rotas
        .filter((rota) => podeAbrir(rota, eu))
        .map((rota) => (
          <Route key={rota.caminho} path={rota.caminho} component={rota.componente} />
        ))}
      {rotas.map((rota) => (
        <Route key={rota.caminho} path={rota.caminho}>
          <PaginaErro tipo="403" />
        </Route>
      ))}
      <Route>
        <PaginaErro tipo="404" />
      </Route>
    </Switch>
  );
}

function cartaoDe(rota: Rota) {
  return {
    titulo: rota.tituloCartao ?? rota.titulo,
    texto: rota.cartao ?? '',
    icone: rota.menu?.icone ?? mdiHomeOutline,
    destino: rota.destino ?? rota.caminho,
  };
}

/** First stop of the Tab key. */
function Pular() {
  return (
    <Box
      component="a"
      href="#conteudo"
      onClick={(evento: MouseEvent) => {
        evento.preventDefault();
        document.querySelector<HTMLElement>('#conteudo h1')?.focus();
      }}
      sx={{
        position: 'absolute',
        left: 8,
        top: -80,
        zIndex: 'tooltip',
        px: 2,
        py: 1,
        borderRadius: 1,
        bgcolor: 'background.paper',
        color: 'text.primary',
        '&:focus': { top: 8 },
      }}
    >
      {t('comum.pular')}
    </Box>
  );
}

/** Room that the bar needs besides its entries, and for each of them, px. */
const LARGURA_TOPO = 400;
const LARGURA_ENTRADA = 120;

function Topo({ eu, aoSair }: { eu: Eu; aoSair: () => void }) {
  const entradas = rotas.filter((r) => r.menu !== undefined && r.caminho !== '/conta' && podeAbrir(r, eu));
  const larga = useMediaQuery(`(min-width:${LARGURA_TOPO + LARGURA_ENTRADA * entradas.length}px)`, { noSsr: true });
  return (
    <AppBar position="sticky" color="default" elevation={0} sx={{ bgcolor: 'background.paper', backgroundImage: 'none', borderBottom: 1, borderColor: 'divider' }}>
      <Toolbar variant="dense" sx={{ minHeight: 'var(--altura-topo)', gap: 1, px: { xs: 1, sm: 3 } }}>
        {!larga && <MenuLateral entradas={entradas} />}
        <Button component={Link} href="/" color="inherit" sx={{ gap: 1, px: 1, minWidth: 0, fontWeight: 700 }} aria-label={`${eu.empresa}, ${t('comum.inicio')}`}>
          <Box component="img" src="/icone.svg" alt="" width={26} height={26} />
          <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', maxWidth: { xs: 110, sm: 220 } }}>
            {eu.empresa}
          </Box>
        </Button>
        {larga && (
          <Box component="nav" aria-label={t('comum.menuPrincipal')} sx={{ display: 'flex', gap: 0.5, flex: 1, minWidth: 0, overflow: 'hidden' }}>
            {entradas.map((rota) => (
              <Entrada key={rota.caminho} rota={rota} />
            ))}
          </Box>
        )}
        <Box sx={{ ml: 'auto' }}>
          <MenuConta eu={eu} aoSair={aoSair} />
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

function MenuConta({ eu, aoSair }: { eu: Eu; aoSair: () => void }) {
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

function Rodape({ eu }: { eu: Eu }) {
  return (
    <Box component="footer" sx={{ px: { xs: 1.5, sm: 3 }, py: 1.5, borderTop: 1, borderColor: 'divider', color: 'text.secondary', display: 'flex', flexWrap: 'wrap', columnGap: 3, rowGap: 0.5, typography: 'body2' }}>
      <span>{eu.empresa}</span>
      <span>{t('comum.versao', { versao: eu.versao })}</span>
      {eu.contato && <span>{t('comum.contato', { contato: eu.contato })}</span>}
    </Box>
  );
}

/** Leaves once the server has ended the session; before that the screen would lie. */
function useSair(): () => void {
  const despachar = useDespacho();
  const [sair] = useSairMutation();
  const [, ir] = useLocation();
  return () => {
    sair()
      .unwrap()
      .then(() => {
        despachar(sessaoFechada('saiu'));
        ir('/', { replace: true });
      })
      .catch((erro: unknown) => {
        // A 401 has closed the screen already.
        if (ehApiError(erro) && erro.status === 401) return;
        despachar(avisar(mensagemDeErro(erro), 'erro'));
      });
  };
}
