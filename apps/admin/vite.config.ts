// How the admin view is built: served by the server under /admin/, nothing inlined (the content security policy forbids it).
// In development the API comes from STREAMSTOCK_SERVER.
import { streamstockDedupe, streamstockVitePlugins } from '@streamstock/ui/vite';
import { defaultClientConditions, defineConfig, loadEnv } from 'vite';

export default defineConfig(({ mode }) => {
  const server = loadEnv(mode, '.', 'STREAMSTOCK_')['STREAMSTOCK_SERVER'] ?? 'http://127.0.0.1:8787';
  return {
    base: '/admin/',
    plugins: streamstockVitePlugins(),
    // `es2015`: rxjs keeps its smaller build behind this condition.
    resolve: { dedupe: streamstockDedupe, conditions: ['es2015', ...defaultClientConditions] },
    build: { target: 'es2022', assetsInlineLimit: 0 },
    // The host stays the page's own: the server takes writes only from pages of the host that was asked for.
    server: { proxy: { '^/(api|healthz)': { target: server, changeOrigin: false } } },
  };
});
