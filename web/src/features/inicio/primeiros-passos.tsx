import { mdiCheckCircle, mdiCircleOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { Link as Rota } from 'wouter';

import { Icone } from '../../components/icone';
import type { EstatisticasGerais } from '../../lib/estatisticas';
import type { Eu } from '../../lib/eu';
import { primeirosPassos } from './passos';
import { t } from './textos';

/** Hidden by hand, in this browser. */
const CHAVE = 'primeiros-passos';

/** What is left to do before the first seller works; gone once all is done. */
export function PrimeirosPassos({ eu, numeros }: { eu: Eu; numeros: EstatisticasGerais }) {
  const [escondidos, setEscondidos] = useState(() => localStorage.getItem(CHAVE) === 'escondidos');
  const passos = primeirosPassos(eu, numeros);
  const feitos = passos.filter((p) => p.feito).length;
  if (escondidos || feitos === passos.length) return null;
  return (
    <Paper component="section" variant="outlined" aria-labelledby="primeiros-passos" sx={{ p: { xs: 2, sm: 2.5 }, mb: 3 }}>
      <Box sx={{ display: 'flex', columnGap: 1, alignItems: 'center', mb: 1 }}>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1, alignItems: 'baseline' }}>
          <Typography variant="h2" id="primeiros-passos">
            {t('inicio.primeiros')}
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {t('inicio.primeirosFeitos', { n: feitos, total: passos.length })}
          </Typography>
        </Box>
        <Button
          size="small"
          sx={{ ml: 'auto' }}
          onClick={() => {
            localStorage.setItem(CHAVE, 'escondidos');
            setEscondidos(true);
          }}
        >
          {t('inicio.primeirosEsconder')}
        </Button>
      </Box>
      <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', columnGap: 3, rowGap: { xs: 0.5, sm: 0 }, gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(2, minmax(0, 1fr))', xl: 'repeat(4, minmax(0, 1fr))' } }}>
        {passos.map((p) => (
          <Box component="li" key={p.id} data-passo={p.id} data-feito={p.feito} sx={{ display: 'flex', gap: 1, alignItems: 'center', minHeight: 40 }}>
            <Icone d={p.feito ? mdiCheckCircle : mdiCircleOutline} sx={{ color: p.feito ? 'success.main' : 'text.secondary' }} />
            <span className="so-leitor">{t(p.feito ? 'inicio.feito' : 'inicio.aFazer')}: </span>
            {p.feito || p.destino === undefined ? (
              <Typography color="textSecondary">{t(`inicio.passos.${p.id}`)}</Typography>
            ) : (
              <Link component={Rota} href={p.destino}>
                {t(`inicio.passos.${p.id}`)}
              </Link>
            )}
          </Box>
        ))}
      </Box>
    </Paper>
  );
}
