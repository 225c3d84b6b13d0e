import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as Rota } from 'wouter';

import { Tabela, type Coluna } from '../../components/tabela';
import { inteiro } from '../../lib/formatos';
import type { Desfeita } from './api';
import { t, tSeHouver } from './textos';

const COLUNAS: readonly Coluna<Desfeita['mantidos'][number]>[] = [
  {
    id: 'cliente',
    titulo: t('redistribuicao.cliente'),
    principal: true,
    valor: (m) => (
      <Link component={Rota} href={`/clientes/${m.cliente_id}`}>
        {t('redistribuicao.cliente')} {inteiro(m.cliente_id)}
      </Link>
    ),
  },
  { id: 'motivo', titulo: t('redistribuicao.motivo'), valor: (m) => tSeHouver(`redistribuicao.porque.${m.motivo}`) ?? t('redistribuicao.porque.outro') },
];

/** Who did not come back with an undo, and why. */
export function Mantidos({ desfeita }: { desfeita: Desfeita }) {
  return (
    <Box component="section" sx={{ mb: 3 }}>
      <Typography variant="h2" sx={{ mb: 1 }}>
        {t('redistribuicao.mantidos')}
      </Typography>
      {desfeita.total_mantidos > desfeita.mantidos.length && (
        <Typography variant="body2" color="textSecondary" sx={{ mb: 1 }}>
          {t('redistribuicao.mantidosParte', { n: inteiro(desfeita.mantidos.length), total: inteiro(desfeita.total_mantidos) })}
        </Typography>
      )}
      <Tabela legenda={t('redistribuicao.mantidos')} colunas={COLUNAS} linhas={desfeita.mantidos} chave={(m) => m.cliente_id} />
    </Box>
  );
}
