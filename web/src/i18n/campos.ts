import { base } from './pt-br';
import { comTextos } from './textos';

/** Names of the fields of a client. */
export const campos = {
  campos: {
    cpf: 'CPF',
    nome_completo: 'Nome completo',
    data_nascimento: 'Data de nascimento',
    sexo: 'Sexo',
    nome_mae: 'Nome da mãe',
    celular: 'Celular',
    email: 'E-mail',
    cep: 'CEP',
    cidade: 'Cidade',
    uf: 'UF',
    nao_contatar: 'Não contatar',
    ativo: 'Ativo',
    valor_total: 'Valor total',
    data_ultima_compra: 'Última compra',
    status: 'Status',
    created_at: 'Cadastrado em',
    updated_at: 'Alterado em',
    idade: 'Idade',
    vendedor_id: 'Vendedor',
    vendedor: 'Vendedor',
    contatado: 'Contatado',
    data_contato: 'Data do contato',
    resultado: 'Resultado',
    observacoes: 'Observações',
    fixado: 'Fixado',
    encerrada_em: 'Encerrada em',
    motivo_fim: 'Motivo do fim',
    motivo: 'Motivo',
    valor: 'Valor',
    data_pedido: 'Data do pedido',
    produto: 'Produto',
    finalidade: 'Finalidade',
    campos: 'Campos',
    valor_recuperado: 'Valor recuperado',
    cliente_id: 'Cliente',
    anonimizado: 'Anonimizado',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, campos);
