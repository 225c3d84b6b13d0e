import { mdiAlertCircleOutline } from '@mdi/js';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

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
  return (
    <Paper variant="outlined" role="alert" sx={{ p: 3 }}>
      <Stack direction={{ xs: 'column', sm: 'row' }} spacing={2} sx={{ alignItems: 'flex-start' }}>
        <Icone d={mdiAlertCircleOutline} color="error" fontSize="large" />
        <Stack spacing={1.5} sx={{ alignItems: 'flex-start', minWidth: 0 }}>
          <Typography component="p" variant="h3">
            {titulo ?? t('erros.titulo')}
          </Typography>
          <Typography>{mensagemDeErro(erro)}</Typography>
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
