import { cpf, data, dataHora, diaDoInstante, inteiro, moeda, telefone } from '../../lib/formatos';
import { formatoNoFuso } from '../../lib/fuso';
import { nomeDoCampo } from './nomes';
import { t, tSeHouver } from './textos';

/** What stands for a value that is not kept. */
export const OCULTO = '***';

const DIA = /^\d{4}-\d{2}-\d{2}$/;
const INSTANTE = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;
/** Lists of the names of fields. */
const LISTAS_DE_CAMPOS = new Set(['campos', 'filtros']);
const DINHEIRO = new Set(['valor_total', 'valor', 'valor_recuperado', 'preco']);

/** A value of the audit in words: by the field where its name says what it is, else by its form. */
export function emPalavras(campo: string, valor: unknown): string {
  if (valor === null || valor === undefined || valor === '') return t('auditoria.vazioValor');
  if (typeof valor === 'boolean') return t(valor ? 'comum.sim' : 'comum.nao');
  if (typeof valor === 'number') return DINHEIRO.has(campo) ? moeda(valor) : campo.endsWith('id') || campo.startsWith('lote') ? String(valor) : inteiroOuFracao(valor);
  if (Array.isArray(valor)) return valor.map((v) => (typeof v === 'string' && LISTAS_DE_CAMPOS.has(campo) ? nomeDoCampo(v) : emPalavras(campo, v))).join(', ');
  if (typeof valor === 'object') return Object.entries(valor).map(([k, v]) => `${nomeDoCampo(k)}: ${emPalavras(k, v)}`).join(' · ');
  const texto = String(valor);
  if (texto === OCULTO) return t('auditoria.oculto');
  if (campo === 'cpf') return cpf(texto);
  if (campo === 'celular') return telefone(texto);
  if (DIA.test(texto)) return data(texto);
  if (INSTANTE.test(texto)) return dataHora(texto);
  return palavraDe(campo, texto) ?? texto;
}

function inteiroOuFracao(n: number): string {
  return Number.isInteger(n) ? inteiro(n) : n.toLocaleString('pt-BR', { maximumFractionDigits: 6 });
}

/** The word of a code, of the few fields that have codes. */
function palavraDe(campo: string, codigo: string): string | undefined {
  switch (campo) {
    case 'status':
      return tSeHouver(`status.${codigo}`);
    case 'papel':
      return tSeHouver(`papeis.${codigo}`);
    case 'formato':
    case 'origem':
      return tSeHouver(`auditoria.palavras.${codigo}`);
    default:
      return undefined;
  }
}

const horas = formatoNoFuso({ hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** 14:30:05 in the business zone. */
export function horaComSegundos(instante: string): string {
  const quando = new Date(instante);
  return Number.isNaN(quando.getTime()) ? '' : horas(quando);
}

/** 22/11/2026 14:30:05 */
export function dataHoraComSegundos(instante: string): string {
  return `${diaDoInstante(instante)} ${horaComSegundos(instante)}`;
}
