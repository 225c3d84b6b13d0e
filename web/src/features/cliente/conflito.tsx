import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import FormControlLabel from '@mui/material/FormControlLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';

import type { Formulario } from './formulario';
import { aplicar, diferencas, pendentes, type Diferenca, type Lado } from './mesclar';
import { t } from './textos';
import type { Campo } from './tipos';

interface Props {
  nome: string;
  /** Still active? */
  ativo: boolean;
  base: Formulario;
  deles: Formulario;
  meu: Formulario;
  ocupado: boolean;
  aoFechar: () => void;
  aoGravar: (deles: Formulario, escolhido: Formulario) => void;
}

/** What was there, what another person saved, what I typed: choose field by field. */
export function Conflito({ nome, ativo, base, deles, meu, ocupado, aoFechar, aoGravar }: Props) {
  const id = useId();
  const lista = diferencas(base, deles, meu);
  const [escolhas, setEscolhas] = useState<Partial<Record<Campo, Lado>>>({});
  const [cobrar, setCobrar] = useState(false);
  const faltam = pendentes(lista, escolhas);

  function gravar(): void {
    setCobrar(true);
    if (faltam.length === 0) aoGravar(deles, aplicar(deles, lista, escolhas));
    else document.querySelector<HTMLElement>(`[data-conflito="${faltam[0]}"] input`)?.focus();
  }

  return (
    <Dialog open onClose={ocupado ? undefined : aoFechar} aria-labelledby={id} aria-describedby={`${id}-texto`} maxWidth="md">
      <DialogTitle id={id}>{t('cliente.conflitoTitulo', { nome })}</DialogTitle>
      <DialogContent>
        <DialogContentText id={`${id}-texto`} sx={{ mb: 2 }}>
          {t(lista.some((d) => d.conflito) ? 'cliente.conflitoTexto' : 'cliente.conflitoSemTexto')} {!ativo && t('cliente.conflitoInativo')}
        </DialogContentText>
        {lista.map((d) => (
          <Linha key={d.campo} d={d} valor={escolhas[d.campo] ?? d.sugestao} cobrar={cobrar} aoEscolher={(lado) => setEscolhas((e) => ({ ...e, [d.campo]: lado }))} />
        ))}
        {cobrar && faltam.length > 0 && (
          <Alert severity="error" sx={{ mt: 2 }}>
            {t('cliente.conflitoFaltam', { campos: faltam.map((c) => t(`campos.${c}`)).join(', ') })}
          </Alert>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={aoFechar} disabled={ocupado}>
          {t('cliente.conflitoVoltar')}
        </Button>
        <Button variant="contained" onClick={gravar} loading={ocupado}>
          {t('cliente.conflitoGravar')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Linha({ d, valor, cobrar, aoEscolher }: { d: Diferenca; valor: Lado | undefined; cobrar: boolean; aoEscolher: (lado: Lado) => void }) {
  const rotulo = useId();
  const falta = cobrar && valor === undefined;
  return (
    <Box data-conflito={d.campo} sx={{ border: 1, borderColor: falta ? 'error.main' : 'divider', borderRadius: 1, p: 1.5, mb: 1.5 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2, alignItems: 'baseline', mb: 0.5 }}>
        <Typography component="h3" variant="h3" id={rotulo}>
          {t(`campos.${d.campo}`)}
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {t('cliente.conflitoAntes', { valor: mostrar(d.campo, d.base) })}
        </Typography>
        {d.conflito && (
          <Typography variant="body2" sx={{ color: 'var(--cor-alerta)', fontWeight: 600, ml: { sm: 'auto' } }}>
            {t('cliente.conflitoEscolha')}
          </Typography>
        )}
      </Box>
      <RadioGroup aria-labelledby={rotulo} name={`conflito-${d.campo}`} value={valor ?? ''} onChange={(_, lado) => aoEscolher(lado as Lado)} sx={{ display: 'grid', gap: 1, gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'repeat(2, minmax(0, 1fr))' } }}>
        <Opcao lado="deles" titulo={t('cliente.conflitoDeles')} texto={mostrar(d.campo, d.deles)} />
        <Opcao lado="meu" titulo={t('cliente.conflitoMeu')} texto={mostrar(d.campo, d.meu)} />
      </RadioGroup>
    </Box>
  );
}

function Opcao({ lado, titulo, texto }: { lado: Lado; titulo: string; texto: string }) {
  return (
    <FormControlLabel
      value={lado}
      control={<Radio size="small" />}
      sx={{ m: 0, alignItems: 'flex-start' }}
      label={
        <Box component="span" sx={{ display: 'block', pt: 0.875, overflowWrap: 'anywhere' }}>
          <Typography component="span" variant="body2" color="textSecondary" sx={{ display: 'block' }}>
            {titulo}
          </Typography>
          <Box component="span" sx={{ fontWeight: 600 }}>
            {texto}
          </Box>
        </Box>
      }
    />
  );
}

function mostrar(campo: Campo, valor: string): string {
  if (campo === 'nao_contatar') return t(valor === 'sim' ? 'comum.sim' : 'comum.nao');
  if (valor === '') return t('cliente.vazio');
  if (campo === 'sexo' && (valor === 'F' || valor === 'M' || valor === 'N')) return t(`cliente.sexos.${valor}`);
  return valor;
}
