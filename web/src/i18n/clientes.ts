import { acrescentarCodigos, base } from './pt-br';
import { comTextos } from './textos';

acrescentarCodigos({
  cliente_inexistente: 'Este cliente não existe ou não existe mais.',
  cliente_contatado: 'Este cliente já foi contatado neste ciclo.',
  vendedor_inexistente: 'Este vendedor não existe ou foi desativado.',
  cliente_de_outro_vendedor: 'Este cliente está na carteira de outra pessoa.',
});

/** Words of every list of clients. */
export const clientes = {
  periodos: {
    atencao: 'Atenção',
    alerta: 'Alerta',
    risco: 'Risco',
    perdido: 'Perdido',
    ativo: 'Ativo',
    semCompra: 'Sem compra',
  },
  situacoes: {
    ativo: 'Ativo',
    elegivel: 'Elegível',
    inativo: 'Inativo',
    sem_compra: 'Sem compra',
  },
  status: {
    disponivel: 'Disponível',
    atribuido: 'Atribuído',
    contatado: 'Contatado',
  },
  presenca: {
    online: 'Online',
    ausente: 'Ausente',
    offline: 'Offline',
    almoco: 'no almoço',
    fora_do_horario: 'fora do horário',
    folga: 'de folga hoje',
    feriado: 'feriado hoje',
    ausencia: 'de ausência até {data}',
  },
  lista: {
    maisFalha: 'Não foi possível carregar mais. Tentar de novo',
    cliente: 'Cliente',
    semComprar: 'Sem comprar',
    ultimaCompra: 'Última compra',
    valor: 'Valor total',
    cidade: 'Cidade/UF',
    celular: 'Celular',
    status: 'Status',
    situacao: 'Situação',
    vendedor: 'Vendedor',
    acoes: 'Ações',
    fixado: 'Fixado',
    ninguem: 'Ninguém',
    desativado: 'desativado',
    clienteDesativado: 'Desativado',
    todos: 'Todos',
    todas: 'Todas',
  },
  acoes: {
    de: 'Ações para {nome}',
    realocar: 'Realocar',
    liberar: 'Liberar',
    vendedor: 'Novo vendedor',
    online: 'online',
    realocarTitulo: 'Realocar {nome}',
    realocarTexto: 'O cliente passa para o vendedor escolhido e fica fixado com ele: a distribuição não o move mais.',
    realocado: '{nome} agora está com {vendedor}.',
    liberarTitulo: 'Liberar {nome}?',
    liberarTexto: 'O cliente sai da carteira de {vendedor} e volta a ficar disponível para a distribuição.',
    liberarContatado: 'O cliente já foi contatado por {vendedor} neste ciclo. Liberado, volta a ficar disponível e pode ser procurado de novo.',
    liberado: '{nome} está disponível.',
  },
  periodosTela: {
    titulo: 'Clientes por período',
    faixas: 'Períodos sem comprar',
    cliente: 'cliente',
    clientes: 'clientes',
    legenda: 'Clientes sem comprar: {periodo}',
    vazio: 'Nenhum cliente neste período',
    vazioTexto: 'Escolha outro período acima ou tire o filtro de vendedor.',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, clientes);
