import { mdiChevronLeft, mdiChevronRight, mdiTrashCanOutline } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import IconButton from '@mui/material/IconButton';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useId, useState, type FormEvent } from 'react';

import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { useUsuario } from '../../lib/eu';
import { data } from '../../lib/formatos';
import { useDespacho } from '../../lib/store';
import { useCancelarFeriadoMutation, useFeriadosQuery, useRegistrarFeriadoMutation, type Feriado } from './api';
import { t } from './textos';

/** Holidays of a year. */
export function FeriadosDialogo({ podeMudar, aoFechar }: { podeMudar: boolean; aoFechar: () => void }) {
  const eu = useUsuario();
  const titulo = useId();
  const despachar = useDespacho();
  const cheia = useMediaQuery('(max-width:599.95px)', { noSsr: true });
  const [ano, setAno] = useState(Number(eu.hoje.slice(0, 4)));
  const [dia, setDia] = useState('');
  const [nome, setNome] = useState('');
  const [falta, setFalta] = useState(false);
  const consulta = useFeriadosQuery(ano);
  const [registrar, registro] = useRegistrarFeriadoMutation();
  const [cancelar, cancelamento] = useCancelarFeriadoMutation();

  async function incluir(evento: FormEvent): Promise<void> {
    evento.preventDefault();
    const novo = nome.trim();
    setFalta(dia === '' || novo === '');
    if (dia === '' || novo === '') return;
    const feito = await registrar({ data: dia, nome: novo });
    if (feito.error) return;
    setAno(Number(dia.slice(0, 4)));
    setDia('');
    setNome('');
    despachar(avisar(t('feriados.incluido', { nome: novo })));
  }

  async function excluir(f: Feriado): Promise<void> {
    const feito = await cancelar(f.data);
    if (feito.error) despachar(avisar(mensagemDeErro(feito.error), 'erro'));
    else despachar(avisar(t('feriados.excluido', { nome: f.nome }), 'ok', { rotulo: t('comum.desfazer'), desfaz: true, fazer: () => void registrar(f) }));
  }

  return (
    <Dialog open onClose={aoFechar} aria-labelledby={titulo} maxWidth="sm" fullScreen={cheia}>
      <DialogTitle id={titulo} sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        <Box component="span" sx={{ flex: 1 }}>
          {t('feriados.titulo', { ano })}
        </Box>
        <IconButton aria-label={t('feriados.anoAnterior')} onClick={() => setAno(ano - 1)}>
          <Icone d={mdiChevronLeft} />
        </IconButton>
        <IconButton aria-label={t('feriados.anoSeguinte')} onClick={() => setAno(ano + 1)}>
          <Icone d={mdiChevronRight} />
        </IconButton>
      </DialogTitle>
      <DialogContent>
        <Typography variant="body2" color="textSecondary" sx={{ mb: 2 }}>
          {t('feriados.explica')}
        </Typography>
        {podeMudar && (
          <Box component="form" onSubmit={(e) => void incluir(e)} noValidate sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: { xs: '1fr', sm: '170px 1fr auto' }, alignItems: 'center', mb: 2, pt: 1 }}>
            <TextField type="date" label={t('feriados.data')} value={dia} onChange={(e) => setDia(e.target.value)} error={falta && dia === ''} slotProps={{ inputLabel: { shrink: true } }} />
            <TextField label={t('feriados.nome')} value={nome} onChange={(e) => setNome(e.target.value)} error={falta && nome.trim() === ''} slotProps={{ htmlInput: { maxLength: 120 } }} />
            <Button type="submit" variant="contained" loading={registro.isLoading}>
              {t('feriados.incluir')}
            </Button>
          </Box>
        )}
        {(falta || registro.error !== undefined) && (
          <Alert severity="error" sx={{ mb: 2 }}>
            {falta ? t('feriados.falta') : mensagemDeErro(registro.error)}
          </Alert>
        )}
        {consulta.error ? (
          <Falha erro={consulta.error} tentar={() => void consulta.refetch()} />
        ) : consulta.currentData === undefined ? (
          <Carregando quantos={4} />
        ) : consulta.currentData.feriados.length === 0 ? (
          <Typography color="textSecondary">{t('feriados.vazio')}</Typography>
        ) : (
          <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {consulta.currentData.feriados.map((f) => (
              <Box component="li" key={f.data} data-feriado={f.data} sx={{ display: 'flex', alignItems: 'center', gap: 2, minHeight: 44, borderTop: 1, borderColor: 'divider' }}>
                <Box component="span" sx={{ width: 100, flexShrink: 0 }}>
                  {data(f.data)}
                </Box>
                <Box component="span" sx={{ flex: 1, minWidth: 0, fontWeight: 600, overflowWrap: 'anywhere' }}>
                  {f.nome}
                </Box>
                {podeMudar && (
                  <IconButton aria-label={t('feriados.excluir', { nome: f.nome, data: data(f.data) })} disabled={cancelamento.isLoading} onClick={() => void excluir(f)}>
                    <Icone d={mdiTrashCanOutline} fontSize="small" />
                  </IconButton>
                )}
              </Box>
            ))}
          </Box>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={aoFechar}>{t('comum.fechar')}</Button>
      </DialogActions>
    </Dialog>
  );
}
