import { base } from '../../i18n/pt-br';
import { clientes } from '../../i18n/clientes';
import { contatos } from '../../i18n/contato';
import { comTextos } from '../../i18n/textos';

/** Texts of the board. */
export const textos = {
  carteira: {
    titulo: 'Minha carteira',
    tituloDe: 'Carteira de {nome}',
    colunas: 'Colunas da carteira',
    a_contatar_30_45: 'A contatar · {inicio}–{fim} dias',
    a_contatar_46_60: 'A contatar · {inicio}–{fim} dias',
    contatado: 'Contatado',
    recuperado: 'Recuperado',
    abaAContatar1: '{inicio}–{fim} dias',
    abaAContatar2: '{inicio}–{fim} dias',
    online: 'online',
    offline: 'offline',
    total: '{n} · {valor}',
    totalLeitor: '{n} clientes, {valor}',
    dias: '{n} dias sem comprar',
    dia: '1 dia sem comprar',
    ultimoPedido: 'Pedido {data} · {valor}',
    ultimaCompra: 'Última compra {data}',
    contatadoEm: 'Contatado em {data}',
    fixado: 'Fixado nesta carteira',
    ligar: 'Ligar',
    whatsapp: 'WhatsApp',
    semTelefone: 'Sem telefone',
    mais: 'Mover {nome} para…',
    moverPara: 'Mover para…',
    jaEsta: 'já está aqui',
    soPedido: 'acontece quando chega um pedido',
    vazia: 'Nenhum cliente aqui',
    vaziaAContatar: 'Nada a contatar nesta faixa. Quando a distribuição trouxer clientes, eles aparecem aqui.',
    vaziaContatado: 'Arraste um cliente para cá, ou use o menu do cartão, depois de falar com ele.',
    vaziaRecuperado: 'Quem compra de novo depois do seu contato aparece aqui.',
    vaziaTudo: 'Sua carteira está vazia',
    vaziaDe: 'Esta carteira está vazia',
    vaziaDeTexto: 'Os clientes chegam pela distribuição enquanto o vendedor está online. Esta tela se atualiza sozinha.',
    vaziaTudoTexto: 'Os clientes chegam pela distribuição enquanto você está online. Deixe esta tela aberta: ela se atualiza sozinha.',
    maisFalha: 'Não foi possível carregar mais. Tentar de novo',
    soltar: 'Solte para marcar como contatado',
    instrucoes: 'Setas andam entre os cartões. Ctrl e seta para a direita marca como contatado. Enter abre o menu de ações.',
    anuncioMovido: '{nome} movido para {coluna}.',
    anuncioDesfeito: '{nome} voltou para {coluna}. {motivo}',
    anuncioNaoPode: '{nome} não pode ir para {coluna}.',
    anuncioEntrou: '{n} clientes novos na carteira.',
    atualizada: 'Carteira atualizada.',
    movido: '{nome} movido para Contatado.',
    repetido: '{nome} já estava como contatado.',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, clientes, contatos, textos);
