import { defineConfig } from '@lingui/cli';
import { formatter } from '@lingui/format-po';

const exclude = ['**/*.test.ts', '**/*.test.tsx', '**/node_modules/**', '**/dist/**'];

// One catalog for what both apps say and one for each app, so that no app carries the words of the other.
export default defineConfig({
  sourceLocale: 'en',
  locales: ['en', 'pt-BR', 'es', 'pseudo'],
  // Languages need up to a third more room than English; what survives 40 % survives them.
  pseudoLocale: { locale: 'pseudo', extend: 0.4, extendCharacter: '~' },
  fallbackLocales: { default: 'en' },
  catalogs: [
    { path: '<rootDir>/locales/ui/{locale}', include: ['<rootDir>/src'], exclude },
    { path: '<rootDir>/locales/store/{locale}', include: ['<rootDir>/../../apps/store/src'], exclude },
    { path: '<rootDir>/locales/admin/{locale}', include: ['<rootDir>/../../apps/admin/src'], exclude },
  ],
  format: formatter({ lineNumbers: false }),
  compileNamespace: 'es',
});
