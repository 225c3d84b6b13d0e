import Alert from '@mui/material/Alert';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import { useState } from 'react';

import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { inteiro } from '../../lib/formatos';
import { useDespacho } from '../../lib/store';
import type { Vendedor } from '../../lib/vendedores';
import { useRedistribuirTodosMutation } from './api';
import { t } from './textos';

/** Says how many clients will be dealt again before doing it. */
export function RedistribuirDialogo({ vendedores, aoFechar }: { vendedores: readonly Vendedor[]; aoFechar: () => void }) {
  const despachar = useDespacho();
  const [fixados, setFixados] = useState(false);
  const [redistribuir, { isLoading, error }] = useRedistribuirTodosMutation();

  const online = vendedores.filter((v) => v.online && v.participa_distribuicao).length;
  const pendentes = somar(vendedores, (v) => v.pendentes);
  const presos = somar(vendedores, (v) => v.fixados);
  const mexidos = pendentes + (fixados ? presos : 0);

  async function confirmar(): Promise<void> {
    const feito = await redistribuir({ incluir_fixados: fixados });
    if (feito.data === undefined) return;
    despachar(
      avisar(t('redistribuicao.feita', { clientes: inteiro(feito.data.elegiveis), vendedores: inteiro(feito.data.vendedores) })),
    );
    aoFechar();
  }

  return (
    <ConfirmaDialogo
      aberto
      titulo={t('redistribuicao.titulo')}
      texto={t('redistribuicao.texto', { clientes: inteiro(mexidos), vendedores: inteiro(online) })}
      confirmar={t('redistribuicao.acao')}
      perigo
      ocupado={isLoading}
      aoConfirmar={() => void confirmar()}
      aoFechar={aoFechar}
    >
      <FormControlLabel
        control={<Switch checked={fixados} onChange={(e) => setFixados(e.target.checked)} />}
        label={t('redistribuicao.incluirFixados', { n: inteiro(presos) })}
        sx={{ mt: 1 }}
      />
      {online === 0 && (
        <Alert severity="warning" sx={{ mt: 2 }}>
          {t('redistribuicao.ninguem')}
        </Alert>
      )}
      {error !== undefined && (
        <Alert severity="error" sx={{ mt: 2 }}>
          {mensagemDeErro(error)}
        </Alert>
      )}
    </ConfirmaDialogo>
  );
}

function somar(vendedores: readonly Vendedor[], de: (v: Vendedor) => number): number {
  return vendedores.reduce((soma, v) => soma + de(v), 0);
}
