import { mdiAccountPlusOutline, mdiCheck, mdiCloseOctagonOutline, mdiPencilOutline } from '@mdi/js';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { useState } from 'react';

import { Carregando } from '../../components/carregando';
import { Cifra, Cifras } from '../../components/cifras';
import { Falha } from '../../components/falha';
import { Icone } from '../../components/icone';
import { Tabela, type Coluna as ColunaTabela } from '../../components/tabela';
import { plural } from '../../i18n/textos';
import { mensagemDeErro } from '../../lib/erro-api';
import { cpf, data, inteiro, telefone } from '../../lib/formatos';
import { useExecutarMutation, usePreviaQuery } from './api';
import { Descartar } from './descartar';
import { t, tSeHouver } from './textos';
import { ACOES, CAMPOS, type Acao, type Campo, type Formato, type LinhaPrevia, type Mapa } from './tipos';

const APARENCIA: Record<Acao, { cor: string; icone: string }> = {
  incluir: { cor: 'recuperado', icone: mdiAccountPlusOutline },
  atualizar: { cor: 'contatado', icone: mdiPencilOutline },
  igual: { cor: 'neutro', icone: mdiCheck },
  recusar: { cor: 'risco', icone: mdiCloseOctagonOutline },
};

interface Props {
  id: number;
  nome: string;
  mapa: Mapa;
  formato: Formato;
  aoVoltar: () => void;
}

