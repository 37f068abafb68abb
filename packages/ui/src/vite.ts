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

/** React and Lingui, in the order they must run. Spread into `plugins`. */
export function streamstockVitePlugins(): PluginOption[] {
  // The macro plugin looks for the settings from the folder it runs in (an app's) and takes a path only from here.
  process.env['LINGUI_CONFIG'] ??= configPath;
  return [
    appCatalog(),
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
