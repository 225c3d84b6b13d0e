import Alert from '@mui/material/Alert';

import { t } from '../i18n/contato';
import { dadoSensivel } from '../lib/dados-sensiveis';

/** Says that a note looks as if it held a CPF or a card; the place is there from the start, so that it is read out. */
export function AvisoSensivel({ texto }: { texto: string }) {
  const achado = dadoSensivel(texto);
  return (
    <div role="status">
      {achado !== undefined && (
        <Alert severity="warning" role="presentation" data-sensivel={achado} sx={{ mt: 1 }}>
          {t(`contato.sensivel.${achado}`)}
        </Alert>
      )}
    </div>
  );
}
