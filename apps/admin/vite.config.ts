// How the admin view is built: served by the server under /admin/, nothing inlined (the content security policy forbids it).
import { streamstockDedupe, streamstockVitePlugins } from '@streamstock/ui/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/admin/',
  plugins: streamstockVitePlugins(),
  resolve: { dedupe: streamstockDedupe },
  build: { target: 'es2022', assetsInlineLimit: 0 },
});
