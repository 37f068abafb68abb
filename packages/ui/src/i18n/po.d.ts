// Catalogs are compiled by the Lingui plugin when imported.
declare module '*.po' {
  import type { Messages } from '@lingui/core';
  export const messages: Messages;
}

// The words of the app that is being built; which one, vite.ts knows.
declare module 'virtual:app-catalog/*' {
  import type { Messages } from '@lingui/core';
  export const messages: Messages;
}
