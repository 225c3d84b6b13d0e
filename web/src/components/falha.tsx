import { mdiAlertCircleOutline } from '@mdi/js';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, type ReactNode } from 'react';

import { t } from '../i18n/pt-br';
import { ehApiError, mensagemDeErro } from '../lib/erro-api';
import { Icone } from './icone';

interface Props {
  erro: unknown;
  titulo?: string;
  /** The way out: usually `refetch`. */
  tentar?: () => void;
  /** Another way out, as a link. */
  saida?: ReactNode;
}

/** What failed, in words of the user, with a way out and the id for support. */
export function Falha({ erro, titulo, tentar, saida }: Props) {
  const requisicao = ehApiError(erro) ? erro.requisicao : undefined;
  const semResposta = ehApiError(erro) && erro.status === 0;
  const fora = semResposta && !navigator.onLine;
  const outra = useRef(tentar);

  useEffect(() => {
    outra.current = tentar;
  });
  // Back on the network, nobody has to click.
  useEffect(() => {
    if (!semResposta) return undefined;
    const voltou = () => outra.current?.();
    window.addEventListener('online', voltou);
    return () => window.removeEventListener('online', voltou);
  }, [semResposta]);

  return (
    <Paper variant="outlined" role="alert" sx={{ p: 3 }}>
      <Stack direction={{ xs: 'column', sm: 'row' }} spacing={2} sx={{ alignItems: 'flex-start' }}>
        <Icone d={mdiAlertCircleOutline} color="error" fontSize="large" />
        <Stack spacing={1.5} sx={{ alignItems: 'flex-start', minWidth: 0 }}>
          <Typography component="p" variant="h3">
            {titulo ?? t(fora ? 'erros.semRede' : semResposta ? 'erros.semServidor' : 'erros.titulo')}
          </Typography>
          <Typography>{fora ? t('erros.semRedeTexto') : mensagemDeErro(erro)}</Typography>
          <Stack direction="row" spacing={1} useFlexGap sx={{ flexWrap: 'wrap' }}>
            {tentar && (
              <Button variant="contained" onClick={tentar}>
                {t('comum.tentarDeNovo')}
              </Button>
            )}
            {saida}
          </Stack>
          {requisicao && (
            <Typography variant="body2" color="textSecondary">
              {t('comum.requisicao', { requisicao })}
            </Typography>
          )}
        </Stack>
      </Stack>
    </Paper>
  );
}
