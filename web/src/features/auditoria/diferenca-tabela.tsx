import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

import { inteiro } from '../../lib/formatos';
import type { Registro } from './api';
import { blocoDe, comuns, diferencas, idsEmTexto, linhasDoBloco, trechos, type Diferenca } from './diferenca';
import { nomeDaTabela, nomeDoCampo } from './nomes';
import { t } from './textos';
import { emPalavras, OCULTO } from './valores';

/** Of a block of many rows so many are shown. */
const LINHAS_MAX = 20;
const IDS_MAX = 12;

type Tipo = 'alteracao' | 'inclusao' | 'exclusao' | 'dados';

/** Before and after of a record, field by field. */
export function DiferencaTabela({ registro: r }: { registro: Registro }) {
  const bloco = blocoDe(r.antes, r.depois);
  if (bloco !== undefined) return <DoBloco registro={r} bloco={bloco} />;
  const lista = diferencas(r.antes, r.depois);
  if (lista.length === 0) return <Typography color="textSecondary">{t('auditoria.semDados')}</Typography>;
  return <Campos tipo={tipoDe(r)} lista={lista} comuns={comuns(r.antes, r.depois)} />;
}

function tipoDe(r: Registro): Tipo {
  if (r.antes !== null && r.depois !== null) return 'alteracao';
  if (r.acao === 'inserir') return 'inclusao';
  return r.acao === 'excluir' ? 'exclusao' : 'dados';
}

function Campos({ tipo, lista, comuns: iguais }: { tipo: Tipo; lista: readonly Diferenca[]; comuns: readonly [string, unknown][] }) {
  return (
    <Box component="dl" data-diferenca={tipo} sx={{ m: 0, display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'minmax(96px, 150px) minmax(0, 1fr)' }, columnGap: 2, rowGap: { xs: 0.25, sm: 1 }, typography: 'body2' }}>
      {iguais.map(([campo, valor]) => (
        <Par key={campo} campo={campo}>
          {emPalavras(campo, valor)}
        </Par>
      ))}
      {lista.map((d) => (
        <Par key={d.campo} campo={d.campo}>
          <Valores tipo={tipo} d={d} />
        </Par>
      ))}
    </Box>
  );
}

function Par({ campo, children }: { campo: string; children: ReactNode }) {
  return (
    <>
      <Box component="dt" data-campo={campo} sx={{ color: 'text.secondary', pt: { sm: 0.125 }, overflowWrap: 'anywhere' }}>
        {nomeDoCampo(campo)}
      </Box>
      <Box component="dd" sx={{ m: 0, mb: { xs: 1, sm: 0 }, minWidth: 0, display: 'grid', gap: 0.25, justifyItems: 'start' }}>
        {children}
      </Box>
    </>
  );
}

function Valores({ tipo, d }: { tipo: Tipo; d: Diferenca }) {
  const [antes, depois] = [emPalavras(d.campo, d.antes), emPalavras(d.campo, d.depois)];
  if (tipo === 'dados') return <Box component="span" sx={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{depois}</Box>;
  if (tipo === 'inclusao') return <Lado sinal="+" texto={depois} />;
  if (tipo === 'exclusao') return <Lado sinal="−" texto={antes} />;
  if (d.antes === OCULTO && d.depois === OCULTO) {
    return (
      <Tooltip title={t('auditoria.ocultoDica')}>
        <Box component="span" sx={{ color: 'text.secondary', fontStyle: 'italic' }}>
          {t('auditoria.oculto')}
        </Box>
      </Tooltip>
    );
  }
  const partes = trechos(antes, depois);
  return (
    <>
      <Lado sinal="−" texto={partes.antes} comeco={partes.comeco} fim={partes.fim} />
      <Lado sinal="+" texto={partes.depois} comeco={partes.comeco} fim={partes.fim} />
    </>
  );
}

/** One side of a change: sign and colour, what both share in plain. */
function Lado({ sinal, texto, comeco = '', fim = '' }: { sinal: '+' | '−'; texto: string; comeco?: string; fim?: string }) {
  const cor = sinal === '+' ? 'recuperado' : 'risco';
  const marcado = comeco !== '' || fim !== '';
  return (
    <Box
      component={sinal === '+' ? 'ins' : 'del'}
      sx={{
        display: 'flex',
        gap: 0.75,
        px: 0.75,
        py: 0.125,
        borderRadius: 1,
        textDecoration: 'none',
        color: `var(--cor-${cor})`,
        bgcolor: `var(--cor-${cor}-fundo)`,
        overflowWrap: 'anywhere',
        minWidth: 0,
      }}
    >
      <Box component="span" aria-hidden sx={{ fontWeight: 700, userSelect: 'none', fontFamily: 'monospace' }}>
        {sinal}
      </Box>
      <span className="so-leitor">{t(sinal === '+' ? 'auditoria.depois' : 'auditoria.antes')}: </span>
      <Box component="span" sx={{ minWidth: 0, whiteSpace: 'pre-wrap' }}>
        {comeco}
        {marcado ? <Box component="strong" sx={{ textDecoration: 'underline', textUnderlineOffset: '2px' }}>{texto}</Box> : texto}
        {fim}
      </Box>
    </Box>
  );
}

function DoBloco({ registro: r, bloco }: { registro: Registro; bloco: NonNullable<ReturnType<typeof blocoDe>> }) {
  const linhas = linhasDoBloco(bloco, LINHAS_MAX).filter((l) => l.diferencas.length > 0);
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Typography variant="body2">
        <strong>{t('auditoria.bloco', { n: inteiro(r.linhas) })}</strong>
        <br />
        <Box component="span" sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
          {t('auditoria.blocoIds', { ids: idsEmTexto(bloco.ids, IDS_MAX) })}
        </Box>
      </Typography>
      {linhas.map((l) => (
        <Box key={l.id} sx={{ borderTop: 1, borderColor: 'divider', pt: 1 }}>
          <Typography variant="body2" sx={{ fontWeight: 600, mb: 0.5 }}>
            {t('auditoria.numero', { tabela: r.tabela === null ? '' : nomeDaTabela(r.tabela), id: l.id })}
          </Typography>
          <Campos tipo={tipoDe(r)} lista={l.diferencas} comuns={[]} />
        </Box>
      ))}
      {linhas.length > 0 && r.linhas > LINHAS_MAX && (
        <Typography variant="body2" color="textSecondary">
          {t('auditoria.eMais', { n: inteiro(r.linhas - LINHAS_MAX) })}
        </Typography>
      )}
    </Box>
  );
}
