import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as Rota } from 'wouter';

import { t } from '../i18n/clientes';
import type { ClienteLinha } from '../lib/cliente';
import { cidadeUf, cpf, data, linkTelefone, moeda, telefone } from '../lib/formatos';
import { AcoesCliente } from './acoes-cliente';
import { Etiqueta } from './etiqueta';
import { Periodo } from './periodo';
import type { Ordem } from './menu-ordem';
import { Tabela, type Coluna } from './tabela';

const COLUNAS: readonly Coluna<ClienteLinha>[] = [
  { id: 'nome', titulo: t('lista.cliente'), principal: true, ordem: 'nome', valor: (c) => <Nome cliente={c} /> },
  { id: 'periodo', titulo: t('lista.semComprar'), valor: (c) => <Periodo periodo={c.periodo} dias={c.dias_sem_comprar} /> },
  { id: 'ultima', titulo: t('lista.ultimaCompra'), ordem: 'data_ultima_compra', valor: (c) => data(c.data_ultima_compra) },
  { id: 'valor', titulo: t('lista.valor'), numero: true, ordem: 'valor_total', valor: (c) => moeda(c.valor_total) },
  { id: 'cidade', titulo: t('lista.cidade'), valor: (c) => cidadeUf(c.cidade, c.uf) },
  { id: 'celular', titulo: t('lista.celular'), valor: (c) => <Celular numero={c.celular} /> },
  { id: 'status', titulo: t('lista.status'), valor: (c) => <Status cliente={c} /> },
  { id: 'vendedor', titulo: t('lista.vendedor'), valor: (c) => <Dono cliente={c} /> },
  { id: 'acoes', titulo: t('lista.acoes'), acoes: true, valor: (c) => <AcoesCliente cliente={c} /> },
];

/** Clients with holder, state and what can be done with each. */
export function ListaClientes(props: { legenda: string; clientes: readonly ClienteLinha[]; ordem?: Ordem; aoOrdenar?: (ordem: Ordem) => void }) {
  return (
    <Tabela legenda={props.legenda} colunas={COLUNAS} linhas={props.clientes} chave={(c) => c.id} ordem={props.ordem} aoOrdenar={props.aoOrdenar} />
  );
}

function Nome({ cliente }: { cliente: ClienteLinha }) {
  return (
    <Box component="span" sx={{ display: 'block' }}>
      <Link component={Rota} href={`/clientes/${cliente.id}`} color="textPrimary" underline="hover" sx={{ fontWeight: 600 }}>
        {cliente.nome}
      </Link>
      <Typography component="span" variant="body2" color="textSecondary" sx={{ display: 'block', whiteSpace: 'nowrap' }}>
        {cpf(cliente.cpf)}
        {!cliente.ativo && ` · ${t('lista.desativado')}`}
      </Typography>
    </Box>
  );
}

function Celular({ numero }: { numero: string | null }) {
  const link = linkTelefone(numero);
  if (link === undefined) return telefone(numero);
  return (
    <Link href={link} sx={{ whiteSpace: 'nowrap' }}>
      {telefone(numero)}
    </Link>
  );
}

function Status({ cliente }: { cliente: ClienteLinha }) {
  return (
    <Box component="span" sx={{ display: 'inline-flex', gap: 0.5, flexWrap: 'wrap' }}>
      <Etiqueta cor={cliente.status === 'contatado' ? 'contatado' : 'neutro'}>{t(`status.${cliente.status}`)}</Etiqueta>
      {cliente.fixado && <Etiqueta>{t('lista.fixado')}</Etiqueta>}
    </Box>
  );
}

function Dono({ cliente }: { cliente: ClienteLinha }) {
  const dono = cliente.vendedor_atribuido;
  if (dono === null) return t('lista.ninguem');
  return (
    <Link component={Rota} href={`/carteira/${dono.id}`}>
      {dono.nome}
    </Link>
  );
}
