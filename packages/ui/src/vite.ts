// The Vite settings both web apps share: React, and Lingui's catalogs and macros. Runs in Node while building, never in a page.
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linguiTransformerBabelPreset, lingui } from '@lingui/vite-plugin';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import type { Plugin, PluginOption } from 'vite';

const configPath = fileURLToPath(new URL('../lingui.config.ts', import.meta.url));
const catalogRequest = /^virtual:app-catalog\/([\w-]+)$/;
const emptyCatalog = '\0empty-catalog';

/**
 * Answers `virtual:app-catalog/<locale>` with the catalog of the app whose folder is Vite's root: `apps/store` gets
 * `locales/store`. Anything else (this package's own tests) has no words of its own.
 */
function appCatalog(): Plugin {
  let app = '';
  return {
    name: 'streamstock-app-catalog',
    configResolved: (config) => {
      app = basename(config.root);
    },
    resolveId: (id) => {
      const locale = catalogRequest.exec(id)?.[1];
      if (locale === undefined) return undefined;
      const file = fileURLToPath(new URL(`../locales/${app}/${locale}.po`, import.meta.url));
      return app !== 'ui' && existsSync(file) ? file : emptyCatalog;
    },
    load: (id) => (id === emptyCatalog ? 'export const messages = {};' : undefined),
  };
}

/**
 * zod probes `new Function` when its first schema is made, which the content security policy blocks and reports; jitless mode never
 * asks. Set in zod itself: screens without a schema need not load it, and no schema can be made before. Servers keep the faster mode.
 */
function zodWithoutEval(): Plugin {
  return {
    name: 'streamstock-zod-without-eval',
    transform: {
      filter: { id: /\/zod\/v4\/core\/core\.js$/ },
      handler(code) {
        if (!code.includes('export const globalConfig')) this.error('zod keeps its settings elsewhere now.');
        return { code: `${code}\nglobalConfig.jitless = true;\n`, map: null };
      },
    },
  };
}

/** React and Lingui, in the order they must run. Spread into `plugins`. */
export function streamstockVitePlugins(): PluginOption[] {
  // The macro plugin looks for the settings from the folder it runs in (an app's) and takes a path only from here.
  process.env['LINGUI_CONFIG'] ??= configPath;
  return [
    appCatalog(),
    zodWithoutEval(),
    react(),
    lingui({ configPath }),
    babel({ presets: [linguiTransformerBabelPreset({}, { configPath })] }),
  ];
}

/**
 * For `resolve.dedupe`. The package manager may install two copies of one of these (their optional peers differ by app);
 * two copies of a context render a blank page without an error.
 */
export const streamstockDedupe: string[] = [
  'react',
  'react-dom',
  '@mantine/core',
  '@mantine/hooks',
  '@lingui/core',
  '@lingui/react',
];
