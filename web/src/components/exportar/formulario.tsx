import { mdiFileDelimitedOutline, mdiFileExcelOutline, mdiFilePdfBox } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import Typography from '@mui/material/Typography';
import { useEffect, useMemo, useRef, useState, type FormEvent } from 'react';

import { t } from '../../i18n/exportacao';
import { plural } from '../../i18n/textos';
import { pode, useUsuario } from '../../lib/eu';
import { FORMATOS, useCamposExportaveisQuery, type Formato, type PedidoExportacao } from '../../lib/exportacoes';
import { errosPorCampo } from '../../lib/erro-api';
import type { PropsExportar } from '../botao-exportar';
import { Campo } from '../campo';
import { Carregando } from '../carregando';
import { Etiqueta } from '../etiqueta';
import { Falha } from '../falha';
import { ListaColunas } from './colunas';
import { colunasIniciais, CSVS, escolhidas, FINALIDADE_MAX, FINALIDADE_MIN, guardar, lembrar, marcar, semSensiveis, soMascarado, type Coluna, type Csv } from './escolha';
import { Opcoes } from './opcoes';
import { Recusa } from './recusa';

const ICONES: Record<Formato, string> = { excel: mdiFileExcelOutline, pdf: mdiFilePdfBox, csv: mdiFileDelimitedOutline };

interface Props extends PropsExportar {
  escondido: boolean;
  erro: unknown;
  aoEnviar: (pedido: PedidoExportacao) => void;
  aoFechar: () => void;
}