/** Step 3: what would happen with each row. Nothing is written. */
export function Conferencia({ id, nome, mapa, formato, aoVoltar }: Props) {
  const [filtro, setFiltro] = useState<Acao | 'todas'>();
  const inteira = usePreviaQuery({ id, mapa, ...formato }, { refetchOnMountOrArgChange: true });
  const contagem = inteira.currentData?.contagem;
  // What needs a look comes first.
  const ativo = filtro ?? ((contagem?.recusar ?? 0) > 0 ? 'recusar' : 'todas');
  const parte = usePreviaQuery({ id, mapa, ...formato, acao: ativo === 'todas' ? undefined : ativo }, { skip: contagem === undefined || ativo === 'todas' });
  const [executar, execucao] = useExecutarMutation();

  if (inteira.error !== undefined) {
    return <Falha erro={inteira.error} tentar={() => void inteira.refetch()} saida={<Button onClick={aoVoltar}>{t('importacao.voltarColunas')}</Button>} />;
  }
  if (contagem === undefined) {
    return (
      <>
        <Typography role="status" sx={{ mb: 2 }}>
          {t('importacao.conferindo')}
        </Typography>
        <Carregando forma="cartoes" quantos={4} />
        <Carregando />
      </>
    );
  }

  const { entram } = contagem;
  const linhas = ativo === 'todas' ? inteira.currentData?.linhas : parte.currentData?.linhas;
  const total = ativo === 'todas' ? (inteira.currentData?.total ?? 0) : contagem[ativo];
  return (
    <>
      <Cifras legenda={t('importacao.contagem')}>
        {ACOES.map((a) => (
          <Cifra key={a} nome={t(`importacao.${a}`)} valor={<span data-contagem={a}>{inteiro(contagem[a])}</span>} detalhe={contagem[a] > 0 && t(`importacao.${a}Texto`)} />
        ))}
      </Cifras>
      {entram === 0 && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          <strong>{t('importacao.nadaAFazer')}.</strong> {t('importacao.nadaAFazerTexto')}
        </Alert>
      )}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', mb: 1.5 }}>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={ativo}
          onChange={(_, novo: Acao | 'todas' | null) => {
            if (novo !== null) setFiltro(novo);
          }}
          aria-label={t('importacao.filtroLinhas')}
          sx={{ flexWrap: 'wrap', '& .MuiToggleButton-root:not(.Mui-selected)': { color: 'text.secondary' } }}
        >
          <ToggleButton value="todas">{t('importacao.todas')}</ToggleButton>
          {ACOES.filter((a) => contagem[a] > 0).map((a) => (
            <ToggleButton key={a} value={a}>
              {t(`importacao.${a}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        {linhas !== undefined && (
          <Typography variant="body2" color="textSecondary" aria-live="polite">
            {t('importacao.amostraDe', { n: inteiro(linhas.length), total: inteiro(total) })}
          </Typography>
        )}
      </Box>
      {parte.error !== undefined && ativo !== 'todas' ? (
        <Falha erro={parte.error} tentar={() => void parte.refetch()} />
      ) : linhas === undefined ? (
        <Carregando quantos={5} />
      ) : (
        <Tabela legenda={t('importacao.contagem')} colunas={colunasDaTabela(mapa)} linhas={linhas} chave={(l) => l.linha} />
      )}
      {execucao.error !== undefined && (
        <Alert severity="error" sx={{ mt: 2 }}>
          {mensagemDeErro(execucao.error)}
        </Alert>
      )}
      <Box sx={{ position: { xs: 'static', sm: 'sticky' }, bottom: 0, zIndex: 2, bgcolor: 'background.default', py: 1.5, mt: 1, display: 'flex', gap: 1, flexWrap: 'wrap', alignItems: 'center', justifyContent: 'flex-end' }}>
        {contagem.recusar > 0 && entram > 0 && (
          <Typography variant="body2" color="textSecondary" sx={{ mr: 'auto', flex: '1 1 240px' }}>
            {t('importacao.semRecusadas', { recusadas: plural(contagem.recusar, t('importacao.umaLinha'), t('importacao.linhas')) })}
          </Typography>
        )}
        <Descartar id={id} nome={nome} />
        <Button variant="outlined" onClick={aoVoltar} disabled={execucao.isLoading}>
          {t('importacao.voltarColunas')}
        </Button>
        <Button variant="contained" disabled={entram === 0} loading={execucao.isLoading} onClick={() => void executar({ id, mapa, ...formato })} data-executar>
          {t('importacao.importar', { n: plural(entram, t('importacao.umaLinha'), t('importacao.linhas')) })}
        </Button>
      </Box>
    </>
  );
}

function colunasDaTabela(mapa: Mapa): ColunaTabela<LinhaPrevia>[] {
  return [
    { id: 'linha', titulo: t('importacao.linha'), principal: true, valor: (l) => <Junto>{t('importacao.linhaN', { n: inteiro(l.linha) })}</Junto> },
    { id: 'acao', titulo: t('importacao.oQueAcontece'), valor: (l) => <Marca acao={l.acao} /> },
    { id: 'problemas', titulo: t('importacao.problemas'), valor: (l) => <Erros linha={l} /> },
    ...CAMPOS.filter((c) => mapa[c] !== undefined).map((c): ColunaTabela<LinhaPrevia> => ({ id: c, titulo: t(`campos.${c}`), valor: (l) => <Valor campo={c} texto={l.valores[c]} /> })),
  ];
}

/** As the rest of the product shows it; what could not be understood stays as it was written. */
function Valor({ campo, texto }: { campo: Campo; texto: string | null | undefined }) {
  if (texto === null || texto === undefined || texto === '') return t('comum.semValor');
  if (campo === 'cpf') return <Junto>{cpf(texto)}</Junto>;
  if (campo === 'celular') return <Junto>{telefone(texto)}</Junto>;
  if (campo === 'cep') return <Junto>{texto}</Junto>;
  if (campo === 'data_nascimento') return <Junto>{/^\d{4}-\d{2}-\d{2}$/.test(texto) ? data(texto) : texto}</Junto>;
  return texto;
}

function Junto({ children }: { children: string }) {
  return (
    <Box component="span" sx={{ whiteSpace: 'nowrap' }}>
      {children}
    </Box>
  );
}

function Marca({ acao }: { acao: Acao }) {
  const { cor, icone } = APARENCIA[acao];
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.5, px: 0.75, py: 0.25, borderRadius: 1, fontSize: '0.8125rem', fontWeight: 600, whiteSpace: 'nowrap', color: `var(--cor-${cor})`, bgcolor: `var(--cor-${cor}-fundo)` }}>
      <Icone d={icone} sx={{ fontSize: 16 }} />
      {t(`importacao.acoes.${acao}`)}
    </Box>
  );
}

function Erros({ linha }: { linha: LinhaPrevia }) {
  if (linha.erros.length === 0) return t('comum.semValor');
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none', minWidth: { md: 220 }, color: 'var(--cor-risco)' }}>
      {linha.erros.map((e, i) => (
        <li key={i}>
          <strong>{tSeHouver(`campos.${e.campo}`) ?? e.campo}:</strong> {e.mensagem}
        </li>
      ))}
    </Box>
  );
}
