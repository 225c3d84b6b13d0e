import { base } from '../../i18n/pt-br';
import { clientes } from '../../i18n/clientes';
import { contatos } from '../../i18n/contato';
import { comTextos } from '../../i18n/textos';

/** Texts of the board. */
export const textos = {
  carteira: {
    titulo: 'Minha carteira',
    tituloOutra: 'Carteira',
    tituloDe: 'Carteira de {nome}',
    colunas: 'Colunas da carteira',
    a_contatar_30_45: 'A contatar · {inicio}–{fim} dias',
    a_contatar_46_60: 'A contatar · {inicio}–{fim} dias',
    contatado: 'Contatado',
    recuperado: 'Recuperado',
    abaAContatar1: '{inicio}–{fim} dias',
    abaAContatar2: '{inicio}–{fim} dias',
    online: 'Online',
    offline: 'Offline',
    total: '{n} · {valor}',
    totalLeitor: '{clientes}, {valor}',
    pedido: 'Pedido',
    ultimoPedido: '{data} · {valor}',
    ultimaCompra: 'Última compra {data}',
    contatadoEm: 'Contatado em {data}',
    fixado: 'Fixado nesta carteira',
    whatsapp: 'WhatsApp',
    mais: 'Ações de {nome}',
    abrir: 'Abrir cadastro',
    nuncaComprou: 'Ainda não comprou',
    fila: 'Fila do dia',
    moverPara: 'Mover para…',
    jaEsta: 'já está aqui',
    soPedido: 'acontece quando chega um pedido',
    vaziaAContatar: 'Nada a contatar nesta faixa. Quando a distribuição trouxer clientes, eles aparecem aqui.',
    vaziaContatado: 'Arraste um cliente para cá, ou use o menu do cartão, depois de falar com ele.',
    vaziaRecuperado: 'Quem compra de novo depois de um contato aparece aqui.',
    vaziaTudo: 'Sua carteira está vazia',
    verEquipe: 'Abrir o quadro da equipe',
    verClientes: 'Pesquisar clientes',
    vaziaDe: 'Esta carteira está vazia',
    vaziaDeTexto: 'Os clientes chegam pela distribuição enquanto o vendedor está online. Esta tela se atualiza sozinha.',
    vaziaTudoTexto: 'Os clientes chegam pela distribuição enquanto você está online. Deixe esta tela aberta: ela se atualiza sozinha.',
    soltar: 'Solte para marcar como contatado',
    soltarVolta: 'Solte para desfazer o contato',
    desfazContato: 'desfaz o contato de hoje',
    naoDesfaz: 'só quem marcou desfaz, no mesmo dia',
    instrucoes: 'Setas andam entre os cartões. Ctrl e seta para a direita marca como contatado; Ctrl e seta para a esquerda, ou Ctrl+Z, desfaz. Enter abre o menu de ações; a letra o abre o cadastro.',
    anuncioMovido: '{nome} movido para {coluna}.',
    anuncioMovidoDesfaz: '{nome} movido para {coluna}. Ctrl+Z desfaz.',
    nadaADesfazer: 'Nada a desfazer.',
    anuncioDesfeito: '{nome} voltou para {coluna}. {motivo}',
    anuncioNaoPode: '{nome} não pode ir para {coluna}.',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, clientes, contatos, textos);
