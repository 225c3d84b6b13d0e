/**
 * Texts by key.
 *
 * A screen brings its own: `features/<name>/textos.ts` joins its sections with
 * those it shares, and exports a `t` that knows just these. So a text travels
 * with the chunk that shows it. Keys are typed: a missing one does not compile.
 */
type Caminhos<T, P extends string = ''> = T extends unknown
  ? { [K in keyof T & string]: T[K] extends string ? `${P}${K}` : Caminhos<T[K], `${P}${K}.`> }[keyof T & string]
  : never;

export type Valores = Record<string, string | number>;

/** Replaces `{nome}` by `valores.nome`; an unknown name stays visible. */
export function preencher(texto: string, valores?: Valores): string {
  if (valores === undefined) return texto;
  return texto.replace(/\{(\w+)\}/g, (inteiro, nome: string) =>
    nome in valores ? String(valores[nome]) : inteiro,
  );
}

/** `1 cliente`, `2 clientes`: thousands in pt-BR. */
export function plural(n: number, um: string, varios: string): string {
  return `${n.toLocaleString('pt-BR')} ${n === 1 ? um : varios}`;
}

function procurar(secoes: readonly object[], chave: string): string | undefined {
  const partes = chave.split('.');
  for (const raiz of secoes) {
    let no: unknown = raiz;
    for (const parte of partes) {
      no = typeof no === 'object' && no !== null && Object.hasOwn(no, parte) ? (no as Record<string, unknown>)[parte] : undefined;
    }
    if (typeof no === 'string') return no;
  }
  return undefined;
}

/** The lookups over these sections; a path is like `login.titulo`. */
export function comTextos<const S extends readonly object[]>(...secoes: S) {
  return {
    /** The text of a key, filled in. */
    t(chave: Caminhos<S[number]>, valores?: Valores): string {
      return preencher(procurar(secoes, chave) ?? chave, valores);
    },
    /** The text of a key made from data (a `papel`), or undefined. */
    tSeHouver(chave: string, valores?: Valores): string | undefined {
      const texto = procurar(secoes, chave);
      return texto === undefined ? undefined : preencher(texto, valores);
    },
  };
}
