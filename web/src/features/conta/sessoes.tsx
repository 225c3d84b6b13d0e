import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import { useState } from 'react';

import { Carregando } from '../../components/carregando';
import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { Falha } from '../../components/falha';
import { Tabela, type Coluna } from '../../components/tabela';
import { avisar } from '../../lib/aviso';
import { mensagemDeErro } from '../../lib/erro-api';
import { dataHora } from '../../lib/formatos';
import { useDespacho } from '../../lib/store';
import { nomeDoAgente } from './agente';
import { useEncerrarSessaoMutation, useSessoesQuery, type Sessao } from './api';
import { t } from './textos';

/** The own sessions; any but the current one can be ended. */
export function Sessoes() {
  const { data, error, refetch } = useSessoesQuery(undefined, { refetchOnMountOrArgChange: true });
  const [encerrar, { isLoading }] = useEncerrarSessaoMutation();
  const [alvo, setAlvo] = useState<Sessao>();
  const despachar = useDespacho();

  async function confirmar(sessao: Sessao) {
    const resposta = await encerrar(sessao.id);
    setAlvo(undefined);
    if (resposta.error !== undefined) despachar(avisar(mensagemDeErro(resposta.error), 'erro'));
    else despachar(avisar(t('conta.sessaoEncerrada')));
  }

  if (data === undefined) return error !== undefined ? <Falha erro={error} tentar={() => void refetch()} /> : <Carregando quantos={3} />;

  const colunas: Coluna<Sessao>[] = [
    { id: 'agente', titulo: t('conta.sessaoAgente'), principal: true, valor: (s) => nomeDoAgente(s.agente) },
    { id: 'endereco', titulo: t('conta.sessaoEndereco'), valor: (s) => s.endereco ?? t('comum.semValor') },
    { id: 'criada', titulo: t('conta.sessaoCriada'), valor: (s) => dataHora(s.criada_em) },
    { id: 'limite', titulo: t('conta.sessaoLimite'), valor: (s) => dataHora(s.limite_em) },
    {
      id: 'acoes',
      titulo: t('conta.sessaoEncerrar'),
      acoes: true,
      valor: (s) =>
        s.atual ? (
          <Chip size="small" label={t('conta.sessaoAtual')} />
        ) : (
          <Button size="small" color="error" onClick={() => setAlvo(s)} aria-label={t('conta.sessaoEncerrarDe', { agente: nomeDoAgente(s.agente) })}>
            {t('conta.sessaoEncerrar')}
          </Button>
        ),
    },
  ];

  return (
    <>
      <Tabela legenda={t('conta.sessoes')} colunas={colunas} linhas={data.sessoes} chave={(s) => s.id} />
      {alvo !== undefined && (
        <ConfirmaDialogo
          aberto
          titulo={t('conta.sessaoConfirma')}
          texto={t('conta.sessaoConfirmaTexto', { agente: nomeDoAgente(alvo.agente), endereco: alvo.endereco ?? t('comum.semValor') })}
          confirmar={t('conta.sessaoEncerrar')}
          perigo
          ocupado={isLoading}
          aoConfirmar={() => void confirmar(alvo)}
          aoFechar={() => setAlvo(undefined)}
        />
      )}
    </>
  );
}
