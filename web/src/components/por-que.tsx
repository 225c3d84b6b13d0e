import { mdiArrowDownBoldCircleOutline, mdiArrowUpBoldCircleOutline } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useId } from 'react';

import { t } from '../i18n/contato';
import { usePorQueQuery, type Movimento } from '../lib/contato';
import { useUsuario } from '../lib/eu';
import { dataHora, dias } from '../lib/formatos';
import { Carregando } from './carregando';
import { Falha } from './falha';
import { Icone } from './icone';

interface Props {
  vendedorId: number;
  cliente: { id: number; nome: string; dias_sem_comprar: number | null };
  aoFechar: () => void;
}

/** "Por que este cliente?": the ledger in words, newest first. */
export function PorQue({ vendedorId, cliente, aoFechar }: Props) {
  const eu = useUsuario();
  const consulta = usePorQueQuery({ vendedorId, clienteId: cliente.id });
  const id = useId();
  return (
    <Dialog open onClose={aoFechar} aria-labelledby={id}>
      <DialogTitle id={id}>{t('porQue.titulo', { nome: cliente.nome })}</DialogTitle>
      <DialogContent>
        <Typography sx={{ mb: 2 }}>{agora(cliente.dias_sem_comprar, eu.janela)}</Typography>
        {consulta.error !== undefined ? (
          <Falha erro={consulta.error} tentar={() => void consulta.refetch()} />
        ) : consulta.data === undefined ? (
          <Carregando quantos={2} />
        ) : consulta.data.movimentos.length === 0 ? (
          <Typography color="textSecondary">{t('porQue.vazio')}</Typography>
        ) : (
          <Box component="ol" aria-label={t('porQue.lista')} sx={{ listStyle: 'none', m: 0, p: 0 }}>
            {consulta.data.movimentos.map((m, i) => (
              <Linha key={`${m.quando}${m.tipo}${i}`} movimento={m} vendedorId={vendedorId} />
            ))}
          </Box>
        )}
      </DialogContent>
      <DialogActions>
        {/* eslint-disable-next-line jsx-a11y/no-autofocus -- a dialog takes the focus */}
        <Button onClick={aoFechar} autoFocus>
          {t('comum.fechar')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Linha({ movimento: m, vendedorId }: { movimento: Movimento; vendedorId: number }) {
  const ganho = m.tipo === 'ganho';
  const palavra = t(ganho ? 'porQue.ganho' : 'porQue.perda');
  const detalhes = [
    dataHora(m.quando),
    m.vendedor.id !== vendedorId && t('porQue.noCaso', { nome: m.vendedor.nome }),
    m.outro && t(ganho ? 'porQue.de' : 'porQue.para', { nome: m.outro.nome }),
    m.lote !== null && t('porQue.lote', { lote: m.lote }),
  ].filter(Boolean);
  return (
    <Box component="li" data-movimento={m.tipo} sx={{ display: 'flex', gap: 1.5, py: 1.25, borderTop: 1, borderColor: 'divider' }}>
      <Icone d={ganho ? mdiArrowDownBoldCircleOutline : mdiArrowUpBoldCircleOutline} sx={{ color: ganho ? 'var(--cor-recuperado)' : 'var(--cor-neutro)', mt: 0.25 }} />
      <Box sx={{ minWidth: 0 }}>
        <Typography>
          {/* Some sentences begin with the word itself. */}
          {m.texto.startsWith(`${palavra} `) ? (
            <>
              <b>{palavra}</b>
              {m.texto.slice(palavra.length)}
            </>
          ) : (
            <>
              <b>{palavra}.</b> {m.texto}
            </>
          )}
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {detalhes.join(' · ')}
        </Typography>
      </Box>
    </Box>
  );
}

function agora(sem: number | null, { inicio, fim }: { inicio: number; fim: number }): string {
  if (sem === null) return t('porQue.semCompra');
  return t(sem >= inicio && sem <= fim ? 'porQue.agora' : 'porQue.fora', { dias: dias(sem), inicio, fim });
}
