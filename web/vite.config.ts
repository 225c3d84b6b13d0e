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

const REACT = /node_modules\/(?:react|react-dom|scheduler|wouter|regexparam|use-sync-external-store)\//;
const ESTADO = /node_modules\/(?:@reduxjs|react-redux|redux|redux-thunk|reselect|immer)\//;

export default defineConfig({
  plugins: [react(), comprimir()],
  build: {
    target: 'es2022',
    sourcemap: false,
    // Inlined assets would be data: URLs in places the CSP forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      // docs.html is the page /api/docs.
      input: ['index.html', 'docs.html'],
      output: {
        // What is loaded on demand says so: tools/orcamento.mjs tells a screen from a shared chunk of its name.
        chunkFileNames: (chunk) => `assets/${chunk.isDynamicEntry ? 'tela-' : ''}[name]-[hash].js`,
        manualChunks(id) {
          if (REACT.test(id)) return 'react';
          if (ESTADO.test(id)) return 'estado';
          return undefined;
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
