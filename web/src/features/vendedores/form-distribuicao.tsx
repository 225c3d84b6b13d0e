import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import FormControlLabel from '@mui/material/FormControlLabel';
import Stack from '@mui/material/Stack';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import { useState, type FormEvent } from 'react';

import { avisar } from '../../lib/aviso';
import { errosPorCampo, mensagemDeErro } from '../../lib/erro-api';
import { digitos } from '../../lib/formatos';
import { useDespacho } from '../../lib/store';
import type { Vendedor } from '../../lib/vendedores';
import { useVendedorAlterarMutation } from './api';
import { t } from './textos';

/** Weight, capacity and taking part of one seller. */
export function FormDistribuicao({ vendedor, aoFechar }: { vendedor: Vendedor; aoFechar: () => void }) {
  const despachar = useDespacho();
  const [peso, setPeso] = useState(String(vendedor.peso));
  const [capacidade, setCapacidade] = useState(vendedor.capacidade?.toString() ?? '');
  const [participa, setParticipa] = useState(vendedor.participa_distribuicao);
  const [alterar, { isLoading, error }] = useVendedorAlterarMutation();
  const erros = errosPorCampo(error);

  async function salvar(evento: FormEvent): Promise<void> {
    evento.preventDefault();
    const feito = await alterar({
      id: vendedor.id,
      peso: Number(peso),
      capacidade: capacidade === '' ? null : Number(capacidade),
      participa_distribuicao: participa,
    });
    if (feito.error) return;
    despachar(avisar(t('vendedores.salvo', { nome: vendedor.nome })));
    aoFechar();
  }

  return (
    <form onSubmit={(e) => void salvar(e)} noValidate>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          {error !== undefined && Object.keys(erros).length === 0 && <Alert severity="error">{mensagemDeErro(error)}</Alert>}
          {/* Text, not number fields: those read 1.000, as people write a thousand, as one. */}
          <TextField
            label={t('vendedores.peso')}
            value={peso}
            onChange={(e) => setPeso(digitos(e.target.value))}
            error={'peso' in erros}
            helperText={erros.peso ?? t('vendedores.pesoDica')}
            slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 3 } }}
          />
          <TextField
            label={t('vendedores.capacidade')}
            value={capacidade}
            onChange={(e) => setCapacidade(digitos(e.target.value))}
            error={'capacidade' in erros}
            helperText={erros.capacidade ?? t('vendedores.capacidadeDica')}
            slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 9 } }}
          />
          <FormControlLabel control={<Switch checked={participa} onChange={(e) => setParticipa(e.target.checked)} />} label={t('vendedores.participaRotulo')} />
        </Stack>
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
