import { mdiTrashCanOutline } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import IconButton from '@mui/material/IconButton';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState, type FormEvent } from 'react';

import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { data } from '../../lib/formatos';
import { useDespacho } from '../../lib/store';
import type { Vendedor } from '../../lib/vendedores';
import { MOTIVOS_AUSENCIA, useAusenciasQuery, useCancelarAusenciaMutation, useRegistrarAusenciaMutation, type Ausencia } from './api';
import { t } from './textos';

/** Leave of a seller: what is registered, and one more. */
export function Ausencias({ vendedor, aoFechar }: { vendedor: Vendedor; aoFechar: () => void }) {
  const despachar = useDespacho();
  const consulta = useAusenciasQuery(vendedor.id, { refetchOnMountOrArgChange: true });
  const [registrar, registro] = useRegistrarAusenciaMutation();
  const [repor] = useRegistrarAusenciaMutation();
  const [cancelar, cancelamento] = useCancelarAusenciaMutation();
  const [de, setDe] = useState('');
  const [ate, setAte] = useState('');
  const [motivo, setMotivo] = useState<string>('ferias');
  const [erro, setErro] = useState<string>();

  async function enviar(evento: FormEvent): Promise<void> {
    evento.preventDefault();
    const fim = ate || de;
    setErro(de === '' ? t('ausencias.falta') : fim < de ? t('ausencias.ordem') : undefined);
    if (de === '' || fim < de) return;
    const feito = await registrar({ id: vendedor.id, de, ate: fim, motivo });
    if (feito.error) return;
    setDe('');
    setAte('');
    despachar(avisar(t('ausencias.registrada', { nome: vendedor.nome })));
  }

  async function tirar({ id, ...ausencia }: Ausencia): Promise<void> {
    const feito = await cancelar({ id: vendedor.id, ausencia_id: id });
    if (feito.error) despachar(avisar(mensagemDeErro(feito.error), 'erro'));
    else despachar(avisar(t('ausencias.cancelada'), 'ok', { rotulo: t('comum.desfazer'), desfaz: true, fazer: () => void desfazer(ausencia) }));
  }

  /** The dialog may be closed by then. */
  async function desfazer(ausencia: Omit<Ausencia, 'id'>): Promise<void> {
    const feito = await repor({ ...ausencia, id: vendedor.id });
    if (feito.error) despachar(avisar(mensagemDeErro(feito.error), 'erro'));
  }

  const falha = registro.error ? mensagemDeErro(registro.error) : erro;
  return (
    <>
      <DialogContent>
        <Box component="form" onSubmit={(e) => void enviar(e)} noValidate sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr', md: '1fr 1fr 1fr auto' }, alignItems: 'center', mb: 2, pt: 1 }}>
          <TextField type="date" label={t('ausencias.de')} value={de} onChange={(e) => setDe(e.target.value)} error={falha !== undefined} slotProps={{ inputLabel: { shrink: true } }} />
          <TextField type="date" label={t('ausencias.ate')} value={ate} onChange={(e) => setAte(e.target.value)} error={falha !== undefined} slotProps={{ inputLabel: { shrink: true }, htmlInput: { min: de || undefined } }} />
          <TextField select label={t('ausencias.motivo')} value={motivo} onChange={(e) => setMotivo(e.target.value)}>
            {MOTIVOS_AUSENCIA.map((m) => (
              <MenuItem key={m} value={m}>
                {t(`ausencias.motivos.${m}`)}
              </MenuItem>
            ))}
          </TextField>
          <Button type="submit" variant="contained" loading={registro.isLoading}>
            {t('ausencias.registrar')}
          </Button>
        </Box>
        {falha && <Alert severity="error" sx={{ mb: 2 }}>{falha}</Alert>}
        {consulta.error ? (
          <Falha erro={consulta.error} tentar={() => void consulta.refetch()} />
        ) : consulta.data === undefined ? (
          <Carregando quantos={3} />
        ) : consulta.data.ausencias.length === 0 ? (
          <Typography color="textSecondary" sx={{ py: 2 }}>
            {t('ausencias.vazio')}
          </Typography>
        ) : (
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {consulta.data.ausencias.map((a) => (
              <Box component="li" key={a.id} data-ausencia={a.id} sx={{ display: 'flex', alignItems: 'center', gap: 1, py: 0.5, borderTop: 1, borderColor: 'divider' }}>
                <Box sx={{ flex: 1 }}>
                  {t('ausencias.periodo', { de: data(a.de), ate: data(a.ate) })}
                  <Typography component="span" color="textSecondary">
                    {' · '}
                    {t(`ausencias.motivos.${a.motivo}`)}
                  </Typography>
                </Box>
                <IconButton aria-label={t('ausencias.cancelar', { de: data(a.de), ate: data(a.ate) })} disabled={cancelamento.isLoading} onClick={() => void tirar(a)}>
                  <Icone d={mdiTrashCanOutline} fontSize="small" />
                </IconButton>
              </Box>
            ))}
          </Box>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={aoFechar}>{t('comum.fechar')}</Button>
      </DialogActions>
    </>
  );
}
