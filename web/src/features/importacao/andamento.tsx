import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import LinearProgress from '@mui/material/LinearProgress';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState } from 'react';

import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { mensagemDeErro } from '../../lib/erro-api';
import { useEvento } from '../../lib/eventos';
import { inteiro } from '../../lib/formatos';
import { useCancelarImportacaoMutation } from './api';
import { t } from './textos';
import type { ImportacaoDados } from './tipos';

/** Events tell how far it is; without them the screen asks this often, ms. */
const SONDAGEM_MS = 2500;

/** Step 4 while it runs. */
export function Andamento({ dados, reler }: { dados: ImportacaoDados; reler: () => void }) {
  const [perguntando, setPerguntando] = useState(false);
  const [vivas, setVivas] = useState(0);
  const [cancelar, { isLoading, error }] = useCancelarImportacaoMutation();
  const ler = useRef(reler);
  useEffect(() => {
    ler.current = reler;
  });

  useEvento(['importacao_progresso'], ({ dados: d }) => {
    if (d.id !== dados.id) return;
    if (typeof d.processadas === 'number') setVivas(d.processadas);
    if (d.estado !== 'executando' && d.estado !== 'na_fila') reler();
  });
  useEffect(() => {
    const relogio = setInterval(() => ler.current(), SONDAGEM_MS);
    return () => clearInterval(relogio);
  }, []);

  const feitas = Math.min(dados.linhas, Math.max(dados.processadas, vivas));
  const naFila = dados.estado === 'na_fila';
  const desfazendo = dados.operacao === 'desfazer';
  const titulo = t(desfazendo ? 'importacao.desfazendo' : 'importacao.executando');
  const fracao = dados.linhas > 0 ? Math.floor((feitas / dados.linhas) * 100) : 0;

  async function confirmar(): Promise<void> {
    await cancelar(dados.id);
    setPerguntando(false);
  }

  return (
    <Paper variant="outlined" sx={{ p: { xs: 2, sm: 4 }, borderRadius: 2 }}>
      <Typography variant="h2" role="status" sx={{ mb: 2 }}>
        {titulo}
      </Typography>
      {/* Drawn anew when it begins: the bar of the queue would slide back. */}
      <LinearProgress key={naFila ? 'fila' : 'linhas'} aria-label={titulo} variant={naFila ? 'indeterminate' : 'determinate'} value={naFila ? undefined : fracao} sx={{ height: 10, borderRadius: 5, mb: 1 }} />
      <Typography color="textSecondary">{naFila ? t('importacao.naFila') : t('importacao.processadas', { n: inteiro(feitas), total: inteiro(dados.linhas) })}</Typography>
      <Typography variant="body2" color="textSecondary" sx={{ mt: 2 }}>
        {t('importacao.podeSair')}
      </Typography>
      {error !== undefined && (
        <Alert severity="error" sx={{ mt: 2 }}>
          {mensagemDeErro(error)}
        </Alert>
      )}
      {dados.pode_cancelar && (
        <Button color="error" variant="outlined" sx={{ mt: 2 }} onClick={() => setPerguntando(true)}>
          {t('importacao.cancelar')}
        </Button>
      )}
      <ConfirmaDialogo aberto={perguntando} titulo={t('importacao.cancelarTitulo')} texto={t('importacao.cancelarTexto')} confirmar={t('importacao.cancelar')} cancelar={t('comum.voltar')} perigo ocupado={isLoading} aoConfirmar={() => void confirmar()} aoFechar={() => setPerguntando(false)} />
    </Paper>
  );
}
