import { announce } from '@atlaskit/pragmatic-drag-and-drop-live-region';
import { mdiCheckDecagramOutline, mdiRefresh, mdiShuffleVariant } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import Paper from '@mui/material/Paper';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState } from 'react';
import { Link as Rota } from 'wouter';

import { Carregando } from '../../components/carregando';
import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Pagina } from '../../components/pagina';
import { Vazio } from '../../components/vazio';
import { plural } from '../../i18n/textos';
import { avisar } from '../../lib/aviso';
import { ehApiError, mensagemDeErro } from '../../lib/erro-api';
import { pode, useUsuario } from '../../lib/eu';
import { useEvento } from '../../lib/eventos';
import { useFiltrosUrl } from '../../lib/filtros-url';
import { semFoco } from '../../lib/foco';
import { inteiro } from '../../lib/formatos';
import { useDespacho } from '../../lib/store';
import { useAplicarMutation, useDesfazerRedistribuicaoMutation, useLazyVerificarDistribuicaoQuery, useSimularMutation, type Desfeita, type Modo } from './api';
import { Historico } from './historico';
import { Mantidos } from './mantidos';
import { Plano } from './plano';
import { t } from './textos';

const MUDAM_O_QUADRO = ['cliente_contatado', 'cliente_realocado', 'cliente_liberado', 'cliente_recuperado', 'redistribuicao_completa', 'vendedor_online', 'configuracao_alterada', 'recarregar'] as const;

