import { t } from '../i18n/contato';
import { avisar } from '../lib/aviso';
import { mensagemDeErro, sessaoTerminou } from '../lib/erro-api';

/** A contact was not saved, and why; its text is kept, and the dialog opens again while the screen that offers it is here. */
export function avisoNaoMarcado(nome: string, erro: unknown, reabrir: () => void) {
  const texto = t('contato.naoMarcado', { nome, motivo: mensagemDeErro(erro) });
  return avisar(texto, 'erro', sessaoTerminou(erro) ? undefined : { rotulo: t('contato.abrirDeNovo'), fazer: reabrir });
}

/** Somebody else, or another window, had marked the client: what was written here is not kept by the server. */
export function avisoRepetido(nome: string, observacoes: string, copiar: (texto: string) => void) {
  if (observacoes === '') return avisar(t('contato.repetido', { nome }), 'info');
  return avisar(t('contato.repetidoNota', { nome }), 'erro', { rotulo: t('contato.copiarNota'), fazer: () => copiar(observacoes) });
}
