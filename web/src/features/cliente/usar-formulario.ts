import { useEffect, useRef, useState } from 'react';

import { ehApiError, errosPorCampo } from '../../lib/erro-api';
import { useUsuario } from '../../lib/eu';
import { guardarRascunho, largarRascunho, lerRascunho, useGuarda } from '../../lib/rascunhos';
import { chaveAleatoria } from '../../lib/transporte';
import { mudados, primeiroErro, validar, type Formulario } from './formulario';
import { t } from './textos';
import { CAMPOS, type Campo } from './tipos';

/** What a form remembers over a lost session or the Back button. */
interface Rascunho {
  base: Formulario;
  form: Formulario;
  versao: number;
}

/**
 * State of a client's form: text, errors beside the fields, a draft in memory,
 * the guard against leaving, and one Idempotency-Key for each thing to be done.
 */
export function useFormulario(nome: string, inicial: Formulario, versaoInicial: number, mascarado: boolean) {
  const eu = useUsuario();
  const chaveRascunho = `${eu.id}:${nome}`;
  const [guardado] = useState(() => lerRascunho<Rascunho>(chaveRascunho));
  const [base, setBase] = useState(guardado?.base ?? inicial);
  const [form, setForm] = useState(guardado?.form ?? inicial);
  const [versao, setVersao] = useState(guardado?.versao ?? versaoInicial);
  const [recuperado, setRecuperado] = useState(guardado !== undefined);
  const [erros, setErros] = useState<Partial<Record<Campo, string>>>({});
  const tentativa = useRef({ texto: '', chave: '' });
  const sujo = mudados(base, form).length > 0;
  const guarda = useGuarda(sujo);

  useEffect(() => {
    if (sujo) guardarRascunho(chaveRascunho, { base, form, versao } satisfies Rascunho);
    else largarRascunho(chaveRascunho);
  }, [sujo, base, form, versao, chaveRascunho]);

  function mudar(campo: Campo, valor: string): void {
    setForm((f) => ({ ...f, [campo]: valor }));
    setErros((antes) => ({ ...antes, [campo]: undefined }));
  }

  function mostrar(novos: Partial<Record<Campo, string>>): void {
    setErros(novos);
    const primeiro = primeiroErro(novos);
    if (primeiro !== undefined) focar(primeiro);
  }

  return {
    base,
    form,
    versao,
    erros,
    sujo,
    recuperado,
    guarda,
    mudar,
    /** Judges what was typed; false when something is wrong, and the focus is there. */
    conferir(): boolean {
      const achados = validar(form, eu.hoje, mascarado);
      mostrar(Object.fromEntries(CAMPOS.flatMap((c) => (achados[c] === undefined ? [] : [[c, t(`cliente.erros.${achados[c]}`)]]))));
      return Object.keys(achados).length === 0;
    },
    /** Puts what the server refused beside the fields; false when it named none of them. */
    recusar(erro: unknown): boolean {
      const deles = errosPorCampo(erro);
      const nossos = Object.fromEntries(CAMPOS.filter((c) => c in deles).map((c) => [c, deles[c] ?? '']));
      mostrar(nossos);
      return Object.keys(nossos).length > 0;
    },
    /** The same key for the same request while nobody knows whether it was done. */
    chaveDe(pedido: object): string {
      const texto = JSON.stringify(pedido);
      if (tentativa.current.texto !== texto) tentativa.current = { texto, chave: chaveAleatoria() };
      return tentativa.current.chave;
    },
    /** An answer came: the next request is another one. */
    respondida(erro?: unknown): void {
      if (!(ehApiError(erro) && erro.status === 0)) tentativa.current = { texto: '', chave: '' };
    },
    /** Goes on from another version: theirs is the base, `novo` is what is typed. */
    rebasear(novaBase: Formulario, novo: Formulario, novaVersao: number): void {
      setBase(novaBase);
      setForm(novo);
      setVersao(novaVersao);
      setErros({});
    },
    descartar(): void {
      largarRascunho(chaveRascunho);
      setBase(inicial);
      setForm(inicial);
      setVersao(versaoInicial);
      setErros({});
      setRecuperado(false);
    },
    /** Saved or given up: nothing is to be kept. */
    largar(): void {
      largarRascunho(chaveRascunho);
    },
  };
}

function focar(campo: Campo): void {
  // After the error is drawn, so that it is read with the field.
  setTimeout(() => document.querySelector<HTMLElement>(`#campo-${campo}, [name="${campo}"]`)?.focus());
}
