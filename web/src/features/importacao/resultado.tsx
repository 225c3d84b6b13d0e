import { mdiDownload, mdiUndoVariant } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { Link as Rota } from 'wouter';

import { Cifra, Cifras } from '../../components/cifras';
import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { Icone } from '../../components/icone';
import { mensagemDeErro } from '../../lib/erro-api';
import { dataHora, inteiro } from '../../lib/formatos';
import { enderecoRecusadas, useDesfazerMutation } from './api';
import { t } from './textos';
import type { Estado, ImportacaoDados } from './tipos';

const SEVERIDADE: Partial<Record<Estado, 'success' | 'error' | 'info'>> = { concluida: 'success', falhou: 'error' };

/** Step 4 when it ended: what came of it, the refused rows, the way back. */
export function Resultado({ dados }: { dados: ImportacaoDados }) {
  const [desfazendo, setDesfazendo] = useState(false);
  const noMeio = dados.estado === 'cancelada' && dados.incluidos + dados.atualizados > 0;
  return (
    <>
      <Alert severity={SEVERIDADE[dados.estado] ?? 'info'} role="status" sx={{ mb: 2 }} data-estado={dados.estado}>
        {t(`importacao.${dados.estado as 'concluida'}`, { quando: dataHora(dados.terminada_em) })}
        {noMeio && <div>{t('importacao.canceladaNoMeio')}</div>}
        {dados.falha !== null && <div>{dados.falha}</div>}
      </Alert>
      <Cifras legenda={t('importacao.passos.resultado')}>
        <Cifra nome={t('importacao.novos')} valor={<span data-contagem="incluidos">{inteiro(dados.incluidos)}</span>} />
        <Cifra nome={t('importacao.atualizados')} valor={<span data-contagem="atualizados">{inteiro(dados.atualizados)}</span>} />
        <Cifra nome={t('importacao.iguais')} valor={<span data-contagem="iguais">{inteiro(dados.iguais)}</span>} />
        <Cifra nome={t('importacao.recusadas')} valor={<span data-contagem="recusadas">{inteiro(dados.recusadas)}</span>} />
        {dados.operacao === 'desfazer' && <Cifra nome={t('importacao.desfeitos')} valor={<span data-contagem="desfeitas">{inteiro(dados.desfeitas)}</span>} />}
        {dados.operacao === 'desfazer' && <Cifra nome={t('importacao.mantidos')} valor={<span data-contagem="mantidas">{inteiro(dados.mantidas)}</span>} />}
      </Cifras>
      {dados.recusadas > 0 && <Recusadas dados={dados} />}
      <Mantidas dados={dados} />
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', mt: 3 }}>
        <Button component={Rota} href="/clientes" variant="contained">
          {t('importacao.verClientes')}
        </Button>
        <Button component={Rota} href="/importar" variant="outlined">
          {t('importacao.nova')}
        </Button>
        {dados.pode_desfazer && (
          <Button color="error" startIcon={<Icone d={mdiUndoVariant} />} onClick={() => setDesfazendo(true)} sx={{ ml: { sm: 'auto' } }}>
            {t('importacao.desfazer')}
          </Button>
        )}
      </Box>
      {desfazendo && <Desfazer dados={dados} aoFechar={() => setDesfazendo(false)} />}
    </>
  );
}

function Recusadas({ dados }: { dados: ImportacaoDados }) {
  return (
    <Paper variant="outlined" sx={{ p: { xs: 2, sm: 3 }, display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center' }}>
      <Typography sx={{ flex: '1 1 280px' }}>{t(dados.guardada ? 'importacao.baixarRecusadasTexto' : 'importacao.arquivoApagado')}</Typography>
      {dados.guardada && (
        <Button component="a" href={enderecoRecusadas(dados.id)} download variant="outlined" startIcon={<Icone d={mdiDownload} />}>
          {t('importacao.baixarRecusadas')}
        </Button>
      )}
    </Paper>
  );
}

function Mantidas({ dados }: { dados: ImportacaoDados }) {
  const linhas = dados.mantidas_linhas ?? [];
  if (linhas.length === 0) return null;
  return (
    <Box component="section" sx={{ mt: 3 }}>
      <Typography variant="h2" sx={{ mb: 1 }}>
        {t('importacao.mantidosTitulo')}
      </Typography>
      <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
        {linhas.map((l) => (
          <li key={l.linha}>
            {l.id_cliente === null || l.motivo === 'excluido' ? (
              t('importacao.linhaN', { n: inteiro(l.linha) })
            ) : (
              <Link component={Rota} href={`/clientes/${l.id_cliente}`}>
                {t('importacao.linhaN', { n: inteiro(l.linha) })}
              </Link>
            )}
            : {t(`importacao.motivosMantida.${l.motivo}`)}
          </li>
        ))}
      </Box>
    </Box>
  );
}

function Desfazer({ dados, aoFechar }: { dados: ImportacaoDados; aoFechar: () => void }) {
  const [desfazer, { isLoading, error }] = useDesfazerMutation();

  async function confirmar(): Promise<void> {
    const feito = await desfazer(dados.id);
    if (!feito.error) aoFechar();
  }

  return (
    <ConfirmaDialogo
      aberto
      titulo={t('importacao.desfazerTitulo', { nome: dados.nome })}
      texto={t('importacao.desfazerTexto', { novos: inteiro(dados.incluidos), atualizados: inteiro(dados.atualizados) })}
      confirmar={t('importacao.desfazer')}
      perigo
      ocupado={isLoading}
      aoConfirmar={() => void confirmar()}
      aoFechar={aoFechar}
    >
      {error !== undefined && (
        <Alert severity="error" sx={{ mt: 2 }}>
          {mensagemDeErro(error)}
        </Alert>
      )}
    </ConfirmaDialogo>
  );
}
