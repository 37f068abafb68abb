// The Vite settings both web apps share: React, and Lingui's catalogs and macros. Runs in Node while building, never in a page.
import { fileURLToPath } from 'node:url';
import { linguiTransformerBabelPreset, lingui } from '@lingui/vite-plugin';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import type { PluginOption } from 'vite';

const configPath = fileURLToPath(new URL('../lingui.config.ts', import.meta.url));

/** React and Lingui, in the order they must run. Spread into `plugins`. */
export function streamstockVitePlugins(): PluginOption[] {
  // The macro plugin looks for the settings from the folder it runs in (an app's) and takes a path only from here.
  process.env['LINGUI_CONFIG'] ??= configPath;
  return [react(), lingui({ configPath }), babel({ presets: [linguiTransformerBabelPreset({}, { configPath })] })];
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
