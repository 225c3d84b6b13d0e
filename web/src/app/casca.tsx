import { mdiHomeOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import { lazy, Suspense, useState, type MouseEvent } from 'react';
import { Route, Router, Switch, useLocation } from 'wouter';

import { Barreira } from '../components/barreira';
import { Carregando } from '../components/carregando';
import { PaginaErro } from '../components/pagina-erro';
import { preguicoso } from '../components/preguicoso';
import { Inicio } from '../features/inicio/inicio';
import { TrocaObrigatoria } from '../features/login/troca-obrigatoria';
import { t } from '../i18n/casca';
import { useAtalho, useComando, useSequencia } from '../lib/atalhos';
import { avisar } from '../lib/aviso';
import { ehApiError, mensagemDeErro } from '../lib/erro-api';
import { pode, useSairMutation, useUsuario, type Eu } from '../lib/eu';
import { useFocoDepoisDeDialogo, useFocoDepoisDeEspera } from '../lib/foco';
import { aoNavegar } from '../lib/rascunhos';
import { sessaoFechada } from '../lib/sessao';
import { useDespacho } from '../lib/store';
import { AoVivo } from './ao-vivo';
import { podeAbrir } from './ir';
import { rotas, type Rota } from './rotas';
import { Topo } from './topo';
import { VigiaExportacoes } from './vigia-exportacoes';
import '../styles/contraste.css';

const Paleta = lazy(async () => ({ default: (await import('./paleta')).Paleta }));
const AtalhosDialogo = lazy(async () => ({ default: (await import('./atalhos-dialogo')).AtalhosDialogo }));

const telas = new Map(rotas.map((rota) => [rota, preguicoso(rota.tela)]));

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
  const [aberto, setAberto] = useState<'paleta' | 'atalhos'>();
  useFocoDepoisDeDialogo();
  useFocoDepoisDeEspera();
  useAtalho('n', pode(eu, 'cliente.criar') ? () => ir('/clientes/novo') : undefined);
  useAtalho('?', () => setAberto('atalhos'));
  useSequencia('g', (letra) => {
    const destino = destinoDaTecla(letra, eu);
    if (destino !== undefined) ir(destino);
  });
  useComando('k', eu.trocar_senha ? undefined : () => setAberto((a) => (a === 'paleta' ? undefined : 'paleta')));

  if (eu.trocar_senha) return <TrocaObrigatoria aoSair={sair} />;

  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', minHeight: '100dvh' }}>
      <Pular />
      <Topo eu={eu} aoSair={sair} aoBuscar={() => setAberto('paleta')} aoVerAtalhos={() => setAberto('atalhos')} />
      <AoVivo sub={eu.id} />
      <VigiaExportacoes />
      <Box component="main" id="conteudo" sx={{ flex: 1, minWidth: 0, px: { xs: 1.5, sm: 3 }, py: { xs: 2, sm: 3 } }}>
        <Barreira chave={local}>
          <Suspense fallback={<Carregando forma="tela" />}>
            <Telas eu={eu} />
          </Suspense>
        </Barreira>
      </Box>
      <Rodape eu={eu} />
      <Suspense fallback={null}>
        {aberto === 'paleta' && <Paleta eu={eu} aoFechar={() => setAberto(undefined)} aoSair={sair} aoVerAtalhos={() => setAberto('atalhos')} />}
        {aberto === 'atalhos' && <AtalhosDialogo eu={eu} aoFechar={() => setAberto(undefined)} />}
      </Suspense>
    </Box>
  );
}

/** Where `g` and this letter lead this user. */
function destinoDaTecla(letra: string, eu: Eu): string | undefined {
  if (letra === 'i') return '/';
  const rota = rotas.find((r) => r.tecla === letra && podeAbrir(r, eu));
  return rota && (rota.destino ?? rota.caminho);
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
          <Route key={rota.caminho} path={rota.caminho} component={telas.get(rota)} />
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

function Rodape({ eu }: { eu: Eu }) {
  return (
    <Box component="footer" className="rodape" sx={{ px: { xs: 1.5, sm: 3 }, py: 1.5, borderTop: 1, borderColor: 'divider', color: 'text.secondary', display: 'flex', flexWrap: 'wrap', columnGap: 3, rowGap: 0.5, typography: 'body2', overflowWrap: 'anywhere' }}>
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
