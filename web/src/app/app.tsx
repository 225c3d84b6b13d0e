import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import { lazy, StrictMode, Suspense, useEffect, useRef } from 'react';
import { Provider } from 'react-redux';

import { Barreira } from '../components/barreira';
import { Falha } from '../components/falha';
import { preguicoso } from '../components/preguicoso';
import { Login } from '../features/login/login';
import { api } from '../lib/api';
import { ehApiError } from '../lib/erro-api';
import { euApi, useEuQuery } from '../lib/eu';
import { lembrarSessao } from '../lib/lembranca';
import { sessaoAberta } from '../lib/sessao';
import { sobDemanda } from '../lib/sob-demanda';
import { store, useDespacho, useEstado } from '../lib/store';
import { tema } from '../styles/tema';
import { createRoot, startTransition } from './desenho';
import { Espera } from './espera';
import type { ModuloDeTela } from './rotas';

const importarCasca = sobDemanda(async () => ({ Componente: (await import('./casca')).Casca }));
const Casca = preguicoso(importarCasca);
const Avisos = lazy(async () => ({ default: (await import('../components/avisos')).Avisos }));

/** The first drawing waits this long for what it shows, ms; then it shows shapes. */
const ESPERA_MS = 2500;

const SEM_ASSINAR = { subscribe: false } as const;

/**
 * Draws the page. For somebody who is in, with the data of the screen if they
 * are here in time: drawn once, in slices, instead of shapes and then the whole.
 */
export async function iniciar(raiz: HTMLElement, tela: ModuloDeTela | undefined): Promise<void> {
  if (!store.getState().sessao.fechada) {
    await Promise.race([adiantar(tela).catch(() => undefined), new Promise((resolve) => setTimeout(resolve, ESPERA_MS))]);
  }
  const no = createRoot(raiz);
  startTransition(() =>
    no.render(
      <StrictMode>
        <App />
      </StrictMode>,
    ),
  );
}

async function adiantar(tela: ModuloDeTela | undefined): Promise<void> {
  const [{ data: eu }] = await Promise.all([store.dispatch(euApi.endpoints.eu.initiate(undefined, SEM_ASSINAR)), importarCasca()]);
  if (eu !== undefined && eu.trocar_senha !== true) await Promise.all([tela?.adiantar?.(eu), store.dispatch(euApi.endpoints.publico.initiate(undefined, SEM_ASSINAR))]);
}

function App() {
  return (
    <Provider store={store}>
      {/* In production Emotion writes rules through CSSOM into an empty <style>,
          whose hash the CSP allows. */}
      <ThemeProvider theme={tema()} defaultMode="system" modeStorageKey="tema" noSsr>
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
  const abriu = useRef(false);

  useEffect(() => {
    // The next user must not see what this one read.
    if (fechada && abriu.current) despachar(api.util.resetApiState());
    abriu.current = !fechada;
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
