import { mdiHistory } from '@mdi/js';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import Tooltip from '@mui/material/Tooltip';
import { Link as Rota } from 'wouter';

import { Icone } from '../../components/icone';
import type { Configuracao } from './api';
import { Logo } from './logo';
import { t } from './textos';
import { tempoEmPalavras } from './valores';

/** Longer texts get several lines, characters. */
const UMA_LINHA = 120;

/** The label stands above the field, in as many lines as it needs: cut in the frame it says half. */
const ROTULO_INTEIRO = {
  '& .MuiInputLabel-root': { position: 'static', transform: 'none', maxWidth: 'none', whiteSpace: 'normal', fontSize: '0.875rem', mb: 0.5 },
  '& .MuiOutlinedInput-notchedOutline': { top: 0 },
  '& .MuiOutlinedInput-notchedOutline legend': { display: 'none' },
} as const;

interface Props {
  config: Configuracao;
  valor: string;
  erro?: string;
  /** Where its changes are told. */
  historico?: string;
  aoMudar: (valor: string) => void;
}

/** The field of a setting and, beside its name, the way to its history. */
export function CampoConfig({ historico, ...props }: Props) {
  const { config: c } = props;
  if (historico === undefined) return <Entrada {...props} />;
  return (
    <Box sx={{ position: 'relative', gridColumn: emLinhas(c) ? '1 / -1' : undefined, '& .MuiInputLabel-root': { pr: 4 } }}>
      <Entrada {...props} />
      <Tooltip title={t('configuracoes.historico')}>
        <IconButton component={Rota} href={historico} size="small" aria-label={t('configuracoes.historicoDe', { nome: c.descricao })} data-historico={c.chave} sx={{ position: 'absolute', top: -5, right: -4, zIndex: 2, color: 'text.secondary' }}>
          <Icone d={mdiHistory} sx={{ fontSize: 18 }} />
        </IconButton>
      </Tooltip>
    </Box>
  );
}

/** By its kind: unit, bounds, what it was. */
function Entrada({ config: c, valor, erro, aoMudar }: Omit<Props, 'historico'>) {
  if (c.tipo === 'imagem') return <Logo rotulo={c.descricao} valor={valor} erro={erro} aoMudar={aoMudar} />;
  if (c.tipo === 'booleano') {
    return (
      <Box>
        <FormControlLabel control={<Switch checked={valor === 'true'} onChange={(_, sim) => aoMudar(String(sim))} />} label={c.descricao} />
        {erro && <FormHelperText error>{erro}</FormHelperText>}
      </Box>
    );
  }
  const numero = c.tipo === 'inteiro';
  const varias = emLinhas(c);
  return (
    <TextField
      id={`config-${c.chave}`}
      label={c.descricao}
      value={valor}
      onChange={(e) => aoMudar(e.target.value)}
      error={erro !== undefined}
      helperText={erro ?? dica(c, valor)}
      multiline={varias}
      sx={{ ...ROTULO_INTEIRO, gridColumn: varias ? '1 / -1' : undefined }}
      slotProps={{
        htmlInput: numero ? { inputMode: 'numeric', 'aria-required': true } : undefined,
        inputLabel: { shrink: true },
        input: c.unidade === null ? undefined : { endAdornment: <InputAdornment position="end">{c.unidade}</InputAdornment> },
      }}
    />
  );
}

/** A long text takes the whole row. */
function emLinhas(c: Configuracao): boolean {
  return c.tipo === 'texto' && (c.maximo === null || c.maximo > UMA_LINHA) && c.valor.length > 40;
}

function dica(c: Configuracao, valor: string): string | undefined {
  const partes = [
    valor !== c.valor && (c.valor === '' ? t('configuracoes.mudouVazio') : t('configuracoes.mudou', { valor: c.valor.slice(0, UMA_LINHA) })),
    c.tipo === 'inteiro' && c.minimo !== null && c.maximo !== null && t('configuracoes.faixa', { minimo: c.minimo.toLocaleString('pt-BR'), maximo: c.maximo.toLocaleString('pt-BR') }),
    c.tipo === 'texto' && c.maximo !== null && t('configuracoes.faixaTexto', { maximo: c.maximo }),
  ].filter((p): p is string => typeof p === 'string');
  const tempo = tempoEmPalavras(valor, c.unidade);
  if (tempo !== undefined) partes.push(t('configuracoes.igual', { tempo }));
  return partes.length === 0 ? undefined : partes.join(' · ');
}
