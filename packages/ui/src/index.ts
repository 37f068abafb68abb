// What both web apps use from the first load on. Heavy parts have their own entry: ./data-grid, ./admin-frame, ./qr-code.
export { activateLocale, i18n, locales, matchLocale } from './i18n/i18n.ts';
export type { AnyLocale, Locale } from './i18n/i18n.ts';
export { styleNonce } from './provider/nonce.ts';
export { StreamStockProvider } from './provider/streamstock-provider.tsx';
export type { Density, StreamStockProviderProps } from './provider/streamstock-provider.tsx';
export { useColorScheme } from './provider/use-color-scheme.ts';
export type { ColorScheme } from './provider/use-color-scheme.ts';
export type { Role } from './theme/roles.ts';
