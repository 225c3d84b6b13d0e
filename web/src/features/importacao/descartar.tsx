import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { useLocation } from 'wouter';

import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { mensagemDeErro } from '../../lib/erro-api';
import { useCancelarImportacaoMutation } from './api';
import { t } from './textos';

/** Gives up an upload that has not begun. */
export function Descartar({ id, nome }: { id: number; nome: string }) {
  const [aberto, setAberto] = useState(false);
  const [, ir] = useLocation();
  const [cancelar, { isLoading, error }] = useCancelarImportacaoMutation();

  async function confirmar(): Promise<void> {
    const feito = await cancelar(id);
    if (!feito.error) ir('/importar');
  }

  return (
    <>
      <Button color="inherit" onClick={() => setAberto(true)}>
        {t('importacao.descartar')}
      </Button>
      <ConfirmaDialogo
        aberto={aberto}
        titulo={t('importacao.descartarTitulo', { nome })}
        texto={t('importacao.descartarTexto')}
        confirmar={t('importacao.rascunhoDescartar')}
        perigo
        ocupado={isLoading}
        aoConfirmar={() => void confirmar()}
        aoFechar={() => setAberto(false)}
      >
        {error !== undefined && <Alert severity="error">{mensagemDeErro(error)}</Alert>}
      </ConfirmaDialogo>
    </>
  );
}
