import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Typography from '@mui/material/Typography';
import { useState } from 'react';

import { Carregando } from './carregando';
import { ConfirmaDialogo } from './confirma-dialogo';
import { Falha } from './falha';
import { Tabela, type Coluna } from './tabela';
import { t } from '../i18n/sessoes';
import { nomeDoAgente } from '../lib/agente';
import { avisar } from '../lib/aviso';
import { mensagemDeErro } from '../lib/erro-api';
import { dataHora } from '../lib/formatos';
import { useDespacho } from '../lib/store';
import { useEncerrarSessaoMutation, useSessoesQuery, type Sessao } from '../lib/sessoes';


/** Open sessions, one's own or a user's; any but the current one can be ended. */
export function Sessoes({ usuario }: { usuario?: number }) {
  const { data, error, refetch } = useSessoesQuery(usuario, { refetchOnMountOrArgChange: true });
  const [encerrar, { isLoading }] = useEncerrarSessaoMutation();
  const [alvo, setAlvo] = useState<Sessao>();
  const despachar = useDespacho();

  async function confirmar(sessao: Sessao) {
    const resposta = await encerrar(sessao.id);
    setAlvo(undefined);
    if (resposta.error !== undefined) despachar(avisar(mensagemDeErro(resposta.error), 'erro'));
    else despachar(avisar(t('sessoes.encerrada')));
  }

  if (data === undefined) return error !== undefined ? <Falha erro={error} tentar={() => void refetch()} /> : <Carregando quantos={3} />;

  if (data.sessoes.length === 0) return <Typography color="textSecondary">{t('sessoes.nenhuma')}</Typography>;

  const colunas: Coluna<Sessao>[] = [
    { id: 'agente', titulo: t('sessoes.agente'), principal: true, valor: (s) => nomeDoAgente(s.agente) },
    { id: 'endereco', titulo: t('sessoes.endereco'), valor: (s) => s.endereco ?? t('comum.semValor') },
    { id: 'criada', titulo: t('sessoes.criada'), valor: (s) => dataHora(s.criada_em) },
    { id: 'limite', titulo: t('sessoes.limite'), valor: (s) => dataHora(s.limite_em) },
    {
      id: 'acoes',
      titulo: t('sessoes.encerrar'),
      acoes: true,
      valor: (s) =>
        s.atual ? (
          <Chip size="small" label={t('sessoes.atual')} />
        ) : (
          <Button size="small" color="error" onClick={() => setAlvo(s)} aria-label={t('sessoes.encerrarDe', { agente: nomeDoAgente(s.agente) })}>
            {t('sessoes.encerrar')}
          </Button>
        ),
    },
  ];

  return (
    <>
      <Tabela legenda={t('sessoes.titulo')} colunas={colunas} linhas={data.sessoes} chave={(s) => s.id} />
      {alvo !== undefined && (
        <ConfirmaDialogo
          aberto
          titulo={t('sessoes.confirma')}
          texto={t('sessoes.confirmaTexto', { agente: nomeDoAgente(alvo.agente), endereco: alvo.endereco ?? t('comum.semValor') })}
          confirmar={t('sessoes.encerrar')}
          perigo
          ocupado={isLoading}
          aoConfirmar={() => void confirmar(alvo)}
          aoFechar={() => setAlvo(undefined)}
        />
      )}
    </>
  );
}