/** Simulate, apply, undo: who gains and loses what before anything changes. */
export function Redistribuicao() {
  const eu = useUsuario();
  const podeExecutar = pode(eu, 'distribuicao.executar');
  const { ler, mudar } = useFiltrosUrl();
  const modo: Modo = ler('modo') === 'diferenca' ? 'diferenca' : 'todos';
  const fixados = modo === 'todos' && ler('fixados') === 'sim';
  const despachar = useDespacho();
  const [simular, simulacao] = useSimularMutation();
  const [aplicar, aplicacao] = useAplicarMutation();
  const [desfazer, volta] = useDesfazerRedistribuicaoMutation();
  const [confirmando, setConfirmando] = useState(false);
  const [aDesfazer, setADesfazer] = useState<number>();
  const [desfeita, setDesfeita] = useState<Desfeita>();
  const [mudou, setMudou] = useState(false);
  /** The board changed after the plan was made. */
  const [velho, setVelho] = useState(false);
  const aplicando = useRef(false);
  const voltando = useRef(false);
  const acoes = useRef<HTMLDivElement>(null);
  /** The focus was on a button of the actions: they are off while a plan is made. */
  const focoNasAcoes = useRef(false);
  const plano = simulacao.data;

  const calcular = () => {
    setVelho(false);
    void simular({ modo, incluir_fixados: fixados });
  };
  useEffect(() => {
    setVelho(false);
    setMudou(false);
    void simular({ modo, incluir_fixados: fixados });
  }, [simular, modo, fixados]);

  useEffect(() => {
    if (simulacao.isLoading || !focoNasAcoes.current || !semFoco()) return;
    acoes.current?.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
  }, [simulacao.isLoading]);

  useEvento(MUDAM_O_QUADRO, () => {
    if (!aplicando.current) setVelho(true);
  });

  async function confirmar(): Promise<void> {
    if (plano === undefined) return;
    aplicando.current = true;
    focoNasAcoes.current = true;
    const feita = await aplicar(plano.hash);
    setConfirmando(false);
    if (feita.error !== undefined) {
      aplicando.current = false;
      if (ehApiError(feita.error) && feita.error.codigo === 'quadro_mudou') {
        setMudou(true);
        announce(t('redistribuicao.mudou'));
        calcular();
      } else despachar(avisar(mensagemDeErro(feita.error), 'erro'));
      return;
    }
    setMudou(false);
    setDesfeita(undefined);
    const texto = t('redistribuicao.feita', {
      clientes: plural(feita.data.elegiveis, t('redistribuicao.umCliente'), t('redistribuicao.clientes')),
      vendedores: plural(feita.data.vendedores, t('redistribuicao.umVendedor'), t('redistribuicao.vendedores')),
    });
    const { lote } = feita.data;
    announce(texto);
    despachar(avisar(texto, 'ok', { rotulo: t('redistribuicao.desfazer'), desfaz: true, fazer: () => void voltar(lote) }));
    await simular({ modo, incluir_fixados: fixados });
    setVelho(false);
    aplicando.current = false;
  }

  async function voltar(lote: number): Promise<void> {
    // A second press finds the first on its way.
    if (voltando.current) return;
    voltando.current = true;
    aplicando.current = true;
    const feita = await desfazer(lote);
    voltando.current = false;
    setADesfazer(undefined);
    if (feita.error !== undefined) despachar(avisar(mensagemDeErro(feita.error), 'erro'));
    else {
      const { restaurados: n, total_mantidos: m } = feita.data;
      const texto = m === 0 ? (n === 1 ? t('redistribuicao.desfeitaUm') : t('redistribuicao.desfeita', { n: inteiro(n) })) : t('redistribuicao.desfeitaParte', { n: inteiro(n), m: inteiro(m) });
      announce(texto);
      despachar(avisar(texto));
      setDesfeita(m === 0 ? undefined : feita.data);
      await simular({ modo, incluir_fixados: fixados });
      setVelho(false);
    }
    aplicando.current = false;
  }

  const ninguem = plano !== undefined && plano.vendedores.every((v) => v.depois === 0);
  const nada = plano !== undefined && plano.vendedores.every((v) => v.ganha === 0 && v.perde === 0);

  return (
    <Pagina titulo={t('redistribuicao.titulo')} acoes={<Verificar />}>
      <Paper variant="outlined" sx={{ p: { xs: 1.5, sm: 2 }, mb: 2, display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'flex-start' }}>
        <RadioGroup
          row
          aria-label={t('redistribuicao.opcoes')}
          value={modo}
          onChange={(_, novo) => mudar({ modo: novo === 'todos' ? undefined : novo, fixados: undefined })}
          sx={{ columnGap: 4, rowGap: 1, flex: 1, minWidth: 0 }}
        >
          <Opcao valor="todos" titulo={t('redistribuicao.todos')} dica={t('redistribuicao.todosDica')} />
          <Opcao valor="diferenca" titulo={t('redistribuicao.diferenca')} dica={t('redistribuicao.diferencaDica')} />
        </RadioGroup>
        <FormControlLabel
          disabled={modo !== 'todos'}
          control={<Checkbox checked={fixados} onChange={(_, sim) => mudar({ fixados: sim ? 'sim' : undefined })} />}
          label={t('redistribuicao.fixados')}
        />
      </Paper>

      {mudou && (
        <Alert severity="warning" sx={{ mb: 2 }} onClose={() => setMudou(false)} data-mudou="">
          {t('redistribuicao.mudou')}
        </Alert>
      )}
      {velho && !simulacao.isLoading && (
        <Alert severity="info" sx={{ mb: 2, alignItems: 'center' }} data-velho="" action={<Button color="inherit" size="small" onClick={calcular}>{t('redistribuicao.atualizar')}</Button>}>
          {t('redistribuicao.velho')}
        </Alert>
      )}
      {simulacao.error ? (
        <Falha erro={simulacao.error} tentar={calcular} />
      ) : plano === undefined ? (
        <Carregando forma="cartoes" quantos={4} />
      ) : (
        <Box aria-busy={simulacao.isLoading} sx={{ opacity: simulacao.isLoading ? 0.55 : 1 }}>
          {ninguem ? (
            <Vazio
              titulo={t('redistribuicao.ninguemOnline')}
              texto={t('redistribuicao.ninguemOnlineTexto')}
              acao={
                <Button variant="contained" component={Rota} href="/vendedores">
                  {t('redistribuicao.verVendedores')}
                </Button>
              }
            />
          ) : (
            <>
              {plano.sem_vendedor > 0 && (
                <Alert severity="warning" sx={{ mb: 2 }}>
                  {t('redistribuicao.semVendedorAviso', { clientes: plural(plano.sem_vendedor, t('redistribuicao.umCliente'), t('redistribuicao.clientes')) })}
                </Alert>
              )}
              <Plano plano={plano} />
            </>
          )}
        </Box>
      )}
      <Box
        ref={acoes}
        onFocus={() => (focoNasAcoes.current = true)}
        onBlur={(e) => {
          if (e.relatedTarget !== null) focoNasAcoes.current = false;
        }}
        sx={{ display: 'flex', gap: 1, justifyContent: 'flex-end', position: { xs: 'sticky', md: 'static' }, bottom: 0, py: 1.5, mb: 3, bgcolor: 'background.default', boxShadow: { xs: '0 -1px 0 var(--mui-palette-divider)', md: 'none' }, zIndex: 1 }}
      >
        <Button startIcon={<Icone d={mdiRefresh} />} onClick={calcular} loading={simulacao.isLoading} loadingPosition="start">
          {t('redistribuicao.simular')}
        </Button>
        {podeExecutar && (
          <Button variant="contained" startIcon={<Icone d={mdiShuffleVariant} />} disabled={plano === undefined || nada || simulacao.isLoading} loading={volta.isLoading} onClick={() => setConfirmando(true)} data-aplicar="">
            {t('redistribuicao.aplicar')}
          </Button>
        )}
      </Box>

      {desfeita && <Mantidos desfeita={desfeita} />}
      <Historico podeDesfazer={podeExecutar} desfeito={volta.isError ? undefined : volta.originalArgs} aoDesfazer={setADesfazer} />

      {confirmando && plano && (
        <ConfirmaDialogo
          aberto
          titulo={t('redistribuicao.confirmarTitulo')}
          texto={t('redistribuicao.confirmarTexto', { trocam: inteiro(plano.trocam), ganham: inteiro(plano.ganham), saem: inteiro(plano.liberados) })}
          confirmar={t('redistribuicao.aplicar')}
          ocupado={aplicacao.isLoading}
          aoConfirmar={() => void confirmar()}
          aoFechar={() => setConfirmando(false)}
        />
      )}
      {aDesfazer !== undefined && (
        <ConfirmaDialogo
          aberto
          titulo={t('redistribuicao.desfazerTitulo')}
          texto={t('redistribuicao.desfazerTexto')}
          confirmar={t('redistribuicao.desfazer')}
          ocupado={volta.isLoading}
          aoConfirmar={() => void voltar(aDesfazer)}
          aoFechar={() => setADesfazer(undefined)}
        />
      )}
    </Pagina>
  );
}

