import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';

import { t } from '../../i18n/exportacao';
import { ehApiError, mensagemDeErro } from '../../lib/erro-api';
import type { Origem } from '../../lib/exportacoes';
import { inteiro } from '../../lib/formatos';

/** Why there is no file; of a list that is too long, how long it is and how to narrow it. */
export function Recusa({ erro, origem, aoFechar }: { erro: unknown; origem: Origem; aoFechar: () => void }) {
  if (ehApiError(erro) && erro.codigo === 'exportacao_grande') {
    const { total, maximo } = erro.dados ?? {};
    const linhas = typeof total === 'number' ? total : undefined;
    return (
      <Alert
        severity="warning"
        data-recusa="exportacao_grande"
      >
        <AlertTitle>
          {typeof maximo === 'number' ? t('exportacao.grande', { total: inteiro(linhas), maximo: inteiro(maximo) }) : t('exportacao.grandeSemLimite', { total: inteiro(linhas) })}
        </AlertTitle>
        {t(`exportacao.grandeDicas.${origem}`)}
        <Button color="inherit" size="small" variant="outlined" onClick={aoFechar} sx={{ display: 'flex', mt: 1.5 }}>
          {t('exportacao.mudarFiltros')}
        </Button>
      </Alert>
    );
  }
  const requisicao = ehApiError(erro) ? erro.requisicao : undefined;
  return (
    <Alert severity="error" data-recusa={ehApiError(erro) ? erro.codigo : ''}>
      <AlertTitle>{t('exportacao.naoExportou')}</AlertTitle>
      {ehApiError(erro) && erro.codigo === 'cota_revelacao' ? t('exportacao.cota') : mensagemDeErro(erro)}
      {requisicao !== undefined && (
        <Typography variant="body2" sx={{ mt: 0.5 }}>
          {t('comum.requisicao', { requisicao })}
        </Typography>
      )}
    </Alert>
  );
}
