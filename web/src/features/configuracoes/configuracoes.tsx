import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState } from 'react';

import { Carregando } from '../../components/carregando';
import { ConfirmaDialogo } from '../../components/confirma-dialogo';
import { Falha } from '../../components/falha';
import { Pagina } from '../../components/pagina';
import { plural } from '../../i18n/textos';
import { linkHistorico } from '../../lib/auditoria';
import { avisar } from '../../lib/aviso';
import { errosPorCampo, mensagemDeErro } from '../../lib/erro-api';
import { useUsuario } from '../../lib/eu';
import { inteiro } from '../../lib/formatos';
import { guardarRascunho, largarRascunho, lerRascunho, useGuarda } from '../../lib/rascunhos';
import { useDespacho } from '../../lib/store';
import { GRUPOS, useConfiguracoesAlterarMutation, useConfiguracoesQuery, useEfeitoQuery, useLazyEfeitoQuery, type Configuracao, type Efeito as EfeitoDaJanela, type Grupo, type Mudancas } from './api';
import { CampoConfig } from './campo-config';
import { Efeito } from './efeito';
import { t } from './textos';
import { diferencas, erroDoValor, nomesDosPeriodos } from './valores';

/** The effect is asked for this long after the last key, ms. */
const ESPERA_DIGITACAO_MS = 350;

/** Settings of the product: typed fields in groups, the effect before it is stored. */
export function Configuracoes() {
  const consulta = useConfiguracoesQuery();
  return (
    <Pagina titulo={t('configuracoes.titulo')} largura="media">
      {consulta.data !== undefined ? (
        <Formulario configuracoes={consulta.data.configuracoes} />
      ) : consulta.error !== undefined ? (
        <Falha erro={consulta.error} tentar={() => void consulta.refetch()} />
      ) : (
        <Carregando forma="tela" quantos={8} />
      )}
    </Pagina>
  );
}

function Formulario({ configuracoes }: { configuracoes: readonly Configuracao[] }) {
  const despachar = useDespacho();
  const rascunho = `${useUsuario().id}:configuracoes`;
  const [escritas, setEscritas] = useState<Mudancas>(() => lerRascunho(rascunho) ?? {});
  const [recusas, setRecusas] = useState<Record<string, string>>({});
  const [pergunta, setPergunta] = useState<EfeitoDaJanela>();
  const [gravar, gravacao] = useConfiguracoesAlterarMutation();
  const formulario = useRef<HTMLFormElement>(null);

  const mudancas = diferencas(configuracoes, escritas);
  const chaves = Object.keys(mudancas);
  const guarda = useGuarda(chaves.length > 0);
  // Over the Back button, or a session that ended.
  useEffect(() => {
    if (Object.keys(escritas).length > 0) guardarRascunho(rascunho, escritas);
    else largarRascunho(rascunho);
  }, [escritas, rascunho]);
  const valorDe = (chave: string) => escritas[chave] ?? configuracoes.find((c) => c.chave === chave)?.valor ?? '';
  const erros: Record<string, string> = { ...recusas };
  for (const c of configuracoes) {
    const erro = erroDoValor(c, valorDe(c.chave));
    if (erro !== undefined) erros[c.chave] = erro;
  }

  // The effect follows the typing, once the bounds make sense.
  const janela = configuracoes.filter((c) => c.grupo === 'janela' && c.chave in mudancas).map((c) => c.chave);
  const mudancasDaJanela: Mudancas = Object.fromEntries(Object.entries(mudancas).filter(([c]) => janela.includes(c)));
  const pedido = useAtrasado(JSON.stringify(janela.some((c) => c in erros && !(c in recusas)) ? {} : mudancasDaJanela), ESPERA_DIGITACAO_MS);
  const efeito = useEfeitoQuery(JSON.parse(pedido) as Mudancas, { skip: pedido === '{}' });
  const [calcular, calculo] = useLazyEfeitoQuery();
  const recusaDoEfeito = pedido === '{}' ? {} : errosPorCampo(efeito.error);

  function mudar(chave: string, valor: string): void {
    setEscritas((antes) => ({ ...antes, [chave]: valor }));
    setRecusas({});
  }

  function focar(chave: string): void {
    formulario.current?.querySelector<HTMLElement>(`#config-${CSS.escape(chave)}`)?.focus();
  }

  async function confirmar(): Promise<void> {
    const feito = await gravar(mudancas);
    setPergunta(undefined);
    if (feito.error !== undefined) {
      const campos = errosPorCampo(feito.error);
      setRecusas(campos);
      const [primeiro] = Object.keys(campos);
      if (primeiro !== undefined) focar(primeiro);
      return;
    }
    setEscritas({});
    despachar(avisar(t('configuracoes.gravadas')));
  }

  /** Asks with the effect of what is written now: the one on the screen follows the typing later. */
  async function enviar(): Promise<void> {
    const errado = chaves.find((c) => c in erros || c in recusaDoEfeito);
    if (errado !== undefined) return focar(errado);
    if (janela.length === 0) return confirmar();
    const { data, error } = await calcular(mudancasDaJanela);
    if (error !== undefined) {
      const campos = errosPorCampo(error);
      setRecusas(campos);
      const [primeiro] = Object.keys(campos);
      if (primeiro === undefined) despachar(avisar(mensagemDeErro(error), 'erro'));
      else focar(primeiro);
    } else if (data !== undefined && data.entram + data.saem > 0) setPergunta(data);
    else await confirmar();
  }

  return (
    <Box
      component="form"
      ref={formulario}
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        void enviar();
      }}
    >
      <Typography color="textSecondary" sx={{ mb: 2 }}>
        {t('configuracoes.texto')}
      </Typography>
      {GRUPOS.map((grupo) => (
        <Secao key={grupo} grupo={grupo} configuracoes={configuracoes.filter((c) => c.grupo === grupo)} valorDe={valorDe} erros={{ ...recusaDoEfeito, ...erros }} aoMudar={mudar}>
          {grupo === 'janela' && pedido !== '{}' && efeito.currentData !== undefined && <Efeito dados={efeito.currentData} nomes={nomesDosPeriodos(valorDe)} />}
        </Secao>
      ))}
      {chaves.length > 0 && (
        <Paper
          elevation={8}
          data-barra
          sx={{ position: 'sticky', bottom: 12, zIndex: 2, p: 1.5, pl: 2.5, display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', border: 1, borderColor: 'divider' }}
        >
          <Box role="status" sx={{ flex: '1 1 200px' }}>
            <strong>{plural(chaves.length, t('configuracoes.umaMudanca'), t('configuracoes.mudancas'))}</strong>
            {pedido !== '{}' && efeito.currentData !== undefined && ` · ${t('configuracoes.resumo', { entram: inteiro(efeito.currentData.entram), saem: inteiro(efeito.currentData.saem) })}`}
          </Box>
          <Box sx={{ display: 'flex', gap: 1, ml: 'auto' }}>
            <Button
              onClick={() => {
                setEscritas({});
                setRecusas({});
              }}
              disabled={gravacao.isLoading}
            >
              {t('configuracoes.descartar')}
            </Button>
            <Button type="submit" variant="contained" loading={gravacao.isLoading || calculo.isFetching}>
              {t('configuracoes.gravar')}
            </Button>
          </Box>
          {gravacao.error !== undefined && Object.keys(recusas).length === 0 && (
            <Alert severity="error" sx={{ flexBasis: '100%' }}>
              {mensagemDeErro(gravacao.error)}
            </Alert>
          )}
        </Paper>
      )}
      {pergunta !== undefined && (
        <ConfirmaDialogo
          aberto
          titulo={t('configuracoes.confirmaTitulo')}
          texto={t('configuracoes.confirmaTexto', { entram: inteiro(pergunta.entram), saem: inteiro(pergunta.saem), carteira: inteiro(pergunta.saem_da_carteira) })}
          confirmar={t('configuracoes.confirma')}
          ocupado={gravacao.isLoading}
          aoConfirmar={() => void confirmar()}
          aoFechar={() => setPergunta(undefined)}
        />
      )}
      <ConfirmaDialogo
        aberto={guarda.esperando}
        titulo={t('configuracoes.sairTitulo')}
        texto={t('configuracoes.sairTexto')}
        confirmar={t('configuracoes.sair')}
        cancelar={t('configuracoes.ficar')}
        perigo
        aoConfirmar={() => {
          largarRascunho(rascunho);
          guarda.seguir();
        }}
        aoFechar={guarda.ficar}
      />
    </Box>
  );
}

