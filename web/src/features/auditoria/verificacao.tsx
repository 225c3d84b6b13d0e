import { mdiContentCopy } from '@mdi/js';
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';

import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { useCopia } from '../../components/usar-copia';
import { plural } from '../../i18n/textos';
import { dataHora, inteiro } from '../../lib/formatos';
import type { Verificacao as Resultado } from './api';
import { t } from './textos';

interface Props {
  resultado: Resultado | undefined;
  erro: unknown;
  /** ISO 8601. */
  quando: string;
  aoTentar: () => void;
  /** Against a seal that was noted before. */
  aoConferir: (selo: string) => void;
  aoFechar: () => void;
}

/** What the verification of the whole trail found. */
export function Verificacao({ resultado: r, erro, quando, aoTentar, aoConferir, aoFechar }: Props) {
  if (erro !== undefined) {
    return (
      <Box sx={{ mb: 2 }}>
        <Falha erro={erro} tentar={aoTentar} />
      </Box>
    );
  }
  if (r === undefined) return null;
  const n = r.problemas.length;
  return (
    <Alert
      severity={r.ok ? 'success' : 'error'}
      onClose={aoFechar}
      slotProps={{ closeButton: { 'aria-label': t('auditoria.fecharResultado') } }}
      data-verificacao={r.ok ? 'integra' : 'rompida'}
      sx={{ mb: 2, '& .MuiAlert-message': { minWidth: 0, flex: 1 } }}
    >
      <AlertTitle>{t(r.ok ? 'auditoria.integra' : 'auditoria.rompida')}</AlertTitle>
      <Typography variant="body2">
        {r.ok ? t('auditoria.integraTexto') : n === 1 ? t('auditoria.rompidaUm') : t('auditoria.rompidaN', { n })} {t('auditoria.verificadoEm', { quando: dataHora(quando), seladas: plural(r.seladas, t('auditoria.linhaSelada'), t('auditoria.linhasSeladas')), espera: inteiro(r.sem_selo) })}
      </Typography>
      {n > 0 && (
        <Box component="ul" sx={{ m: 0, mt: 1, pl: 2.5, typography: 'body2', overflowWrap: 'anywhere' }}>
          {r.problemas.map((p, i) => (
            <li key={`${p.problema}-${i}`} data-problema={p.problema}>
              <strong>{t(`auditoria.problemas.${p.problema}`)}</strong>
              {[p.id === null ? '' : t('auditoria.linhaN', { id: p.id }), p.selo === null ? '' : t('auditoria.seloN', { selo: p.selo }), p.detalhe]
                .filter((x) => x !== '')
                .map((x) => ` · ${x}`)
                .join('')}
            </li>
          ))}
        </Box>
      )}
      {r.selo !== null && <Selo selo={r.selo} aoConferir={aoConferir} />}
    </Alert>
  );
}

/** The newest seal, to be noted elsewhere, and the way back: one that was noted. */
function Selo({ selo, aoConferir }: { selo: string; aoConferir: (selo: string) => void }) {
  const copiar = useCopia();
  const [anotado, setAnotado] = useState('');
  return (
    <Box sx={{ mt: 1, display: 'grid', gap: 1.5 }}>
      <Typography variant="body2" component="div" sx={{ overflowWrap: 'anywhere' }}>
        {t('auditoria.seloMaisNovo')}{' '}
        <Box component="code" data-selo sx={{ fontFamily: 'monospace' }}>
          {selo}
        </Box>
        <IconButton size="small" color="inherit" aria-label={t('auditoria.copiar')} onClick={() => copiar(selo)} sx={{ my: -0.5 }}>
          <Icone d={mdiContentCopy} sx={{ fontSize: 16 }} />
        </IconButton>
      </Typography>
      <Box
        component="form"
        onSubmit={(e) => {
          e.preventDefault();
          if (anotado.trim() !== '') aoConferir(anotado.trim());
        }}
        sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}
      >
        <TextField name="selo" label={t('auditoria.seloAnotado')} value={anotado} onChange={(e) => setAnotado(e.target.value)} sx={{ flex: '1 1 240px', maxWidth: 520 }} slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false, maxLength: 90 } }} />
        <Button type="submit" color="inherit" variant="outlined" disabled={anotado.trim() === ''}>
          {t('auditoria.conferir')}
        </Button>
      </Box>
    </Box>
  );
}
