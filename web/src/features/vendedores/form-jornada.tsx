import { mdiContentCopy } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useEffect, useId, useState, type FormEvent } from 'react';

import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { useDespacho } from '../../lib/store';
import type { Vendedor } from '../../lib/vendedores';
import { useDefinirJornadaMutation, useJornadaQuery } from './api';
import { copiarParaDiasUteis, doForm, erroDoDia, MEIA_NOITE, paraForm, type DiaDoForm } from './jornada';
import { t } from './textos';

const CAMPOS = [
  ['inicio', 'jornada.inicio'],
  ['almoco_inicio', 'jornada.almocoInicio'],
  ['almoco_fim', 'jornada.almocoFim'],
  ['fim', 'jornada.fim'],
] as const;

/** Working hours and lunch, by day of the week. */
export function FormJornada({ vendedor, aoFechar }: { vendedor: Vendedor; aoFechar: () => void }) {
  const despachar = useDespacho();
  const consulta = useJornadaQuery(vendedor.id, { refetchOnMountOrArgChange: true });
  const [definir, { isLoading, error }] = useDefinirJornadaMutation();
  const [form, setForm] = useState<DiaDoForm[]>();
  const [tentou, setTentou] = useState(false);
  // Not what an earlier look left behind: it would be saved over newer hours.
  const dias = consulta.isFetching ? undefined : consulta.data?.dias;
  useEffect(() => {
    if (dias !== undefined) setForm((atual) => atual ?? paraForm(dias));
  }, [dias]);

  if (consulta.error) return <DialogContent><Falha erro={consulta.error} tentar={() => void consulta.refetch()} /></DialogContent>;
  if (form === undefined) return <DialogContent><Carregando quantos={7} /></DialogContent>;

  const semJornada = form.every((d) => !d.trabalha);
  const mudar = (i: number, muda: Partial<DiaDoForm>) => setForm(form.map((d, j) => (j === i ? { ...d, ...muda } : d)));

  async function salvar(evento: FormEvent): Promise<void> {
    evento.preventDefault();
    setTentou(true);
    if (form === undefined || form.some((d) => erroDoDia(d) !== undefined)) return;
    const feito = await definir({ id: vendedor.id, dias: doForm(form) });
    if (feito.error) return;
    despachar(avisar(t('jornada.salva', { nome: vendedor.nome })));
    aoFechar();
  }

  return (
    <form onSubmit={(e) => void salvar(e)} noValidate>
      <DialogContent>
        <Typography variant="body2" color="textSecondary" sx={{ mb: 2 }}>
          {t('jornada.explica')}
        </Typography>
        {error !== undefined && <Alert severity="error" sx={{ mb: 2 }}>{mensagemDeErro(error)}</Alert>}
        <Box sx={{ display: 'grid', gap: { xs: 1.5, sm: 1 } }}>
          {form.map((d, i) => (
            <Dia key={d.dia_semana} dia={d} semJornada={semJornada} mostrarErro={tentou} aoMudar={(muda) => mudar(i, muda)} />
          ))}
        </Box>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, mt: 2 }}>
          <Button size="small" startIcon={<Icone d={mdiContentCopy} />} disabled={semJornada} onClick={() => setForm(copiarParaDiasUteis(form))}>
            {t('jornada.copiar')}
          </Button>
          <Button size="small" color="inherit" disabled={semJornada} onClick={() => setForm(form.map((d) => ({ ...d, trabalha: false })))}>
            {t('jornada.limpar')}
          </Button>
        </Box>
      </DialogContent>
      <DialogActions>
        <Button onClick={aoFechar} disabled={isLoading}>
          {t('comum.cancelar')}
        </Button>
        <Button type="submit" variant="contained" loading={isLoading}>
          {t('comum.salvar')}
        </Button>
      </DialogActions>
    </form>
  );
}

function Dia({ dia, semJornada, mostrarErro, aoMudar }: { dia: DiaDoForm; semJornada: boolean; mostrarErro: boolean; aoMudar: (muda: Partial<DiaDoForm>) => void }) {
  const nome = t(`jornada.dias.${dia.dia_semana as 0}`);
  const idErro = useId();
  const erro = mostrarErro ? erroDoDia(dia) : undefined;
  return (
    <Box
      role="group"
      aria-label={nome}
      data-dia={dia.dia_semana}
      sx={{ display: 'grid', gridTemplateColumns: { xs: 'repeat(2, minmax(0, 1fr))', sm: '120px repeat(4, minmax(0, 1fr))' }, gap: 1, alignItems: { xs: 'center', sm: 'start' } }}
    >
      <FormControlLabel
        control={<Checkbox checked={dia.trabalha} onChange={(_, trabalha) => aoMudar({ trabalha })} slotProps={{ input: { 'aria-label': t('jornada.trabalha', { dia: nome }) } }} />}
        label={nome}
        sx={{ gridColumn: { xs: '1 / -1', sm: 'auto' }, '& .MuiFormControlLabel-label': { fontWeight: 650 } }}
      />
      {dia.trabalha ? (
        CAMPOS.map(([campo, rotulo]) => (
          <TextField
            key={campo}
            type="time"
            label={t(rotulo)}
            value={dia[campo]}
            onChange={(e) => aoMudar({ [campo]: e.target.value })}
            error={erro !== undefined}
            helperText={campo === 'fim' && dia.fim === MEIA_NOITE ? t('jornada.meiaNoite') : undefined}
            slotProps={{ inputLabel: { shrink: true }, htmlInput: { 'aria-label': t('jornada.campoDe', { campo: t(rotulo), dia: nome }), 'aria-describedby': erro ? idErro : undefined } }}
          />
        ))
      ) : (
        <Typography color="textSecondary" sx={{ gridColumn: { xs: '1 / -1', sm: 'span 4' }, pl: { xs: 4, sm: 0 }, mt: { xs: -1.5, sm: 0 }, lineHeight: { sm: '42px' } }}>
          {t(semJornada ? 'vendedores.sempre' : 'jornada.folga')}
        </Typography>
      )}
      {erro && (
        <FormHelperText id={idErro} error role="alert" sx={{ gridColumn: '1 / -1', mt: -0.5 }}>
          {t(`jornada.erros.${erro}`)}
        </FormHelperText>
      )}
    </Box>
  );
}
