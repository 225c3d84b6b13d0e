import ListSubheader from '@mui/material/ListSubheader';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Box from '@mui/material/Box';

import { CampoIntervalo, type useIntervaloUrl } from '../../components/campo-intervalo';
import { Selecao } from '../../components/selecao';
import { useDigitado } from '../../lib/digitado';
import { useAutoresQuery, type Filtros as Valores } from './api';
import { ACOES, nomeDaAcao, nomeDaTabela, TABELAS } from './nomes';
import { t } from './textos';

const GRUPOS = ['mudancas', 'acesso', 'leituras', 'sistema'] as const;

interface Props {
  valores: Valores;
  intervalo: ReturnType<typeof useIntervaloUrl>;
  hoje: string;
  aoMudar: (novos: Record<string, string | number | undefined>) => void;
}

/** Who, what, when and where; all of it in the address. */
export function Filtros({ valores, intervalo, hoje, aoMudar }: Props) {
  const autores = useAutoresQuery(undefined);
  const nomes = autores.data?.usuarios ?? [];
  const escolhido = valores.usuario_id;
  const opcoes = nomes.map((u) => ({ valor: String(u.id), nome: u.nome }));
  if (escolhido !== undefined && !nomes.some((u) => u.id === escolhido)) opcoes.push({ valor: String(escolhido), nome: t('auditoria.usuarioN', { id: escolhido }) });
  const conhecidas: readonly string[] = Object.values(ACOES).flat();

  return (
    <Box role="search" aria-label={t('auditoria.filtros')} sx={{ display: { xs: 'grid', sm: 'flex' }, gridTemplateColumns: 'repeat(2, minmax(0, 1fr))', flexWrap: 'wrap', gap: 1.5, mb: 2, alignItems: 'flex-start', '@media (max-width:599.95px)': { '& > *': { minWidth: '0 !important' } } }}>
      <CampoIntervalo estado={intervalo} hoje={hoje} comTodos />
      <Selecao rotulo={t('auditoria.quem')} todos={t('auditoria.todos')} valor={escolhido?.toString()} opcoes={opcoes} aoMudar={(usuario) => aoMudar({ usuario })} />
      <TextField
        select
        label={t('auditoria.oque')}
        value={valores.acao ?? ''}
        onChange={(e) => aoMudar({ acao: e.target.value })}
        sx={{ width: 'auto', minWidth: 180, flex: { xs: '1 1 140px', md: '0 0 auto' } }}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      >
        <MenuItem value="">{t('auditoria.tudo')}</MenuItem>
        {valores.acao !== undefined && !conhecidas.includes(valores.acao) && <MenuItem value={valores.acao}>{nomeDaAcao(valores.acao)}</MenuItem>}
        {GRUPOS.flatMap((g) => [
          <ListSubheader key={g}>{t(`auditoria.gruposDeAcoes.${g}`)}</ListSubheader>,
          ...ACOES[g].map((a) => (
            <MenuItem key={a} value={a}>
              {nomeDaAcao(a)}
            </MenuItem>
          )),
        ])}
      </TextField>
      <Selecao rotulo={t('auditoria.onde')} todos={t('auditoria.todas')} valor={valores.tabela} opcoes={TABELAS.map((x) => ({ valor: x, nome: nomeDaTabela(x) }))} aoMudar={(tabela) => aoMudar({ tabela, registro: undefined, chave: undefined })} />
      {valores.tabela !== undefined && <Digitado rotulo={t('auditoria.registro')} nome="registro" valor={valores.registro_id?.toString() ?? ''} aceita={/^[1-9]\d{0,14}$/} largura={150} numero aoMudar={(registro) => aoMudar({ registro })} />}
      <Digitado rotulo={t('auditoria.requisicao')} nome="requisicao" valor={valores.requisicao ?? ''} aceita={/^[\w.:-]{1,100}$/} largura={210} aoMudar={(requisicao) => aoMudar({ requisicao })} />
    </Box>
  );
}

/** A typed filter: counts after a pause, once it is right. */
function Digitado({ rotulo, nome, valor, aceita, largura, numero = false, aoMudar }: { rotulo: string; nome: string; valor: string; aceita: RegExp; largura: number; numero?: boolean; aoMudar: (valor: string | undefined) => void }) {
  const { texto, digitar, errado } = useDigitado(valor, aoMudar, aceita);

  return (
    <TextField
      label={rotulo}
      name={nome}
      value={texto}
      onChange={(e) => digitar(e.target.value)}
      error={errado}
      sx={{ width: 'auto', minWidth: largura, flex: { xs: `1 1 ${largura}px`, md: `0 0 ${largura}px` } }}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { inputMode: numero ? 'numeric' : undefined, autoComplete: 'off', spellCheck: false, maxLength: 100 } }}
    />
  );
}
