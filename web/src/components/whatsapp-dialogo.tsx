import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogContentText from '@mui/material/DialogContentText';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId, useState, type FormEvent } from 'react';

import { t } from '../i18n/contato';
import { avisar } from '../lib/aviso';
import { useDefinirWhatsappMutation } from '../lib/contato';
import { mensagemDeErro } from '../lib/erro-api';
import { useUsuario } from '../lib/eu';
import { useDespacho } from '../lib/store';
import { MARCAS, mensagem, MODELO_MAX } from '../lib/whatsapp';
import { Campo } from './campo';

/** My own text of the WhatsApp link, with how it looks. */
export function WhatsappDialogo({ aoFechar }: { aoFechar: () => void }) {
  const eu = useUsuario();
  const despachar = useDespacho();
  const [modelo, setModelo] = useState(eu.whatsapp.modelo);
  const [salvar, { isLoading, error }] = useDefinirWhatsappMutation();
  const id = useId();

  async function mandar(novo: string) {
    const feito = await salvar({ vendedorId: eu.id, modelo: novo });
    if (feito.error !== undefined) return;
    despachar(avisar(t(novo === '' ? 'whatsapp.restaurada' : 'whatsapp.salva')));
    aoFechar();
  }

  function enviar(evento: FormEvent) {
    evento.preventDefault();
    void mandar(modelo.trim());
  }

  return (
    <Dialog open onClose={isLoading ? undefined : aoFechar} aria-labelledby={id}>
      <form onSubmit={enviar}>
        <DialogTitle id={id}>{t('whatsapp.titulo')}</DialogTitle>
        <DialogContent>
          <DialogContentText sx={{ mb: 2 }}>{t('whatsapp.texto')}</DialogContentText>
          {error !== undefined && (
            <Alert severity="error" sx={{ mb: 2 }}>
              {mensagemDeErro(error)}
            </Alert>
          )}
          <Campo
            nome="modelo"
            rotulo={t('whatsapp.campo')}
            value={modelo}
            onChange={(e) => setModelo(e.target.value)}
            multiline
            minRows={3}
            maxRows={8}
            // eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog takes the focus at its first field
            autoFocus
            required
            inputProps={{ maxLength: MODELO_MAX }}
            dica={modelo.length > MODELO_MAX * 0.9 ? t('whatsapp.conta', { n: modelo.length, max: MODELO_MAX }) : t('whatsapp.dica', { marcas: MARCAS.join(', ') })}
          />
          <Typography component="h3" variant="body2" color="textSecondary" sx={{ mt: 2, mb: 0.5 }}>
            {t('whatsapp.previa')}
          </Typography>
          <Box data-previa="" sx={{ p: 1.5, borderRadius: 'var(--raio)', bgcolor: 'var(--cor-recuperado-fundo)', whiteSpace: 'pre-wrap' }}>
            {mensagem(modelo, eu, new Date().getHours())}
          </Box>
        </DialogContent>
        <DialogActions sx={{ flexWrap: 'wrap' }}>
          {eu.whatsapp.proprio && (
            <Button color="inherit" disabled={isLoading} onClick={() => void mandar('')} sx={{ mr: 'auto' }}>
              {t('whatsapp.padrao')}
            </Button>
          )}
          <Button onClick={aoFechar} disabled={isLoading}>
            {t('comum.cancelar')}
          </Button>
          <Button type="submit" variant="contained" loading={isLoading}>
            {t('comum.salvar')}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