interface PropsSecao {
  grupo: Grupo;
  configuracoes: readonly Configuracao[];
  valorDe: (chave: string) => string;
  erros: Record<string, string>;
  aoMudar: (chave: string, valor: string) => void;
  children?: React.ReactNode;
}

/** The order in which the bounds are read; other settings follow by name. */
const ORDEM = ['empresa', 'contato', 'logo', 'whatsapp_modelo', 'janela_inicio', 'janela_meio', 'janela_fim', 'periodo_perdido'];

function Secao({ grupo, configuracoes, valorDe, erros, aoMudar, children }: PropsSecao) {
  const eu = useUsuario();
  if (configuracoes.length === 0) return null;
  const posicao = (c: Configuracao) => (ORDEM.indexOf(c.chave) + ORDEM.length + 1) % (ORDEM.length + 1);
  const emOrdem = [...configuracoes].sort((a, b) => posicao(a) - posicao(b));
  return (
    <Paper component="section" variant="outlined" aria-labelledby={`grupo-${grupo}`} sx={{ p: { xs: 2, sm: 3 }, mb: 2 }}>
      <Typography variant="h2" id={`grupo-${grupo}`} sx={{ mb: 0.5 }}>
        {t(`configuracoes.grupos.${grupo}`)}
      </Typography>
      <Typography color="textSecondary" sx={{ mb: 2.5 }}>
        {t(`configuracoes.textosDosGrupos.${grupo}`)}
      </Typography>
      <Box sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 300px), 1fr))', alignItems: 'end' }}>
        {emOrdem.map((c) => (
          <CampoConfig key={c.chave} config={c} valor={valorDe(c.chave)} erro={erros[c.chave]} historico={linkHistorico(eu, 'configuracoes', c.chave)} aoMudar={(valor) => aoMudar(c.chave, valor)} />
        ))}
        {children}
      </Box>
    </Paper>
  );
}

/** The value as it was when it last stood still for so long. */
function useAtrasado(valor: string, ms: number): string {
  const [atrasado, setAtrasado] = useState(valor);
  useEffect(() => {
    const relogio = setTimeout(() => setAtrasado(valor), ms);
    return () => clearTimeout(relogio);
  }, [valor, ms]);
  return atrasado;
}
