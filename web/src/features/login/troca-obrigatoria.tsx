import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';

import { FormSenha } from '../../components/form-senha';
import { Pagina } from '../../components/pagina';
import { t } from '../../i18n/senha';
import { avisar } from '../../lib/aviso';
import { useDespacho } from '../../lib/store';

/** A provisional password opens only this screen. */
export function TrocaObrigatoria({ aoSair }: { aoSair: () => void }) {
  const despachar = useDespacho();
  return (
    <Box component="main" sx={{ display: 'grid', placeItems: 'center', minHeight: '100dvh', p: 2 }}>
      <Paper variant="outlined" sx={{ p: { xs: 3, sm: 4 }, width: '100%', maxWidth: 460, borderRadius: 3 }}>
        <Pagina titulo={t('senha.trocaTitulo')} acoes={<Button onClick={aoSair}>{t('comum.sair')}</Button>}>
          <Typography color="textSecondary" sx={{ mb: 2.5 }}>
            {t('senha.trocaTexto')}
          </Typography>
          <FormSenha aoTrocar={() => despachar(avisar(t('senha.trocada')))} />
        </Pagina>
      </Paper>
    </Box>
  );
}