/** Format, columns and their order, how a CSV is written, and the purpose of sensitive data. */
export function Formulario({ origem, filtros, ordem, total, resumo, campos, escondido, erro, aoEnviar, aoFechar }: Props) {
  const eu = useUsuario();
  const relatorio = typeof filtros.nome === 'string' && origem === 'relatorio' ? filtros.nome : undefined;
  const [lembrada] = useState(() => lembrar(eu.id, origem, relatorio, localStorage));
  const [formato, setFormato] = useState<Formato>(lembrada?.formato ?? 'excel');
  const [csv, setCsv] = useState<Csv>(lembrada?.csv ?? 'padrao');
  const [escolha, setEscolha] = useState<Coluna[]>();
  const [sensiveis, setSensiveis] = useState(false);
  const [finalidade, setFinalidade] = useState('');
  const [tentou, setTentou] = useState(false);
  const campoFinalidade = useRef<HTMLInputElement>(null);

  const disponiveis = useCamposExportaveisQuery({ origem, relatorio });
  const revela = pode(eu, 'cliente.revelar');
  const todos = disponiveis.data?.campos;
  // What never leaves in clear is not offered to who may not ask for it.
  const oferecidos = useMemo(() => todos?.filter((c) => revela || soMascarado(c)), [todos, revela]);
  const iniciais = useMemo(() => oferecidos && colunasIniciais(oferecidos, lembrada, campos), [oferecidos, lembrada, campos]);
  const colunas = escolha ?? iniciais;
  const temSensivel = colunas?.some((c) => c.sensivel) === true;
  const nenhuma = colunas !== undefined && escolhidas(colunas).length === 0;
  const curta = sensiveis && finalidade.trim().length < FINALIDADE_MIN;
  const porCampo = errosPorCampo(erro);

  // The button that was pressed is gone for a while; a refusal is read from its beginning.
  const alto = useRef<HTMLDivElement>(null);
  const enviado = useRef(false);
  useEffect(() => {
    if (escondido) enviado.current = true;
    else if (enviado.current) (alto.current ?? document.querySelector<HTMLElement>('[name=formato]:checked'))?.focus();
  }, [escondido]);

  function enviar(evento: FormEvent): void {
    evento.preventDefault();
    setTentou(true);
    if (colunas === undefined || nenhuma) return;
    if (curta) {
      campoFinalidade.current?.focus();
      return;
    }
    guardar(eu.id, origem, relatorio, { formato, csv, colunas }, localStorage);
    aoEnviar({
      origem,
      formato,
      filtros,
      campos: escolhidas(colunas),
      ordem,
      finalidade: sensiveis ? finalidade.trim() : undefined,
      opcoes: formato === 'csv' ? { excel: csv === 'excel' } : undefined,
    });
  }

  return (
    <Box component="form" onSubmit={enviar} noValidate sx={{ display: escondido ? 'none' : 'flex', flexDirection: 'column', minHeight: 0, flex: 1 }}>
      <DialogContent sx={{ pt: 0 }}>
        {erro !== undefined && (
          <Box ref={alto} tabIndex={-1} sx={{ mb: 2.5, outline: 'none' }}>
            <Recusa erro={erro} origem={origem} aoFechar={aoFechar} />
          </Box>
        )}
        <Resumo total={total} resumo={resumo} />
        <Box sx={{ display: 'grid', columnGap: 4, rowGap: 3, gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 5fr) minmax(0, 6fr)' } }}>
          <Box sx={{ display: 'grid', gap: 2.5, alignContent: 'start' }}>
            <Opcoes
              nome="formato"
              rotulo={t('exportacao.formato')}
              valor={formato}
              comFoco
              opcoes={FORMATOS.map((f) => ({ valor: f, nome: t(`exportacao.formatos.${f}`), texto: t(`exportacao.formatosTexto.${f}`), icone: ICONES[f] }))}
              aoMudar={setFormato}
            />
            {formato === 'csv' && (
              <Opcoes
                nome="csv"
                rotulo={t('exportacao.csv')}
                valor={csv}
                opcoes={CSVS.map((c) => ({ valor: c, nome: t(`exportacao.csvs.${c}`), texto: t(`exportacao.csvsTexto.${c}`) }))}
                aoMudar={setCsv}
              />
            )}
            {temSensivel && revela && (
              <Box>
                <FormControlLabel
                  sx={{ ml: -1 }}
                  control={
                    <Switch
                      checked={sensiveis}
                      name="sensiveis"
                      onChange={(_, ligado) => {
                        setSensiveis(ligado);
                        if (!ligado && colunas) setEscolha(semSensiveis(colunas));
                      }}
                    />
                  }
                  label={t('exportacao.sensiveis')}
                />
                <Typography variant="body2" color="textSecondary">
                  {t('exportacao.sensiveisTexto')}
                </Typography>
                {sensiveis && (
                  <Box sx={{ mt: 2 }}>
                    <Campo
                      nome="finalidade"
                      rotulo={t('exportacao.finalidade')}
                      required
                      value={finalidade}
                      inputRef={campoFinalidade}
                      inputProps={{ maxLength: FINALIDADE_MAX }}
                      onChange={(e) => setFinalidade(e.target.value)}
                      erro={porCampo.finalidade ?? (tentou && curta ? t('exportacao.finalidadeDica', { n: FINALIDADE_MIN }) : undefined)}
                      dica={t('exportacao.finalidadeDica', { n: FINALIDADE_MIN })}
                      multiline
                      maxRows={4}
                    />
                  </Box>
                )}
              </Box>
            )}
          </Box>
          {disponiveis.error !== undefined && colunas === undefined ? (
            <Falha erro={disponiveis.error} tentar={() => void disponiveis.refetch()} />
          ) : colunas === undefined || oferecidos === undefined ? (
            <Carregando quantos={8} />
          ) : (
            <ListaColunas
              colunas={colunas}
              abertas={sensiveis}
              erro={porCampo.fields ?? porCampo.campos ?? (nenhuma ? t('exportacao.colunasNenhuma') : undefined)}
              aoMudar={setEscolha}
              aoMarcar={(coluna, marcado) => {
                setEscolha(marcar(colunas, coluna.campo, marcado));
                if (marcado && !soMascarado(coluna)) setSensiveis(true);
              }}
              aoPadrao={() => setEscolha(colunasIniciais(oferecidos, undefined, campos))}
              aoTodas={() => setEscolha(colunas.map((c) => ({ ...c, marcado: sensiveis || soMascarado(c) })))}
            />
          )}
        </Box>
      </DialogContent>
      <DialogActions>
        <Button onClick={aoFechar}>{t('comum.cancelar')}</Button>
        <Button type="submit" variant="contained" disabled={colunas === undefined || nenhuma}>
          {t('exportacao.exportar')}
        </Button>
      </DialogActions>
    </Box>
  );
}

/** Which rows: how many, and what was asked of the list. */
function Resumo({ total, resumo = [] }: Pick<PropsExportar, 'total' | 'resumo'>) {
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', columnGap: 1.5, rowGap: 0.75, mb: 2.5 }}>
      {total !== undefined && <Typography component="strong" sx={{ fontWeight: 600 }}>{plural(total, t('exportacao.linha'), t('exportacao.linhas'))}</Typography>}
      {resumo.length === 0 ? (
        <Typography color="textSecondary">{t('exportacao.semFiltros')}</Typography>
      ) : (
        <Box component="ul" aria-label={t('exportacao.filtros')} sx={{ listStyle: 'none', m: 0, p: 0, display: 'flex', flexWrap: 'wrap', gap: 0.75, minWidth: 0 }}>
          {resumo.map((f) => (
            <Box component="li" key={f} sx={{ '& > *': { whiteSpace: 'normal !important', overflowWrap: 'anywhere' } }}>
              <Etiqueta>{f}</Etiqueta>
            </Box>
          ))}
        </Box>
      )}
    </Box>
  );
}
