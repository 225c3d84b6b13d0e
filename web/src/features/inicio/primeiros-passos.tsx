import { mdiCheckCircle, mdiCircleOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useEffect, useState } from 'react';
import { Link as Rota } from 'wouter';

import { Icone } from '../../components/icone';
import type { EstatisticasGerais } from '../../lib/estatisticas';
import type { Eu } from '../../lib/eu';
import { primeirosPassos } from './passos';
import { t } from './textos';

/** In this browser: hidden by hand, or seen done, so that no place is kept for them. */
const CHAVE = 'primeiros-passos';
const NADA = { total_clientes: 0, vendedores_total: 0, por_status: { disponivel: 0, atribuido: 0, contatado: 0 } };

/** What is left to do before the first seller works; gone once all is done. Without numbers yet: its place. */
export function PrimeirosPassos({ eu, numeros }: { eu: Eu; numeros: EstatisticasGerais | undefined }) {
  const [guardado, setGuardado] = useState(() => localStorage.getItem(CHAVE));
  const lendo = numeros === undefined;
  const passos = primeirosPassos(eu, numeros ?? NADA);
  const feitos = passos.filter((p) => p.feito).length;
  const todos = !lendo && feitos === passos.length;
  useEffect(() => {
    if (todos) localStorage.setItem(CHAVE, 'feitos');
  }, [todos]);
  if (guardado === 'escondidos' || todos || (lendo && guardado !== null)) return null;
  return (
    <Paper component="section" variant="outlined" aria-labelledby="primeiros-passos" sx={{ p: { xs: 2, sm: 2.5 }, mb: 3 }}>
      <Box sx={{ display: 'flex', columnGap: 1, alignItems: 'center', mb: 1 }}>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1, alignItems: 'baseline' }}>
          <Typography variant="h2" id="primeiros-passos">
            {t('inicio.primeiros')}
          </Typography>
          <Typography component="div" variant="body2" color="textSecondary">
            {lendo ? <Skeleton><span>{t('inicio.primeirosFeitos', { n: feitos, total: passos.length })}</span></Skeleton> : t('inicio.primeirosFeitos', { n: feitos, total: passos.length })}
          </Typography>
        </Box>
        <Button
          size="small"
          sx={{ ml: 'auto' }}
          onClick={() => {
            localStorage.setItem(CHAVE, 'escondidos');
            setGuardado('escondidos');
          }}
        >
          {t('inicio.primeirosEsconder')}
        </Button>
      </Box>
      <Box component="ol" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', columnGap: 3, rowGap: { xs: 0.5, sm: 0 }, gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(2, minmax(0, 1fr))', xl: 'repeat(4, minmax(0, 1fr))' } }}>
        {passos.map((p) => (
          <Box component="li" key={p.id} data-passo={lendo ? undefined : p.id} data-feito={p.feito} sx={{ display: 'flex', gap: 1, alignItems: 'center', minHeight: 40 }}>
            <Icone d={p.feito ? mdiCheckCircle : mdiCircleOutline} sx={{ color: p.feito ? 'success.main' : 'text.secondary' }} />
            <span className="so-leitor">{t(p.feito ? 'inicio.feito' : 'inicio.aFazer')}: </span>
            {lendo ? (
              <Skeleton>
                <span>{t(`inicio.passos.${p.id}`)}</span>
              </Skeleton>
            ) : p.feito || p.destino === undefined ? (
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
