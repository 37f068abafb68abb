// How the store app is built: served by the server under /store/, nothing inlined (the content security policy forbids it),
// installable, and whole offline after the first load. In development the API and the socket come from STREAMSTOCK_SERVER.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { streamstockDedupe, streamstockVitePlugins } from '@streamstock/ui/vite';
import { defaultClientConditions, defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { manifest } from './src/app/manifest.ts';

/** Dexie's own entry is written for browsers of 2015; this one is the same code for those we build for. */
const modernDexie = join(
  dirname(createRequire(new URL('../../packages/log-dexie/package.json', import.meta.url)).resolve('dexie')),
  'modern/dexie.mjs',
);

const server = process.env['STREAMSTOCK_SERVER'] ?? 'http://127.0.0.1:8787';

/** Screens come from the service worker's cache, or were fetched ahead: lists of their parts would only make every start heavier. */
function preloaded(_file: string, parts: string[], { hostId }: { readonly hostId: string }): string[] {
  return /\b(?:store|index)-/.test(hostId) ? parts.filter((part) => part.endsWith('.css')) : parts;
}

export default defineConfig({
  base: '/store/',
  plugins: [
    streamstockVitePlugins(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      registerType: 'prompt',
      injectRegister: false,
      manifest,
      injectManifest: { globPatterns: ['**/*.{js,css,html,svg,woff2}'] },
    }),
  ],
  define: { 'import.meta.env.STREAMSTOCK_VERSION': JSON.stringify(process.env['npm_package_version'] ?? '0.1.0') },
  // `es2015`: rxjs keeps its smaller build behind this condition.
  resolve: {
    // React has had what this one stands in for since version 18.
    alias: { dexie: modernDexie, 'use-sync-external-store/shim/index.js': 'react' },
    dedupe: streamstockDedupe,
    conditions: ['es2015', ...defaultClientConditions],
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false, resolveDependencies: preloaded },
  },
  // The server checks that writes come from its own origin, so the page's host is passed on as it is.
  server: {
    proxy: {
      '/api': { target: server, changeOrigin: false },
      '/sync': { target: server, changeOrigin: false, ws: true },
    },
  },
});
