import { salvarArquivo } from '../../lib/salvar-arquivo';

/** A file to begin with: the known columns and one client that does not exist. */
const MODELO = [
  'CPF;Nome completo;Data de nascimento;Sexo;Nome da mãe;Celular;E-mail;CEP;Cidade;UF',
  '529.982.247-25;Maria da Silva;31/12/1980;F;Ana da Silva;(11) 91234-5678;maria@exemplo.com.br;01310-100;São Paulo;SP',
  '',
].join('\r\n');

/** Hands the sample to the browser; the mark makes Excel read it as UTF-8. */
export function baixarModelo(): void {
  salvarArquivo({ nome: 'modelo-clientes.csv', bytes: new Blob(['\ufeff', MODELO], { type: 'text/csv;charset=utf-8' }) });
}
