import { base } from '../../i18n/pt-br';
import { clientes } from '../../i18n/clientes';
import { contatos } from '../../i18n/contato';
import { comTextos } from '../../i18n/textos';

/** Texts of the day queue. */
export const textos = {
  fila: {
    titulo: 'Fila do dia',
    tituloDe: 'Fila do dia de {nome}',
    hoje: '{dia}, {data}',
    quadro: 'Quadro',
    imprimir: 'Imprimir',
    parte: 'Aqui estão os primeiros {n} de {total} clientes da fila.',
    resumo: 'Números da fila',
    atrasados: 'Atrasados',
    retornosHoje: 'Retornos de hoje',
    aContatar: 'A contatar',
    agendados: 'Agendados',
    agendadosDetalhe: 'para outros dias',
    instrucoes: 'Setas para cima e para baixo andam na fila. Enter registra o contato ou conclui o retorno; p abre o próximo passo; o abre o cadastro.',
    registrar: 'Registrar contato',
    registrarDe: 'Registrar contato com {nome}',
    concluirDe: 'Concluir retorno com {nome}',
    mais: 'Ações de {nome}',
    abrir: 'Abrir cadastro',
    amanha: 'Adiar para amanhã',
    adiado: 'Retorno com {nome} adiado para amanhã.',
    vazia: 'Tudo em dia',
    vaziaTexto: 'Ninguém espera um contato seu agora. Retornos que você marcar e clientes novos aparecem aqui.',
    vaziaTextoDe: 'Ninguém espera um contato de {nome} agora. Retornos marcados e clientes novos aparecem aqui.',
    verQuadro: 'Ver o quadro',
    ultimoPedido: 'Pedido {data} · {valor}',
    ultimaCompra: 'Última compra {data}',
    nuncaComprou: 'Ainda não comprou',
    contatoEm: 'Falou em {data}',
    anotar: 'Anotações',
    dias: { d0: 'Domingo', d1: 'Segunda-feira', d2: 'Terça-feira', d3: 'Quarta-feira', d4: 'Quinta-feira', d5: 'Sexta-feira', d6: 'Sábado' },
  },
} as const;

export const { t, tSeHouver } = comTextos(base, clientes, contatos, textos);
