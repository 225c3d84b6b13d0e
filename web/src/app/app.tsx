import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import { lazy, Suspense, useEffect, useRef } from 'react';
import { Provider } from 'react-redux';

import { Barreira } from '../components/barreira';
import { Falha } from '../components/falha';
import { Login } from '../features/login/login';
import { api } from '../lib/api';
import { ehApiError } from '../lib/erro-api';
import { useEuQuery } from '../lib/eu';
import { lembrarSessao, sessaoAberta } from '../lib/sessao';
import { store, useDespacho, useEstado } from '../lib/store';
import { tema } from '../styles/tema';
import { Espera } from './espera';

const importarCasca = () => import('./casca');
// Somebody was in here: the shell is on its way while the server is asked who.
if (!store.getState().sessao.fechada) void importarCasca();
const Avisos = lazy(async () => ({ default: (await import('../components/avisos')).Avisos }));
const Casca = lazy(async () => ({ default: (await importarCasca()).Casca }));

export function App() {
  return (
    <Provider store={store}>
      {/* In production Emotion writes rules through CSSOM into an empty <style>,
          whose hash the CSP allows. */}
      <ThemeProvider theme={tema} defaultMode="system" modeStorageKey="tema" noSsr>
        <CssBaseline enableColorScheme />
        <Barreira>
          <Porta />
        </Barreira>
        <AvisosSeHouver />
      </ThemeProvider>
    </Provider>
  );
}

/** Login or shell, by the state of the session. */
function Porta() {
  const despachar = useDespacho();
  const { fechada, motivo } = useEstado((e) => e.sessao);
  // currentData: what the last user of this tab was must not open the shell for the next one.
  const eu = useEuQuery(undefined, { skip: fechada });
  const id = useRef<number>(undefined);

  useEffect(() => {
    if (fechada) {
      // The next user must not see what this one read.
      despachar(api.util.resetApiState());
    }
  }, [fechada, despachar]);

  useEffect(() => {
    if (eu.currentData !== undefined && id.current !== eu.currentData.id) {
      id.current = eu.currentData.id;
      lembrarSessao(true);
      despachar(sessaoAberta());
    }
    if (fechada) id.current = undefined;
    // One that ended may have been opened anew in another tab.
    if (fechada && motivo !== 'terminou') lembrarSessao(false);
  }, [eu.currentData, fechada, motivo, despachar]);

  if (fechada) return <Login motivo={motivo} aoDigitar={importarCasca} />;
  if (eu.currentData !== undefined) {
    return (
      <Suspense fallback={<Espera />}>
        <Casca key={eu.currentData.id} />
      </Suspense>
    );
  }
  if (eu.error !== undefined && !(ehApiError(eu.error) && eu.error.status === 401)) {
    return (
      <Espera>
        <Falha erro={eu.error} tentar={() => void eu.refetch()} />
      </Espera>
    );
  }
  return <Espera />;
}

/** Messages are rare before the shell: their code comes with the first one. */
function AvisosSeHouver() {
  const ha = useEstado((e) => e.aviso.fila.length > 0);
  if (!ha) return null;
  return (
    <Suspense fallback={null}>
      <Avisos />
    </Suspense>
  );
}
