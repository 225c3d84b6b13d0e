import { base } from '../../i18n/pt-br';
import { clientes } from '../../i18n/clientes';
import { comTextos } from '../../i18n/textos';

/** Texts of the statistics. */
export const textos = {
  estatisticas: {
    titulo: 'Estatísticas',
    em: 'em {data}',
    geral: 'Números gerais',
    elegiveis: 'Elegíveis agora',
    emRisco: '{valor} já comprados por eles',
    semVendedor: 'Elegíveis sem vendedor',
    semVendedorTexto: 'esperando alguém online',
    contatados: 'Contatados',
    atribuidos: '{n} ainda a contatar',
    recuperados: 'Recuperados',
    online: 'Vendedores online',
    deVendedores: 'de {n}',
    clientes: 'Clientes',
    desativado: 'desativado',
    desativados: 'desativados',
    compramHoje: 'Ativos',
    compramTexto: 'compraram há menos de {n} dias',
    inativos: 'Inativos',
    semCompra: 'nunca compraram: {n}',
    porVendedor: 'Desempenho por vendedor',
    porPeriodo: 'Clientes por período',
    porPeriodoDetalhe: 'Clientes ativos, por dias sem comprar',
    valorPorPeriodo: 'R$ por período',
    valorPorPeriodoDetalhe: 'Tudo o que eles já compraram',
    periodo: 'Período',
    valor: 'R$',
    funil: 'Da janela à recuperação',
    funilDetalhe: 'Recuperados contam desde sempre',
    etapa: 'Etapa',
    etapas: { elegiveis: 'Elegíveis', atribuidos: 'A contatar', contatados: 'Contatados', recuperados: 'Recuperados' },
    cargaPorVendedor: 'Carteira por vendedor',
    valorPorVendedor: 'R$ por vendedor',
    taxaPorVendedor: 'Taxa de contato',
    taxaDetalhe: 'Contatos por cliente recebido, desde sempre',
    aContatar: 'A contatar',
    taxa: 'Taxa de contato',
    valorRecuperado: 'Valor recuperado',
    maiores: 'Os {n} com mais clientes, de {total} vendedores. A tabela tem todos.',
    valorPendente: 'Valor a recuperar',
    vazio: 'Nenhum vendedor',
    vazioTexto: 'Crie um usuário com o papel Vendedor para começar a distribuir clientes.',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, clientes, textos);
