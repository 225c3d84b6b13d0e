import { mdiAccountDetailsOutline, mdiCalendarArrowRight, mdiCalendarClock, mdiCheckCircleOutline, mdiDotsVertical, mdiHelpCircleOutline, mdiPhoneOutline, mdiWhatsapp } from '@mdi/js';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Link from '@mui/material/Link';
import ListItemIcon from '@mui/material/ListItemIcon';
import ListItemText from '@mui/material/ListItemText';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Typography from '@mui/material/Typography';
import { useState, type KeyboardEvent } from 'react';
import { Link as Rota } from 'wouter';

import { Icone } from '../../components/icone';
import { Periodo } from '../../components/periodo';
import { Recicla } from '../../components/recicla';
import { Retorno } from '../../components/retorno';
import type { Eu } from '../../lib/eu';
import { cidadeUf, data, diaDoInstante, linkTelefone, moeda, telefone } from '../../lib/formatos';
import { linkConversa } from '../../lib/whatsapp';
import type { ClienteFila } from './api';
import { t } from './textos';

export type AcaoFila = 'principal' | 'contato' | 'passo' | 'porque' | 'abrir' | 'amanha' | 'cima' | 'baixo';

interface Props {
  cliente: ClienteFila;
  eu: Eu;
  hoje: string;
  podeMarcar: boolean;
  aoAgir: (cliente: ClienteFila, acao: AcaoFila) => void;
}

const TECLAS: Record<string, AcaoFila> = { ArrowUp: 'cima', ArrowDown: 'baixo', Enter: 'principal', p: 'passo', o: 'abrir' };

