// Wraps an app: theme, language, colour scheme and density. Owns what is set on the document's root element.
import { I18nProvider } from '@lingui/react';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { setNonce } from 'get-nonce';
import { useEffect, useInsertionEffect } from 'react';
import type { ReactNode } from 'react';
import { activateLocale, i18n, matchLocale } from '../i18n/i18n.ts';
import type { AnyLocale } from '../i18n/i18n.ts';
import { cssVariablesResolver } from '../theme/css-variables.ts';
import { theme } from '../theme/theme.ts';
import { styleNonce } from './nonce.ts';

/** Touch for the store app; dense for the admin view, compact where a person asks for it. */
export type Density = 'touch' | 'dense' | 'compact';

export interface StreamStockProviderProps {
  readonly density: Density;
  /** The person's choice; without one the browser's languages decide. */
  readonly locale?: AnyLocale;
  readonly children: ReactNode;
}

const colorSchemeManager = localStorageColorSchemeManager({ key: 'streamstock-color-scheme' });

function useDocumentDensity(density: Density): void {
  // On the document, not on a wrapper: sheets and menus are drawn outside the app's own element.
  useInsertionEffect(() => {
    document.documentElement.dataset['density'] = density;
  }, [density]);
}

function useDocumentLocale(locale: AnyLocale | undefined): void {
  useEffect(() => {
    const chosen = locale ?? matchLocale(navigator.languages);
    const show = (): void => {
      document.documentElement.lang = i18n.locale === 'pseudo' ? 'en' : i18n.locale;
    };
    // A language that cannot be fetched (offline, first time) leaves the words as they are: English.
    activateLocale(chosen).then(show, show);
  }, [locale]);
}

/** Everything of this package must stand inside one of these. The colour scheme is light, dark or auto, and remembered. */
export function StreamStockProvider({ density, locale, children }: StreamStockProviderProps): ReactNode {
  useDocumentDensity(density);
  useDocumentLocale(locale);
  // Scroll locks of sheets and dialogs make their own style element and ask get-nonce, not Mantine.
  setNonce(styleNonce());
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      defaultColorScheme="auto"
      colorSchemeManager={colorSchemeManager}
      getStyleNonce={styleNonce}
    >
      <I18nProvider i18n={i18n}>{children}</I18nProvider>
    </MantineProvider>
  );
}
