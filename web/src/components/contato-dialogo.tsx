import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
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
import useMediaQuery from '@mui/material/useMediaQuery';
import { useEffect, useId, useState, type FormEvent, type KeyboardEvent } from 'react';

import { t } from '../i18n/contato';
import { RESULTADOS, type Contato, type ResultadoContato } from '../lib/contato';
import { useUsuario } from '../lib/eu';
import { guardarRascunho, largarRascunho, lerRascunho } from '../lib/rascunhos';
import { retornoValido } from '../lib/retorno';
import { Campo } from './campo';
import { CampoRetorno } from './campo-retorno';
import { AvisoSensivel } from './aviso-sensivel';

const MAX = 4000;

interface Props {
  cliente: { id: number; nome: string };
  /** The board gives the focus to the card, wherever it is by then. */
  focoProprio?: boolean;
  aoFechar: () => void;
  /** The draft stays until `contatoSalvo`: a contact that was not saved opens again with its text. */
  aoMarcar: (dados: Contato) => void;
}

const chave = (usuarioId: number, clienteId: number) => `${usuarioId}:contato:${clienteId}`;

/** The contact is on the server: its draft goes. */
export function contatoSalvo(usuarioId: number, clienteId: number): void {
  largarRascunho(chave(usuarioId, clienteId));
}

const NOVO: Contato = { resultado: 'contatado', observacoes: '', retornar_em: null };

/** Asks how the contact went; every way to Contatado passes here. */
export function ContatoDialogo({ cliente, focoProprio = false, aoFechar, aoMarcar }: Props) {
  const eu = useUsuario();
  const baixa = useMediaQuery('(max-width:599.95px)', { noSsr: true });
  const [guardado] = useState(() => lerRascunho<Contato>(chave(eu.id, cliente.id)));
  const [contato, setContato] = useState<Contato>(guardado ?? NOVO);
  const id = useId();
  const { resultado, observacoes, retornar_em } = contato;
  const mudar = (parte: Partial<Contato>) => setContato((c) => ({ ...c, ...parte }));

  useEffect(() => {
    if (contato !== NOVO) guardarRascunho(chave(eu.id, cliente.id), contato);
  }, [contato, eu.id, cliente.id]);

  function enviar(evento?: FormEvent) {
    evento?.preventDefault();
    if (retornar_em !== null && !retornoValido(retornar_em, eu.hoje)) return;
    aoMarcar({ observacoes: observacoes.trim(), resultado, retornar_em });
  }

  function tecla(evento: KeyboardEvent) {
    if (evento.ctrlKey && evento.key === 'Enter') enviar();
  }

  return (
    <Dialog open fullScreen={baixa} onClose={aoFechar} disableRestoreFocus={focoProprio} aria-labelledby={id} onKeyDown={tecla}>
      <Box component="form" onSubmit={enviar} sx={{ display: 'flex', flexDirection: 'column', minHeight: 0, flex: 1 }}>
        <DialogTitle id={id} sx={{ pb: 1 }}>
          {t('contato.dialogoTitulo', { nome: cliente.nome })}
        </DialogTitle>
        <DialogContent>
          <DialogContentText sx={{ mb: 2 }}>{t('contato.dialogoTexto')}</DialogContentText>
          {guardado !== undefined && guardado.observacoes !== '' && (
            <Alert severity="info" sx={{ mb: 2 }}>
              {t('contato.recuperado')}
            </Alert>
          )}
          <FormControl sx={{ mb: 2, width: '100%' }}>
            <FormLabel id={`${id}-resultado`} sx={{ mb: 0.5 }}>
              {t('contato.resultado')}
            </FormLabel>
            <RadioGroup
              aria-labelledby={`${id}-resultado`}
              name="resultado"
              value={resultado}
              onChange={(_, valor) => mudar({ resultado: valor as ResultadoContato })}
              sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', sm: '1fr 1fr' }, columnGap: 1 }}
            >
              {RESULTADOS.map((r) => (
                // eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog takes the focus at its first field
                <FormControlLabel key={r} value={r} control={<Radio size="small" autoFocus={r === resultado} />} label={t(`contato.resultados.${r}`)} />
              ))}
            </RadioGroup>
          </FormControl>
          <Campo
            nome="observacoes"
            rotulo={t('contato.observacoes')}
            value={observacoes}
            onChange={(e) => mudar({ observacoes: e.target.value })}
            multiline
            minRows={3}
            maxRows={8}
            inputProps={{ maxLength: MAX }}
            dica={observacoes.length > MAX * 0.9 ? t('contato.observacoesConta', { n: observacoes.length, max: MAX }) : t('contato.observacoesDica')}
          />
          <AvisoSensivel texto={observacoes} />
          <Box sx={{ mt: 2.5 }}>
            <CampoRetorno hoje={eu.hoje} valor={retornar_em ?? ''} mudar={(dia) => mudar({ retornar_em: dia === '' ? null : dia })} />
          </Box>
        </DialogContent>
        <DialogActions>
          <Button onClick={aoFechar}>{t('comum.cancelar')}</Button>
          <Button type="submit" variant="contained">
            {t('contato.marcar')}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}