/** A client of the day queue: who, why now, how to reach, what to do. */
export function LinhaFila({ cliente: c, eu, hoje, podeMarcar, aoAgir }: Props) {
  const [ancora, setAncora] = useState<HTMLElement | null>(null);
  const tel = linkTelefone(c.celular);
  const zap = linkConversa(c.celular, eu);

  function tecla(evento: KeyboardEvent) {
    if (evento.target !== evento.currentTarget || evento.ctrlKey || evento.altKey || evento.metaKey) return;
    const acao = TECLAS[evento.key];
    if (acao === undefined) return;
    evento.preventDefault();
    aoAgir(c, acao);
  }

  function escolher(acao: AcaoFila) {
    setAncora(null);
    aoAgir(c, acao);
  }

  const item = (acao: AcaoFila, icone: string, texto: string) => (
    <MenuItem key={acao} onClick={() => escolher(acao)} data-acao={acao}>
      <ListItemIcon>
        <Icone d={icone} fontSize="small" />
      </ListItemIcon>
      <ListItemText>{texto}</ListItemText>
    </MenuItem>
  );

  return (
    <li>
      <Box
        role="group"
        className="linha-fila"
        tabIndex={0}
        aria-labelledby={`fila-${c.atribuicao_id}`}
        aria-describedby="fila-instrucoes"
        data-cliente={c.id}
        onKeyDown={tecla}
        sx={{
          display: 'grid',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', sm: 'minmax(0, 1fr) auto' },
          columnGap: 2,
          rowGap: 1,
          alignItems: 'center',
          p: 1.5,
          borderRadius: 'var(--raio)',
          border: 1,
          borderColor: 'divider',
          bgcolor: 'background.paper',
          boxShadow: 'var(--sombra-cartao)',
        }}
      >
        <Box sx={{ minWidth: 0 }}>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1, rowGap: 0.5 }}>
            <Typography component="h3" id={`fila-${c.atribuicao_id}`} sx={{ fontWeight: 650, fontSize: '1rem', minWidth: 0, flexBasis: { xs: '100%', md: 'auto' } }}>
              <Link component={Rota} href={`/clientes/${c.id}`} color="inherit" underline="hover">
                {c.nome}
              </Link>
            </Typography>
            <Periodo periodo={c.periodo} dias={c.dias_sem_comprar} />
            <Typography component="span" sx={{ fontWeight: 650, fontSize: '0.875rem' }}>
              {moeda(c.valor_total)}
            </Typography>
          </Box>
          {(c.retornar_em !== null || c.proximo_passo !== null) && (
            <Box sx={{ display: 'flex', mt: 0.5, minWidth: 0 }}>
              <Retorno retornarEm={c.retornar_em} nota={c.proximo_passo} hoje={hoje} />
            </Box>
          )}
          {c.esfriando && c.reciclagem_em !== null && (
            <Box sx={{ display: 'flex', mt: 0.5 }}>
              <Recicla em={c.reciclagem_em} hoje={hoje} />
            </Box>
          )}
          {/* A line ends between two facts, not inside of one; the dot before its first is outside of the box. */}
          <Typography variant="body2" color="textSecondary" component="div" sx={{ mt: 0.5, overflow: 'hidden' }}>
            {[telefone(c.celular), cidadeUf(c.cidade, c.uf), compra(c), c.data_contato === null ? '' : t('fila.contatoEm', { data: diaDoInstante(c.data_contato).slice(0, 5) })]
              .filter((fato) => fato !== '')
              .map((fato) => (
                <Box key={fato} component="span" sx={{ display: 'inline-block', ml: '-1.4ch', mr: '1.4ch', '&::before': { content: '"·"', display: 'inline-block', width: '1.4ch', textAlign: 'center' } }}>
                  {fato}
                </Box>
              ))}
          </Typography>
          {c.contatado && c.observacoes && (
            <Typography variant="body2" sx={{ mt: 0.5, overflowWrap: 'anywhere', display: '-webkit-box', WebkitLineClamp: 2, WebkitBoxOrient: 'vertical', overflow: 'hidden' }}>
              “{c.observacoes}”
            </Typography>
          )}
          <Box className="so-papel" sx={{ mt: 1, mb: 1.5 }}>
            <Typography component="span" variant="caption">
              {t('fila.anotar')}
            </Typography>
          </Box>
        </Box>
        <Box className="sem-papel" sx={{ display: 'flex', gap: 0.5, alignItems: 'center', justifyContent: { xs: 'flex-end', sm: 'flex-start' } }}>
          {tel && (
            <IconButton component="a" href={tel} aria-label={t('contato.ligarPara', { nome: c.nome, telefone: telefone(c.celular) })} title={telefone(c.celular)}>
              <Icone d={mdiPhoneOutline} />
            </IconButton>
          )}
          {zap && (
            <IconButton component="a" href={zap} target="_blank" rel="noopener noreferrer" aria-label={t('contato.whatsappPara', { nome: c.nome })} title="WhatsApp">
              <Icone d={mdiWhatsapp} />
            </IconButton>
          )}
          {podeMarcar && (
            <Button
              variant={c.contatado ? 'outlined' : 'contained'}
              startIcon={<Icone d={mdiCheckCircleOutline} />}
              aria-label={t(c.contatado ? 'fila.concluirDe' : 'fila.registrarDe', { nome: c.nome })}
              data-acao="principal"
              onClick={() => aoAgir(c, 'principal')}
              sx={{ whiteSpace: 'nowrap', minWidth: { sm: 208 } }}
            >
              {t(c.contatado ? 'passo.concluir' : 'fila.registrar')}
            </Button>
          )}
          <IconButton aria-label={t('fila.mais', { nome: c.nome })} aria-haspopup="menu" aria-expanded={ancora !== null} onClick={(e) => setAncora(e.currentTarget)}>
            <Icone d={mdiDotsVertical} />
          </IconButton>
          <Menu anchorEl={ancora} open={ancora !== null} onClose={() => setAncora(null)}>
            {podeMarcar && item('passo', mdiCalendarClock, t('passo.acao'))}
            {podeMarcar && item('amanha', mdiCalendarArrowRight, t('fila.amanha'))}
            {item('abrir', mdiAccountDetailsOutline, t('fila.abrir'))}
            {item('porque', mdiHelpCircleOutline, t('porQue.acao'))}
          </Menu>
        </Box>
      </Box>
    </li>
  );
}

function compra(c: ClienteFila): string {
  if (c.ultimo_pedido !== null) return t('fila.ultimoPedido', { data: data(c.ultimo_pedido.data), valor: moeda(c.ultimo_pedido.valor) });
  return c.data_ultima_compra === null ? t('fila.nuncaComprou') : t('fila.ultimaCompra', { data: data(c.data_ultima_compra) });
}
