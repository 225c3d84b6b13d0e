import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormControlLabel from '@mui/material/FormControlLabel';
import Paper from '@mui/material/Paper';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';

import { Carregando } from '../../components/carregando';
import { Falha } from '../../components/falha';
import { plural } from '../../i18n/textos';
import { Descartar } from './descartar';
import { ehCampo, problemas, type Destinos } from './mapa';
import { t } from './textos';
import { CAMPOS, CODIFICACOES, SEPARADORES, type Campo, type Codificacao, type Coluna, type Formato, type ImportacaoDados, type Separador } from './tipos';

const NOME_SEPARADOR = { ';': 'pontoVirgula', ',': 'virgula', '\t': 'tabulacao', '|': 'barra' } as const;

interface Props {
  dados: ImportacaoDados;
  formato: Formato;
  /** Undefined while the file is read in another way. */
  colunas: readonly Coluna[] | undefined;
  erro: unknown;
  destinos: Destinos;
  lembrado: boolean;
  aoMudarFormato: (formato: Formato) => void;
  aoMudar: (indice: number, campo: Campo | undefined) => void;
  aoSeguir: () => void;
}

/** Step 2: what each column of the file holds. */
export function Colunas({ dados, formato, colunas, erro, destinos, lembrado, aoMudarFormato, aoMudar, aoSeguir }: Props) {
  const { faltaCpf, faltaNome, repetidos } = problemas(destinos);
  return (
    <>
      <Typography color="textSecondary" sx={{ mb: 2 }}>
        {plural(dados.linhas, t('importacao.umaLinha'), t('importacao.linhas'))}. {t('importacao.colunasTexto')}
      </Typography>
      {lembrado && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {t('importacao.lembrado')}
        </Alert>
      )}
      <FormatoDoArquivo formato={formato} aoMudar={aoMudarFormato} />
      {erro !== undefined ? (
        <Falha erro={erro} />
      ) : colunas === undefined ? (
        <Carregando quantos={5} />
      ) : (
        <Box component="ul" aria-label={t('importacao.passos.colunas')} sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1 }}>
          {colunas.map((c) => (
            <UmaColuna key={c.indice} coluna={c} destino={destinos[c.indice]} repetido={destinos[c.indice] !== undefined && repetidos.includes(destinos[c.indice] as Campo)} aoMudar={(campo) => aoMudar(c.indice, campo)} />
          ))}
        </Box>
      )}
      <Box aria-live="polite" sx={{ display: 'grid', gap: 1, mt: 2 }}>
        {colunas !== undefined && faltaCpf && <Alert severity="error">{t('importacao.faltaCpf')}</Alert>}
        {repetidos.map((campo) => (
          <Alert key={campo} severity="error">
            {t('importacao.repetida', { campo: t(`campos.${campo}`) })}
          </Alert>
        ))}
        {colunas !== undefined && !faltaCpf && faltaNome && <Alert severity="warning">{t('importacao.faltaNome')}</Alert>}
      </Box>
      <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', justifyContent: 'space-between', mt: 2 }}>
        <Descartar id={dados.id} nome={dados.nome} />
        <Button variant="contained" disabled={colunas === undefined || faltaCpf || repetidos.length > 0} onClick={aoSeguir}>
          {t('importacao.conferir')}
        </Button>
      </Box>
    </>
  );
}

function UmaColuna({ coluna, destino, repetido, aoMudar }: { coluna: Coluna; destino: Campo | undefined; repetido: boolean; aoMudar: (campo: Campo | undefined) => void }) {
  const titulo = coluna.titulo.trim() === '' ? t('importacao.semTitulo', { n: coluna.indice + 1 }) : coluna.titulo;
  return (
    <Paper
      variant="outlined"
      component="li"
      sx={{ px: 2, py: 1.5, display: 'grid', gap: { xs: 1, sm: 2 }, gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'minmax(0, 2fr) minmax(0, 3fr) minmax(200px, 2fr)' }, alignItems: 'center' }}
    >
      <Typography sx={{ fontWeight: 650, overflowWrap: 'anywhere' }}>{titulo}</Typography>
      <Typography variant="body2" color="textSecondary" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
        <span className="so-leitor">{t('importacao.amostra')}: </span>
        {coluna.amostra.filter((a) => a !== '').join(' · ') || t('comum.semValor')}
      </Typography>
      <TextField
        select
        label={t('importacao.destino')}
        value={destino ?? ''}
        error={repetido}
        onChange={(e) => aoMudar(ehCampo(e.target.value) ? e.target.value : undefined)}
        slotProps={{ select: { native: true }, inputLabel: { shrink: true }, htmlInput: { 'aria-label': t('importacao.destinoDe', { titulo }), 'data-coluna': coluna.indice } }}
      >
        <option value="">{t('importacao.ignorar')}</option>
        {CAMPOS.map((c) => (
          <option key={c} value={c}>
            {t(`campos.${c}`)}
          </option>
        ))}
      </TextField>
    </Paper>
  );
}

function FormatoDoArquivo({ formato, aoMudar }: { formato: Formato; aoMudar: (formato: Formato) => void }) {
  return (
    <Box component="fieldset" sx={{ border: 0, m: 0, mb: 2, p: 0, minWidth: 0 }}>
      <Typography component="legend" variant="body2" color="textSecondary" sx={{ p: 0, mb: 1 }}>
        {t('importacao.formato')}
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
        <TextField
          select
          label={t('importacao.separador')}
          value={formato.separador}
          onChange={(e) => aoMudar({ ...formato, separador: e.target.value as Separador })}
          slotProps={{ select: { native: true } }}
          sx={{ width: 'auto', flex: { xs: '1 1 140px', sm: '0 0 200px' } }}
        >
          {SEPARADORES.map((s) => (
            <option key={s} value={s}>
              {t(`importacao.separadores.${NOME_SEPARADOR[s]}`)}
            </option>
          ))}
        </TextField>
        <TextField
          select
          label={t('importacao.codificacao')}
          value={formato.codificacao}
          onChange={(e) => aoMudar({ ...formato, codificacao: e.target.value as Codificacao })}
          slotProps={{ select: { native: true } }}
          sx={{ width: 'auto', flex: { xs: '1 1 140px', sm: '0 0 180px' } }}
        >
          {CODIFICACOES.map((c) => (
            <option key={c} value={c}>
              {t(`importacao.codificacoes.${c}`)}
            </option>
          ))}
        </TextField>
        <FormControlLabel control={<Switch checked={formato.cabecalho} onChange={(_, sim) => aoMudar({ ...formato, cabecalho: sim })} />} label={t('importacao.cabecalho')} sx={{ ml: 0 }} />
      </Box>
    </Box>
  );
}
