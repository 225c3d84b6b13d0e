import { blocoDe, diferencas } from './diferenca';
import type { Registro } from './api';
import { inteiro } from '../../lib/formatos';
import { ACOES, nomeDaAcao, nomeDaLeitura, nomeDaTabela, nomeDoCampo } from './nomes';
import { t } from './textos';
import { emPalavras } from './valores';

const ACESSO: readonly string[] = ACOES.acesso;

/** Of an export: what says least about it comes last. */
const DETALHES: ReadonlySet<string> = new Set(['bytes', 'campos', 'filtros', 'ordem']);

/** More fields than these are counted, not named. */
const CAMPOS_MAX = 3;

/** `Alteração · Cliente nº 12`. */
export function tituloDe(r: Registro): { acao: string; registro: string | undefined } {
  return { acao: nomeDaAcao(r.acao), registro: registroDe(r) };
}

function registroDe(r: Registro): string | undefined {
  if (r.tabela === null) return undefined;
  // Of oneself the name says it.
  if (r.tabela === 'usuarios' && r.registro_id === r.usuario?.id && ACESSO.includes(r.acao)) return undefined;
  // The front counts reads: how often, not how many rows.
  if (r.depois !== null && 'rota' in r.depois) return r.linhas > 1 ? t('auditoria.vezes', { n: inteiro(r.linhas) }) : undefined;
  const tabela = nomeDaTabela(r.tabela);
  if (r.registro_id !== null) return t('auditoria.numero', { tabela, id: r.registro_id });
  const chave = chaveDe(r) ?? (r.tabela === 'permissoes' ? (r.depois ?? r.antes)?.['acao'] : undefined);
  if (typeof chave === 'string') return `${tabela} “${chave}”`;
  return r.linhas > 1 ? `${tabela} · ${t('auditoria.registros', { n: inteiro(r.linhas) })}` : tabela;
}

/** The key of a row without a number: the setting. */
export function chaveDe(r: Registro): string | undefined {
  const chave = r.tabela === 'configuracoes' ? (r.depois ?? r.antes)?.['chave'] : undefined;
  return typeof chave === 'string' ? chave : undefined;
}

/** One line of what changed, without opening the row. */
export function resumoDe(r: Registro): string | undefined {
  const rota = r.depois?.['rota'];
  const lida = typeof rota === 'string' ? nomeDaLeitura(rota) : undefined;
  if (lida !== undefined) return lida;
  const bloco = blocoDe(r.antes, r.depois);
  if (bloco !== undefined) {
    const campos = [...new Set([...Object.keys(bloco.depois), ...Object.keys(bloco.antes)])];
    return campos.length === 0 ? undefined : nomear(campos);
  }
  const lista = diferencas(r.antes, r.depois);
  const [unica] = lista;
  if (unica === undefined) return undefined;
  if (r.antes !== null && r.depois !== null) {
    return lista.length === 1 ? `${nomeDoCampo(unica.campo)}: ${curto(emPalavras(unica.campo, unica.antes))} → ${curto(emPalavras(unica.campo, unica.depois))}` : nomear(lista.map((d) => d.campo));
  }
  // A new row is told by its name; what is not a row of a table by its facts.
  const linha = r.depois ?? r.antes ?? {};
  const nome = linha['nome_completo'] ?? linha['nome'];
  if (typeof nome === 'string') return curto(nome);
  return lista
    .filter((d) => d.campo !== 'id')
    .sort((a, b) => Number(DETALHES.has(a.campo)) - Number(DETALHES.has(b.campo)))
    .slice(0, CAMPOS_MAX)
    .map((d) => `${nomeDoCampo(d.campo)}: ${curto(emPalavras(d.campo, d.depois ?? d.antes))}`)
    .join(' · ');
}

function nomear(campos: readonly string[]): string {
  const nomes = campos.slice(0, CAMPOS_MAX).map(nomeDoCampo).join(', ');
  return campos.length > CAMPOS_MAX ? `${nomes} ${t('auditoria.eMais', { n: inteiro(campos.length - CAMPOS_MAX) })}` : nomes;
}

const CURTO = 40;

function curto(texto: string): string {
  return texto.length > CURTO ? `${texto.slice(0, CURTO - 1).trimEnd()}…` : texto;
}

/** Who did it: the user, else the role of the database. */
export function quemDe(r: Registro): string {
  if (r.usuario !== null) return r.usuario.nome;
  return r.role_banco === 'crm_web' ? t('auditoria.semSessao') : t('auditoria.banco', { role: r.role_banco });
}

