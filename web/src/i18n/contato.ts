import { base } from './pt-br';
import { comTextos } from './textos';

/** Calling a client and marking the contact. */
export const contatos = {
  contato: {
    ligarPara: 'Ligar para {nome}, {telefone}',
    whatsappPara: 'Abrir conversa no WhatsApp com {nome}',
    whatsappTexto: 'Olá! Tudo bem? Sentimos sua falta por aqui. Posso ajudar com alguma coisa?',
    dialogoTitulo: 'Contato com {nome}',
    dialogoTexto: 'O cliente passa para Contatado e não volta à distribuição neste ciclo.',
    resultado: 'Resultado',
    resultados: {
      contatado: 'Falei com o cliente',
      interessado: 'Tem interesse em comprar',
      recusou: 'Não quer comprar agora',
      sem_resposta: 'Não atendeu nem respondeu',
      numero_errado: 'Número errado',
    },
    observacoes: 'Observações',
    observacoesDica: 'O que foi combinado. Não escreva CPF, cartão ou senha.',
    observacoesConta: '{n} de {max}',
    marcar: 'Marcar como contatado',
    marcando: 'Marcando…',
  },
} as const;

export const { t, tSeHouver } = comTextos(base, contatos);
