import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';

import { Falha } from '../../components/falha';
import type { Verificacao as Resultado } from './api';
import { t } from './textos';

interface Props {
  resultado: Resultado | undefined;
  erro: unknown;
  /** In words. */
  quando: string;
  aoTentar: () => void;
  aoFechar: () => void;
}

/** What the verification of the whole trail found. */
export function Verificacao({ resultado, erro, quando, aoTentar, aoFechar }: Props) {
  if (erro !== undefined) {
    return (
      <Box sx={{ mb: 2 }}>
        <Falha erro={erro} tentar={aoTentar} />
      </Box>
    );
  }
  if (resultado === undefined) return null;
  const n = resultado.problemas.length;
  return (
    <Alert severity={resultado.integra ? 'success' : 'error'} onClose={aoFechar} slotProps={{ closeButton: { 'aria-label': t('auditoria.fecharResultado') } }} data-verificacao={resultado.integra ? 'integra' : 'rompida'} sx={{ mb: 2, '& .MuiAlert-message': { minWidth: 0, flex: 1 } }}>
      <AlertTitle>{t(resultado.integra ? 'auditoria.integra' : 'auditoria.rompida')}</AlertTitle>
      <Typography variant="body2">
        {resultado.integra ? t('auditoria.integraTexto') : n === 1 ? t('auditoria.rompidaUm') : t('auditoria.rompidaN', { n })} {t('auditoria.verificadoEm', { quando })}
      </Typography>
      {n > 0 && (
        <Box component="ul" sx={{ m: 0, mt: 1, pl: 2.5, typography: 'body2', overflowWrap: 'anywhere' }}>
          {resultado.problemas.map((p, i) => (
            <li key={`${p.problema}-${i}`} data-problema={p.problema}>
              <strong>{t(`auditoria.problemas.${p.problema}`)}</strong>
              {[p.id === null ? undefined : t('auditoria.verLinha', { id: p.id }), p.selo === null ? undefined : t('auditoria.seloN', { selo: p.selo }), p.detalhe ?? undefined]
                .filter((x) => x !== undefined)
                .map((x) => ` · ${x}`)
                .join('')}
            </li>
          ))}
        </Box>
      )}
    </Alert>
  );
}
