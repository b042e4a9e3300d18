import { defineConfig } from 'vite';

/** Builds the studio into build/web, which the server serves. `npm run dev` serves it with reload, beside a running server. */
export default defineConfig({
  root: 'web',
  build: { outDir: '../build/web', emptyOutDir: true, target: 'es2022' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  server: {
    proxy: {
      // The server's, and not the modules of web/api.
      '^/api/(?!\\w+\\.ts)': 'http://127.0.0.1:4747',
      '/socket.io': { target: 'http://127.0.0.1:4747', ws: true },
    },
  },
});
