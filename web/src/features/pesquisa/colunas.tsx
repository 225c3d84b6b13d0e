import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import type { ReactNode } from 'react';
import { Link as Rota } from 'wouter';

import { Periodo } from '../../components/periodo';
import { pode, type Eu } from '../../lib/eu';
import { cpf, data, linkTelefone, moeda, telefone } from '../../lib/formatos';
import type { ClienteAchado } from './api';
import { COLUNAS, type ChaveOrdem, type ColunaId } from './estado';
import { Etiqueta } from '../../components/etiqueta';
import { t } from './textos';

export interface Coluna {
  id: ColunaId;
  titulo: string;
  ordem?: ChaveOrdem;
  numero?: boolean;
  valor: (c: ClienteAchado) => ReactNode;
}

const DEFINICOES: Record<ColunaId, Omit<Coluna, 'id' | 'titulo'>> = {
  cpf: { ordem: 'cpf', valor: (c) => <Junto>{cpf(c.cpf)}</Junto> },
  idade: { ordem: 'idade', numero: true, valor: (c) => c.idade ?? '—' },
  nascimento: { ordem: 'idade', valor: (c) => data(c.data_nascimento) },
  cidade: { ordem: 'cidade', valor: (c) => c.cidade ?? '—' },
  uf: { ordem: 'uf', valor: (c) => c.uf ?? '—' },
  situacao: { ordem: 'situacao', valor: (c) => <Etiqueta>{t(`situacoes.${c.situacao}`)}</Etiqueta> },
  status: { ordem: 'status', valor: (c) => <Etiqueta>{t(`status.${c.status}`)}</Etiqueta> },
  ultima: { ordem: 'data_ultima_compra', valor: (c) => <Ultima cliente={c} /> },
  valor: { ordem: 'valor_total', numero: true, valor: (c) => moeda(c.valor_total) },
  celular: { valor: (c) => <Celular numero={c.celular} /> },
  email: { valor: (c) => <Email endereco={c.email} /> },
  vendedor: { valor: (c) => <Vendedor cliente={c} /> },
  codigo: { ordem: 'id', numero: true, valor: (c) => c.id_cliente },
};

/** The field of the client in each column, as the export names it. */
const CAMPO: Partial<Record<ColunaId, string>> = { nascimento: 'data_nascimento', ultima: 'data_ultima_compra', valor: 'valor_total', codigo: 'id_cliente' };

export const camposDasColunas = (colunas: readonly ColunaId[]) => ['nome_completo', ...colunas.map((c) => CAMPO[c] ?? c)];

/** Columns a user may choose: what is always empty for a papel is not offered. */
export function colunasDe(eu: Eu): Coluna[] {
  const sensivel = pode(eu, 'cliente.ver_sensivel');
  return COLUNAS.filter((id) => id !== 'nascimento' || sensivel).map((id) => {
    const { ordem, ...resto } = DEFINICOES[id];
    // By CPF, and by day of birth, only those who see them may sort.
    const permitida = ordem === 'cpf' && !sensivel ? undefined : ordem;
    return { id, titulo: t(`pesquisa.coluna.${id}`), ordem: id === 'nascimento' ? undefined : permitida, ...resto };
  });
}

/** Shown until the user chooses: a seller holds all of the own clients. */
export function colunasPadrao(eu: Eu): ColunaId[] {
  const padrao: ColunaId[] = ['idade', 'cidade', 'uf', 'ultima', 'status', 'valor'];
  return pode(eu, 'cliente.ver_todos') ? [...padrao, 'vendedor'] : [...padrao, 'celular'];
}

/** How long ago, and the day. */
function Ultima({ cliente: c }: { cliente: ClienteAchado }) {
  return (
    <Box component="span" sx={{ display: 'inline-grid', justifyItems: 'start', gap: 0.25 }}>
      <Periodo periodo={c.periodo} dias={c.dias_sem_comprar} />
      {c.data_ultima_compra !== null && (
        <Box component="span" sx={{ color: 'text.secondary', pl: 0.75 }}>
          {data(c.data_ultima_compra)}
        </Box>
      )}
    </Box>
  );
}

function Junto({ children }: { children: ReactNode }) {
  return (
    <Box component="span" sx={{ whiteSpace: 'nowrap' }}>
      {children}
    </Box>
  );
}

export function Celular({ numero }: { numero: string | null }) {
  const link = linkTelefone(numero);
  if (link === undefined) return <Junto>{telefone(numero)}</Junto>;
  return (
    <Link href={link} color="inherit" underline="hover" sx={{ whiteSpace: 'nowrap' }}>
      {telefone(numero)}
    </Link>
  );
}

function Email({ endereco }: { endereco: string | null }) {
  if (!endereco) return '—';
  return (
    <Link href={`mailto:${endereco}`} color="inherit" underline="hover">
      {endereco}
    </Link>
  );
}

function Vendedor({ cliente }: { cliente: ClienteAchado }) {
  const dono = cliente.vendedor;
  if (dono === null) {
    return (
      <Box component="span" sx={{ color: 'text.secondary' }}>
        {t('lista.ninguem')}
      </Box>
    );
  }
  return (
    <Link component={Rota} href={`/carteira/${dono.id}`} color="inherit" underline="hover">
      {dono.nome}
    </Link>
  );
}
