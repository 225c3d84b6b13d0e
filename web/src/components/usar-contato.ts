import { t } from '../i18n/contato';
import { avisar } from '../lib/aviso';
import { useDesfazerContatoMutation, useProximoPassoMutation, useRegistrarContatoMutation, type Contato } from '../lib/contato';
import { mensagemDeErro } from '../lib/erro-api';
import { useUsuario } from '../lib/eu';
import { data } from '../lib/formatos';
import { useDespacho } from '../lib/store';
import { avisoNaoMarcado, avisoRepetido } from './avisos-contato';
import { contatoSalvo } from './contato-dialogo';
import { useCopia } from './usar-copia';

interface Pessoa {
  id: number;
  nome: string;
}

/** Contacts away from the board: each with its message, and its undo for 8 s. */
export function useContato(vendedorId: number) {
  const eu = useUsuario();
  const despachar = useDespacho();
  const copiar = useCopia();
  const [registrar] = useRegistrarContatoMutation();
  const [desfazerMarca] = useDesfazerContatoMutation();
  const [mudarPasso] = useProximoPassoMutation();

  async function desfazer(cliente: Pessoa): Promise<boolean> {
    const { error } = await desfazerMarca({ vendedorId, clienteId: cliente.id });
    despachar(error === undefined ? avisar(t('contato.desfeito', { nome: cliente.nome }), 'info') : avisar(mensagemDeErro(error), 'erro'));
    return error === undefined;
  }

  return {
    desfazer,
    /** False when it was not saved; `reabrir` is offered then, for the text is kept. */
    async marcar(cliente: Pessoa, contato: Contato, reabrir: () => void): Promise<boolean> {
      const { data: feito, error } = await registrar({ vendedorId, clienteId: cliente.id, ...contato });
      if (error !== undefined) {
        despachar(avisoNaoMarcado(cliente.nome, error, reabrir));
        return false;
      }
      contatoSalvo(eu.id, cliente.id);
      if (feito.repetido) despachar(avisoRepetido(cliente.nome, contato.observacoes, copiar));
      else {
        const texto = contato.retornar_em === null ? t('contato.marcado', { nome: cliente.nome }) : t('contato.marcadoRetorno', { nome: cliente.nome, data: data(contato.retornar_em) });
        despachar(avisar(texto, 'ok', { rotulo: t('contato.desfazer'), desfaz: true, fazer: () => void desfazer(cliente) }));
      }
      return true;
    },
    /** A return is done: nothing more to do with the client for now. */
    async concluir(cliente: Pessoa & { retornar_em: string | null; proximo_passo: string | null }, hoje: string): Promise<boolean> {
      const { error } = await mudarPasso({ vendedorId, clienteId: cliente.id, retornar_em: null, nota: '' });
      if (error !== undefined) {
        despachar(avisar(mensagemDeErro(error), 'erro'));
        return false;
      }
      // What was overdue comes back as due today: the past cannot be promised again.
      const dia = cliente.retornar_em !== null && cliente.retornar_em < hoje ? hoje : cliente.retornar_em;
      const voltar = () => void mudarPasso({ vendedorId, clienteId: cliente.id, retornar_em: dia, nota: cliente.proximo_passo ?? '' });
      despachar(avisar(t('passo.concluido', { nome: cliente.nome }), 'ok', { rotulo: t('contato.desfazer'), desfaz: true, fazer: voltar }));
      return true;
    },
  };
}
