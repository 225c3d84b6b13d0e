import { cpf, data, dataHora, moeda, telefone } from '../../lib/formatos';
import { t, tSeHouver } from './textos';

/** A value out of the history in words: days, instants, money, codes. */
export function valorDaMudanca(campo: string, valor: unknown): string {
  if (valor === null || valor === undefined || valor === '') return t('cliente.vazio');
  if (typeof valor === 'boolean') return t(valor ? 'comum.sim' : 'comum.nao');
  const texto = typeof valor === 'object' ? JSON.stringify(valor) : String(valor);
  switch (campo) {
    case 'cpf':
      return cpf(texto);
    case 'celular':
      return telefone(texto);
    case 'data_nascimento':
    case 'data_ultima_compra':
    case 'data_pedido':
      return /^\d{4}-\d{2}-\d{2}/.test(texto) ? data(texto) : texto;
    case 'data_contato':
    case 'encerrada_em':
    case 'created_at':
    case 'updated_at':
      return /^\d{4}-/.test(texto) ? dataHora(texto) : texto;
    case 'valor_total':
    case 'valor':
    case 'valor_recuperado':
      return Number.isFinite(Number(texto)) ? moeda(Number(texto)) : texto;
    case 'sexo':
      return tSeHouver(`cliente.sexos.${texto}`) ?? texto;
    case 'status':
      return tSeHouver(`status.${texto}`) ?? texto;
    case 'resultado':
      return tSeHouver(`cliente.resultados.${texto}`) ?? texto;
    case 'motivo':
    case 'motivo_fim':
      return tSeHouver(`cliente.motivos.${texto}`) ?? texto;
    default:
      return texto;
  }
}
