import { mdiAlertCircleOutline, mdiCheckCircleOutline, mdiDownload } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useEffect, useRef } from 'react';
import { Link as Rota } from 'wouter';

import { t } from '../../i18n/exportacao';
import { mensagemDeErro } from '../../lib/erro-api';
import { emCurso, useBaixarExportacaoMutation, useCancelarExportacaoMutation, type Exportacao } from '../../lib/exportacoes';
import { bytes, dataHora } from '../../lib/formatos';
import { Carregando } from '../carregando';
import { Falha } from '../falha';
import { Icone } from '../icone';
import { useAcompanhar } from './acompanhar';
import { Andamento } from './andamento';

/** A job, from the queue to its file. The window may be closed at any time. */
export function Trabalho({ id, aoFechar }: { id: number; aoFechar: () => void }) {
  const { exportacao, feitas, erro, reler } = useAcompanhar(id);
  const [cancelar, cancelamento] = useCancelarExportacaoMutation();
  const [baixar, download] = useBaixarExportacaoMutation();
  const principal = useRef<HTMLButtonElement>(null);
  const estado = exportacao?.estado;

  // Each state has its own button; the focus goes with it.
  useEffect(() => {
    if (estado !== undefined) principal.current?.focus();
  }, [estado]);

  async function pegar(): Promise<void> {
    const feito = await baixar(id);
    if (feito.error === undefined) aoFechar();
  }

  return (
    <>
      <DialogContent data-trabalho={estado ?? ''}>
        {exportacao === undefined ? erro === undefined ? <Carregando quantos={2} /> : <Falha erro={erro} tentar={reler} /> : <Situacao exportacao={exportacao} feitas={feitas} aoFechar={aoFechar} />}
        {[cancelamento.error, download.error].map(
          (e, i) =>
            e !== undefined && (
              <Alert key={i} severity="error" sx={{ mt: 2 }}>
                {mensagemDeErro(e)}
              </Alert>
            ),
        )}
      </DialogContent>
      <DialogActions>
        {exportacao !== undefined && emCurso(exportacao.estado) && (
          <Button color="error" loading={cancelamento.isLoading} onClick={() => void cancelar(id)}>
            {t('exportacao.cancelar')}
          </Button>
        )}
        {estado === 'pronta' ? (
          <>
            <Button onClick={aoFechar}>{t('comum.fechar')}</Button>
            <Button ref={principal} variant="contained" startIcon={<Icone d={mdiDownload} />} loading={download.isLoading} loadingPosition="start" onClick={() => void pegar()}>
              {exportacao?.bytes ? t('exportacao.baixarTamanho', { tamanho: bytes(exportacao.bytes) }) : t('exportacao.baixar')}
            </Button>
          </>
        ) : (
          <Button ref={principal} variant="contained" onClick={aoFechar}>
            {t('comum.fechar')}
          </Button>
        )}
      </DialogActions>
    </>
  );
}

function Situacao({ exportacao: e, feitas, aoFechar }: { exportacao: Exportacao; feitas: number; aoFechar: () => void }) {
  if (emCurso(e.estado)) {
    return (
      <>
        <Typography role="status" sx={{ mb: 1.5 }}>
          {t('exportacao.preparando')}
        </Typography>
        <Andamento exportacao={e} feitas={feitas} />
        <Typography variant="body2" color="textSecondary" sx={{ mt: 1.5 }}>
          {t('exportacao.podeSair')} <Minhas aoAbrir={aoFechar} />.
        </Typography>
      </>
    );
  }
  const pronta = e.estado === 'pronta';
  return (
    <Box role="status" sx={{ display: 'flex', gap: 1.5, alignItems: 'flex-start' }}>
      <Icone d={pronta ? mdiCheckCircleOutline : mdiAlertCircleOutline} sx={{ fontSize: 32, color: pronta ? 'success.main' : e.estado === 'falhou' ? 'error.main' : 'text.secondary' }} />
      <Box sx={{ minWidth: 0 }}>
        <Typography sx={{ fontWeight: 600 }}>{t(TITULOS[e.estado as keyof typeof TITULOS])}</Typography>
        <Typography color="textSecondary" sx={{ overflowWrap: 'anywhere' }}>
          {pronta ? e.nome_arquivo : e.estado === 'falhou' ? (e.erro ?? t('exportacao.falhouTexto')) : ''}
        </Typography>
        {pronta && e.expira_em !== null && (
          <Typography variant="body2" color="textSecondary">
            {t('exportacao.prontaTexto', { quando: dataHora(e.expira_em) })} <Minhas aoAbrir={aoFechar} />.
          </Typography>
        )}
      </Box>
    </Box>
  );
}

/** The way to the files of this user. */
function Minhas({ aoAbrir }: { aoAbrir: () => void }) {
  return (
    <Link component={Rota} href="/exportacoes" onClick={aoAbrir}>
      {t('exportacao.minhas')}
    </Link>
  );
}

const TITULOS = {
  pronta: 'exportacao.pronta',
  falhou: 'exportacao.falhou',
  cancelada: 'exportacao.canceladaTitulo',
  expirada: 'exportacao.expiradaTitulo',
} as const;
