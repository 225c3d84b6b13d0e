import { mdiCalendarClock, mdiCheckCircleOutline, mdiHelpCircleOutline, mdiUndoVariant } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { lazy, Suspense, useState } from 'react';

import { Icone } from '../../components/icone';
import { Largo, SO_ICONE } from '../../components/largo';
import { Retorno } from '../../components/retorno';
import { useContato } from '../../components/usar-contato';
import { desfazivel } from '../../lib/contato';
import { pode, useUsuario } from '../../lib/eu';
import { t } from './textos';
import type { Atribuicao, Perfil } from './tipos';

const ContatoDialogo = lazy(async () => ({ default: (await import('../../components/contato-dialogo')).ContatoDialogo }));
const PassoDialogo = lazy(async () => ({ default: (await import('../../components/passo-dialogo')).PassoDialogo }));
const PorQue = lazy(async () => ({ default: (await import('../../components/por-que')).PorQue }));

type Dialogo = 'contato' | 'passo' | 'porque';

/** What the board offers on a card, here: mark, undo, next step, why. */
export function AcoesDaCarteira({ perfil, aberta }: { perfil: Perfil; aberta: Atribuicao | undefined }) {
  const eu = useUsuario();
  const [dialogo, setDialogo] = useState<Dialogo>();
  const vendedorId = aberta?.vendedor.id ?? perfil.atribuicoes[0]?.vendedor.id ?? eu.id;
  const contato = useContato(vendedorId);
  const meu = aberta?.vendedor.id === eu.id;
  const podeMarcar = aberta !== undefined && pode(eu, meu ? 'contato.marcar' : 'contato.marcar_por_outro');
  const cliente = { id: perfil.id_cliente, nome: perfil.nome_completo, dias_sem_comprar: perfil.dias_sem_comprar };
  const fechar = () => setDialogo(undefined);

  return (
    <>
      {perfil.atribuicoes.length > 0 && (
        <Button color="inherit" startIcon={<Icone d={mdiHelpCircleOutline} />} onClick={() => setDialogo('porque')} data-acao="porque" aria-label={t('porQue.acao')} sx={SO_ICONE}>
          <Largo>{t('porQue.acao')}</Largo>
        </Button>
      )}
      {podeMarcar && (
        <Button color="inherit" startIcon={<Icone d={mdiCalendarClock} />} onClick={() => setDialogo('passo')} data-acao="passo" aria-label={t('passo.acao')} sx={SO_ICONE}>
          <Largo>{t('passo.acao')}</Largo>
        </Button>
      )}
      {podeMarcar && desfazivel(aberta, eu) && (
        <Button variant="outlined" startIcon={<Icone d={mdiUndoVariant} />} onClick={() => void contato.desfazer(cliente)} data-acao="desfazer">
          {t('cliente.desfazerContato')}
        </Button>
      )}
      {podeMarcar && !aberta.contatado && (
        <Button variant="contained" startIcon={<Icone d={mdiCheckCircleOutline} />} onClick={() => setDialogo('contato')} data-acao="contato">
          {t('cliente.marcar')}
        </Button>
      )}
      {dialogo !== undefined && (
        <Suspense fallback={null}>
          {dialogo === 'contato' && (
            <ContatoDialogo
              cliente={cliente}
              aoFechar={fechar}
              aoMarcar={(dados) => {
                fechar();
                void contato.marcar(cliente, dados, () => setDialogo('contato'));
              }}
            />
          )}
          {dialogo === 'passo' && aberta !== undefined && (
            <PassoDialogo vendedorId={vendedorId} cliente={{ ...cliente, retornar_em: aberta.retornar_em, proximo_passo: aberta.proximo_passo }} aoFechar={fechar} />
          )}
          {dialogo === 'porque' && <PorQue vendedorId={vendedorId} cliente={cliente} aoFechar={fechar} />}
        </Suspense>
      )}
    </>
  );
}

/** The next step, above the figures. */
export function PassoDoCliente({ perfil }: { perfil: Perfil }) {
  const eu = useUsuario();
  const aberta = perfil.atribuicoes.find((a) => a.encerrada_em === null);
  if (aberta === undefined || (aberta.retornar_em === null && aberta.proximo_passo === null)) return null;
  return (
    <Box sx={{ display: 'flex', mb: 2 }}>
      <Retorno retornarEm={aberta.retornar_em} nota={aberta.proximo_passo} hoje={eu.hoje} />
    </Box>
  );
}
