import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import { useEffect, useId, useState, type FormEvent } from 'react';

import { Campo } from '../../components/campo';
import { mensagemDeErro } from '../../lib/erro-api';
import { useRevelarMutation } from './api';
import { t } from './textos';
import { SENSIVEIS, type Revelado } from './tipos';

/** Revealed data leaves the screen after this long, s. */
const VISIVEL_S = 60;
/** The server takes 5 to 200 characters. */
const DETALHE_MIN = 5;
const DETALHE_MAX = 120;

const FINALIDADES = ['atendimento', 'documento', 'cadastro', 'outra'] as const;
type Finalidade = (typeof FINALIDADES)[number];

/** Asks what for, then hands over what was hidden. */
export function RevelarDialogo({ clienteId, aoFechar, aoRevelar }: { clienteId: number; aoFechar: () => void; aoRevelar: (dados: Revelado) => void }) {
  const id = useId();
  const [finalidade, setFinalidade] = useState<Finalidade>('atendimento');
  const [detalhe, setDetalhe] = useState('');
  const [falta, setFalta] = useState(false);
  const [revelar, { isLoading, error, reset }] = useRevelarMutation();

  async function enviar(evento: FormEvent): Promise<void> {
    evento.preventDefault();
    const texto = detalhe.trim();
    if (finalidade === 'outra' && texto.length < DETALHE_MIN) {
      setFalta(true);
      document.querySelector<HTMLElement>('#campo-detalhe')?.focus();
      return;
    }
    const nome = finalidade === 'outra' ? texto : [t(`cliente.finalidades.${finalidade}`), texto].filter((p) => p !== '').join(': ');
    const feito = await revelar({ id: clienteId, campos: SENSIVEIS, finalidade: nome });
    if (feito.data === undefined) return;
    // Nothing of it stays in the store.
    reset();
    aoRevelar(feito.data);
  }

  return (
    <Dialog open onClose={isLoading ? undefined : aoFechar} aria-labelledby={id} aria-describedby={`${id}-texto`} maxWidth="xs">
      <form onSubmit={(e) => void enviar(e)} noValidate>
        <DialogTitle id={id}>{t('cliente.revelarTitulo')}</DialogTitle>
        <DialogContent>
          <DialogContentText id={`${id}-texto`} sx={{ mb: 2 }}>
            {t('cliente.revelarTexto', { segundos: VISIVEL_S })}
          </DialogContentText>
          <FormControl sx={{ mb: 2 }}>
            <FormLabel id={`${id}-para`}>{t('cliente.finalidade')}</FormLabel>
            <RadioGroup aria-labelledby={`${id}-para`} name="finalidade" value={finalidade} onChange={(_, valor) => setFinalidade(valor as Finalidade)}>
              {FINALIDADES.map((f, i) => (
                // eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog takes the focus at its first field
                <FormControlLabel key={f} value={f} control={<Radio size="small" autoFocus={i === 0} />} label={t(`cliente.finalidades.${f}`)} />
              ))}
            </RadioGroup>
          </FormControl>
          <Campo
            nome="detalhe"
            rotulo={t(finalidade === 'outra' ? 'cliente.detalhe' : 'cliente.detalheOpcional')}
            value={detalhe}
            onChange={(e) => {
              setDetalhe(e.target.value);
              setFalta(false);
            }}
            erro={falta ? t('cliente.detalheFalta') : undefined}
            dica={t('cliente.detalheDica')}
            inputProps={{ maxLength: DETALHE_MAX }}
            autoComplete="off"
          />
          {error !== undefined && (
            <Alert severity="error" sx={{ mt: 2 }}>
              {mensagemDeErro(error)}
            </Alert>
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={aoFechar} disabled={isLoading}>
            {t('comum.cancelar')}
          </Button>
          <Button type="submit" variant="contained" loading={isLoading}>
            {t('cliente.revelar')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Revealed data and the seconds it stays; gone when time is up or the screen closes. */
export function useRevelado(): { dados: Revelado | undefined; segundos: number; mostrar: (dados: Revelado) => void; ocultar: () => void } {
  const [dados, setDados] = useState<Revelado>();
  const [segundos, setSegundos] = useState(0);

  useEffect(() => {
    if (dados === undefined) return undefined;
    const fim = performance.now() + VISIVEL_S * 1000;
    setSegundos(VISIVEL_S);
    const relogio = setInterval(() => {
      const resto = Math.ceil((fim - performance.now()) / 1000);
      if (resto > 0) setSegundos(resto);
      else setDados(undefined);
    }, 250);
    return () => clearInterval(relogio);
  }, [dados]);

  return { dados, segundos, mostrar: setDados, ocultar: () => setDados(undefined) };
}
