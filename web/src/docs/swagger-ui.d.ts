declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  interface Sistema {
    React: { createElement(tipo: string, atributos: object | null, ...filhos: unknown[]): unknown };
  }
  interface Plugin {
    wrapComponents?: Record<string, (original: unknown, sistema: Sistema) => (atributos: never) => unknown>;
  }
  const SwaggerUI: (opcoes: {
    url: string;
    domNode: Element;
    validatorUrl: null;
    docExpansion: 'list' | 'none' | 'full';
    defaultModelsExpandDepth: number;
    syntaxHighlight: boolean;
    plugins: Plugin[];
  }) => unknown;
  export default SwaggerUI;
}
