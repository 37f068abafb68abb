// Renders a component to HTML for tests, inside the theme and the active language.
import { I18nProvider } from '@lingui/react';
import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { i18n } from '../i18n/i18n.ts';

/** Only the component's own HTML. */
export function render(node: ReactNode): string {
  const html = renderToStaticMarkup(
    <MantineProvider withCssVariables={false} withGlobalClasses={false}>
      <I18nProvider i18n={i18n}>{node}</I18nProvider>
    </MantineProvider>,
  );
  return html.replaceAll(/<style[^>]*>.*?<\/style>/g, '');
}

/** What a person reads: the HTML's text, spaces joined. */
export const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replaceAll(/\s+/g, ' ')
    .trim();
