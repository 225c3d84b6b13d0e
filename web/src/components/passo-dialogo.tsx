import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useEffect, useId, useState, type FormEvent } from 'react';

import { t } from '../i18n/contato';
import { avisar } from '../lib/aviso';
import { useProximoPassoMutation, type Passo } from '../lib/contato';
import { mensagemDeErro } from '../lib/erro-api';
import { useUsuario } from '../lib/eu';
import { guardarRascunho, largarRascunho, lerRascunho } from '../lib/rascunhos';
import { retornoValido } from '../lib/retorno';
import { useDespacho } from '../lib/store';
import { AvisoSensivel } from './aviso-sensivel';
import { Campo } from './campo';
import { CampoRetorno } from './campo-retorno';

const MAX = 500;

interface Props {
  vendedorId: number;
  cliente: { id: number; nome: string; retornar_em: string | null; proximo_passo: string | null };
  focoProprio?: boolean;
  aoFechar: () => void;
  aoSalvar?: (passo: { retornar_em: string | null; proximo_passo: string | null }) => void;
}

/** What comes next with a client, and when. */
export function PassoDialogo({ vendedorId, cliente, focoProprio = false, aoFechar, aoSalvar }: Props) {
  const eu = useUsuario();
  const despachar = useDespacho();
  const baixa = useMediaQuery('(max-width:599.95px)', { noSsr: true });
  const rascunho = `${eu.id}:passo:${cliente.id}`;
  const [inicial] = useState<Passo>(() => lerRascunho<Passo>(rascunho) ?? { retornar_em: cliente.retornar_em, nota: cliente.proximo_passo ?? '' });
  const [passo, setPasso] = useState(inicial);
  const [salvar, { isLoading, error }] = useProximoPassoMutation();
  const id = useId();
  const havia = cliente.retornar_em !== null || cliente.proximo_passo !== null;
  // What is overdue may stay as it is; a new day must be possible.
  const diaBom = passo.retornar_em === null || retornoValido(passo.retornar_em, eu.hoje);

  useEffect(() => {
    if (passo !== inicial) guardarRascunho(rascunho, passo);
  }, [passo, inicial, rascunho]);

  async function mandar(novo: Passo) {
    const feito = await salvar({ vendedorId, clienteId: cliente.id, ...novo });
    if (feito.error !== undefined) return;
    largarRascunho(rascunho);
    aoSalvar?.(feito.data);
    despachar(avisar(t(novo.retornar_em === null && novo.nota === '' ? 'passo.tirado' : 'passo.salvo', { nome: cliente.nome })));
    aoFechar();
  }

  function enviar(evento: FormEvent) {
    evento.preventDefault();
    if (diaBom) void mandar({ ...passo, nota: passo.nota.trim() });
  }

  return (
    <Dialog open fullScreen={baixa} onClose={isLoading ? undefined : aoFechar} disableRestoreFocus={focoProprio} aria-labelledby={id}>
      <Box component="form" onSubmit={enviar} sx={{ display: 'flex', flexDirection: 'column', minHeight: 0, flex: 1 }}>
        <DialogTitle id={id} sx={{ pb: 1 }}>
          {t('passo.titulo', { nome: cliente.nome })}
        </DialogTitle>
        <DialogContent>
          <DialogContentText sx={{ mb: 2 }}>{t('passo.texto')}</DialogContentText>
          {error !== undefined && (
            <Alert severity="error" sx={{ mb: 2 }}>
              {mensagemDeErro(error)}
            </Alert>
          )}
          <CampoRetorno hoje={eu.hoje} valor={passo.retornar_em ?? ''} mudar={(dia) => setPasso((p) => ({ ...p, retornar_em: dia === '' ? null : dia }))} />
          <Box sx={{ mt: 2.5 }}>
            <Campo nome="nota" rotulo={t('passo.nota')} value={passo.nota} onChange={(e) => setPasso((p) => ({ ...p, nota: e.target.value }))} multiline minRows={2} maxRows={6} inputProps={{ maxLength: MAX }} />
            <AvisoSensivel texto={passo.nota} />
          </Box>
        </DialogContent>
        <DialogActions sx={{ flexWrap: 'wrap' }}>
          {havia && (
            <Button color="inherit" disabled={isLoading} onClick={() => void mandar({ retornar_em: null, nota: '' })} sx={{ mr: 'auto' }}>
              {t('passo.tirar')}
            </Button>
          )}
          <Button onClick={aoFechar} disabled={isLoading}>
            {t('comum.cancelar')}
          </Button>
          <Button type="submit" variant="contained" loading={isLoading}>
            {t('comum.salvar')}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
