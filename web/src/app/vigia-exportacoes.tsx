import { t } from '../i18n/casca';
import { api } from '../lib/api';
import { avisar } from '../lib/aviso';
import { mensagemDeErro } from '../lib/erro-api';
import { useEvento } from '../lib/eventos';
import { acompanhadas } from '../lib/exportacoes-acompanhadas';
import { useDespacho } from '../lib/store';

/** Tells, over whatever screen is there, that a file asked for earlier is ready, and offers it. */
export function VigiaExportacoes() {
  const despachar = useDespacho();

  async function baixar(id: number): Promise<void> {
    const { exportacoesApi } = await import('../lib/exportacoes');
    const feito = await despachar(exportacoesApi.endpoints.baixarExportacao.initiate(id));
    if (feito.error !== undefined) despachar(avisar(mensagemDeErro(feito.error), 'erro'));
  }

  useEvento(['exportacao'], ({ dados }) => {
    const id = Number(dados.id);
    if (dados.estado !== 'pronta' && dados.estado !== 'falhou') return;
    despachar(api.util.invalidateTags(['Exportacoes']));
    if (acompanhadas.has(id)) return;
    if (dados.estado === 'pronta') despachar(avisar(t('exportacoes.pronta'), 'ok', { rotulo: t('exportacoes.baixar'), fazer: () => void baixar(id) }));
    else despachar(avisar(t('exportacoes.falhou'), 'erro'));
  });
  return null;
}
