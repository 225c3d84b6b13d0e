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
import { useId, useState, type FormEvent, type KeyboardEvent } from 'react';

import { t } from '../i18n/contato';
import { RESULTADOS, type ResultadoContato } from '../lib/contato';
import { Campo } from './campo';

const MAX = 4000;

interface Props {
  cliente: { nome: string };
  /** The board gives the focus to the card, wherever it is by then. */
  focoProprio?: boolean;
  aoFechar: () => void;
  aoMarcar: (dados: { observacoes: string; resultado: ResultadoContato }) => void;
}

/** Asks how the contact went; every way to Contatado passes here. */
export function ContatoDialogo({ cliente, focoProprio = false, aoFechar, aoMarcar }: Props) {
  const [resultado, setResultado] = useState<ResultadoContato>('contatado');
  const [observacoes, setObservacoes] = useState('');
  const id = useId();

  function enviar(evento?: FormEvent) {
    evento?.preventDefault();
    aoMarcar({ observacoes: observacoes.trim(), resultado });
  }

  function tecla(evento: KeyboardEvent) {
    if (evento.ctrlKey && evento.key === 'Enter') enviar();
  }

  return (
    <Dialog open onClose={aoFechar} disableRestoreFocus={focoProprio} aria-labelledby={id} onKeyDown={tecla}>
      <form onSubmit={enviar}>
        <DialogTitle id={id}>{t('contato.dialogoTitulo', { nome: cliente.nome })}</DialogTitle>
        <DialogContent>
          <DialogContentText sx={{ mb: 2 }}>{t('contato.dialogoTexto')}</DialogContentText>
          <FormControl sx={{ mb: 2 }}>
            <FormLabel id={`${id}-resultado`}>{t('contato.resultado')}</FormLabel>
            <RadioGroup aria-labelledby={`${id}-resultado`} name="resultado" value={resultado} onChange={(_, valor) => setResultado(valor as ResultadoContato)}>
              {RESULTADOS.map((r, i) => (
                // eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog takes the focus at its first field
                <FormControlLabel key={r} value={r} control={<Radio size="small" autoFocus={i === 0} />} label={t(`contato.resultados.${r}`)} />
              ))}
            </RadioGroup>
          </FormControl>
          <Campo
            nome="observacoes"
            rotulo={t('contato.observacoes')}
            value={observacoes}
            onChange={(e) => setObservacoes(e.target.value)}
            multiline
            minRows={3}
            maxRows={8}
            inputProps={{ maxLength: MAX }}
            dica={observacoes.length > MAX * 0.9 ? t('contato.observacoesConta', { n: observacoes.length, max: MAX }) : t('contato.observacoesDica')}
          />
        </DialogContent>
        <DialogActions>
          <Button onClick={aoFechar}>{t('comum.cancelar')}</Button>
          <Button type="submit" variant="contained">
            {t('contato.marcar')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
