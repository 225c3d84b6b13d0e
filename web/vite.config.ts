import { createRequire } from 'node:module';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const COMPRIMIVEIS = /\.(?:js|css|html|svg|json|webmanifest)$/;

/** Writes `.br` and `.gz` beside every text file of dist; the server picks one. */
function comprimir(): Plugin {
  let pasta = 'dist';

  function percorrer(dir: string): void {
    for (const nome of readdirSync(dir)) {
      const caminho = join(dir, nome);
      if (statSync(caminho).isDirectory()) {
        percorrer(caminho);
      } else if (COMPRIMIVEIS.test(nome)) {
        const bytes = readFileSync(caminho);
        writeFileSync(`${caminho}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(
          `${caminho}.br`,
          brotliCompressSync(bytes, {
            params: {
              [constants.BROTLI_PARAM_QUALITY]: 11,
              [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
            },
          }),
        );
      }
    }
  }

  return {
    name: 'comprimir',
    apply: 'build',
    configResolved(config) {
      pasta = config.build.outDir;
    },
    closeBundle() {
      percorrer(pasta);
    },
  };
}

/** Parts of the first screen, which src/main.ts asks for once the first moments are painted. */
const BASE = ['react', 'estado', 'mui', 'app'];

const ICONE = '\0icone:';

/**
 * Each icon a module of its own: @mdi/js is one file of 7000, and what is used
 * of it would go as a whole to the first screen.
 */
function icones(): Plugin {
  const caminhos: Record<string, string> = createRequire(import.meta.url)('@mdi/js');
  return {
    name: 'icones',
    apply: 'build',
    enforce: 'pre',
    resolveId: (id) => (id.startsWith('icone:') ? `\0${id}` : undefined),
    load: (id) => (id.startsWith(ICONE) ? `export default ${JSON.stringify(caminhos[id.slice(ICONE.length)])};` : undefined),
    transform: (codigo, id) =>
      /\/src\/.*\.tsx?$/.test(id) && codigo.includes("'@mdi/js'")
        ? codigo.replace(/import \{([^}]*)\} from '@mdi\/js';/g, (_, nomes: string) =>
            nomes
              .split(',')
              .map((n) => n.trim())
              .filter((n) => n !== '')
              .map((n) => `import ${n} from 'icone:${n}';`)
              .join(''),
          )
        : undefined,
  };
}

/** Chunks by what is in them; what such a module imports goes with it. The first that names a module has it. */
const PARTES: readonly [string, RegExp][] = [
  ['entrada', /src\/(?:main|app\/entrada|app\/rotas|lib\/adiantados|lib\/lembranca|lib\/sob-demanda)\.ts$|vite\/preload-helper/],
  ['react', /node_modules\/(?:react|react-dom|scheduler|wouter|regexparam|use-sync-external-store)\/|src\/app\/desenho\.ts$/],
  ['estado', /node_modules\/(?:@reduxjs|react-redux|redux|redux-thunk|reselect|immer)\/|src\/(?:lib\/(?:store|api|eu|erro-api)|i18n\/(?:pt-br|textos))\.ts$/],
  ['mui', /node_modules\/(?:@emotion|@mui\/(?:system|styled-engine|utils|private-theming|material\/(?:styles|locale|colors|utils)))\/|@mui\/material\/(?:FilledInput|Input|InputBase|OutlinedInput)\/\w+Classes\.|src\/styles\/tema\.ts$/],
  ['app', /@mui\/material\/(?:Alert|Box|Button|ButtonBase|ButtonGroup|CircularProgress|CssBaseline|FormControl|FormHelperText|FormLabel|IconButton|InputAdornment|InputBase|InputLabel|OutlinedInput|Paper|Skeleton|Stack|SvgIcon|TextareaAutosize|Typography|internal)\/|src\/(?:app\/(?:app|espera)|components\/(?:barreira|campo|campo-senha|carregando|falha|icone|preguicoso)|features\/login\/(?:login|api|validar))\.tsx?$/],
  ['casca', /src\/app\/casca\.tsx$/],
  // Small things of many screens: a request each would cost more than their bytes.
  ['comum', /@mui\/material\/Chip\/|src\/(?:i18n\/(?:clientes|contato)|components\/(?:periodo|recicla|retorno|largo|botao-exportar|etiqueta)|lib\/(?:contato|retorno|whatsapp|vendedores|reconhecer|mascara))\.tsx?$/],
];

function parteDe(id: string): string | undefined {
  return PARTES.find(([, quais]) => quais.test(id))?.[0];
}

export default defineConfig({
  plugins: [icones(), react(), comprimir()],
  build: {
    target: 'es2022',
    sourcemap: false,
    reportCompressedSize: false,
    // Inlined assets would be data: URLs in places the CSP forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      // docs.html is the page /api/docs.
      input: ['index.html', 'docs.html'],
      output: {
        // What is loaded on demand says so: tools/orcamento.mjs tells a screen from a shared chunk of its name.
        chunkFileNames: (chunk) => `assets/${chunk.isDynamicEntry && !BASE.includes(chunk.name) ? 'tela-' : ''}[name]-[hash].js`,
        manualChunks(id, { getModuleInfo }) {
          // An icon of several places goes with the small things of many screens.
          if (id.startsWith(ICONE)) {
            const quem = getModuleInfo(id)?.importers ?? [];
            return quem.map(parteDe).find((p) => p !== undefined && p !== 'comum') ?? (quem.length > 1 ? 'comum' : undefined);
          }
          return parteDe(id);
        },
      },
    },
  },
  server: {
    // `npm run dev` against a running instance: CRM_URL=https://localhost:8443
    proxy: process.env.CRM_URL
      ? {
          '/api': { target: process.env.CRM_URL, secure: false, changeOrigin: true },
          '/ws': { target: process.env.CRM_URL, secure: false, changeOrigin: true, ws: true },
        }
      : undefined,
  },
});
