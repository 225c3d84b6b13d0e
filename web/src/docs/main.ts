/** The page /api/docs: Swagger UI over /api/openapi.json. A page of its own; the UI does not load it. */
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';
import './docs.css';

/**
 * Swagger UI writes descriptions as HTML, which the CSP (trusted types) forbids.
 * Ours are plain text.
 */
const textoPuro = {
  wrapComponents: {
    Markdown:
      (_original: unknown, { React }: { React: { createElement(tipo: string, atributos: object | null, ...filhos: unknown[]): unknown } }) =>
      ({ source }: { source?: string }) =>
        source === undefined || source === '' ? null : React.createElement('p', { className: 'texto' }, source),
  },
};

const lugar = document.getElementById('documentacao');
if (lugar === null) throw new Error('docs.html has no #documentacao');

SwaggerUI({
  url: '/api/openapi.json',
  domNode: lugar,
  // The default sends the document to a stranger's server.
  validatorUrl: null,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  syntaxHighlight: false,
  plugins: [textoPuro],
});