function Opcao({ valor, titulo, dica }: { valor: Modo; titulo: string; dica: string }) {
  return (
    <FormControlLabel
      value={valor}
      control={<Radio />}
      sx={{ alignItems: 'flex-start', flex: '1 1 240px', minWidth: 0, mr: 0 }}
      label={
        <Box component="span" sx={{ display: 'block', pt: 1 }}>
          <Box component="span" sx={{ display: 'block', fontWeight: 650 }}>
            {titulo}
          </Box>
          <Typography component="span" variant="body2" color="textSecondary">
            {dica}
          </Typography>
        </Box>
      }
    />
  );
}

/** Proves the distribution on demand and says what it found. */
function Verificar() {
  const despachar = useDespacho();
  const [verificar, { data, isFetching }] = useLazyVerificarDistribuicaoQuery();

  async function rodar(): Promise<void> {
    const resposta = await verificar();
    if (resposta.error) despachar(avisar(mensagemDeErro(resposta.error), 'erro'));
    else if (resposta.data?.ok) despachar(avisar(t('redistribuicao.verificada')));
  }

  return (
    <>
      <Button startIcon={<Icone d={mdiCheckDecagramOutline} />} onClick={() => void rodar()} loading={isFetching} loadingPosition="start">
        {t('redistribuicao.verificar')}
      </Button>
      {data?.ok === false && (
        <Alert severity="error" sx={{ width: '100%' }}>
          {t('redistribuicao.violacoes')}
          <Box component="ul" sx={{ m: 0, pl: 2 }}>
            {data.violacoes.map((v) => (
              <li key={`${v.invariante} ${v.detalhe}`}>
                {v.invariante}: {v.detalhe}
              </li>
            ))}
          </Box>
        </Alert>
      )}
    </>
  );
}
