// oxlint-disable-next-line typescript/triple-slash-reference -- users of this source do not include our ambient files; a reference brings it along
/// <reference path="./po.d.ts" />
// The languages of the product: which there are, which one a person gets, and loading it. English is in the first load,
// so that a screen always has words; the others arrive when chosen. Owns the one `i18n` object of a page.
import { i18n } from '@lingui/core';
import type { Messages } from '@lingui/core';
import { messages as appEnglish } from 'virtual:app-catalog/en';
import { messages as sharedEnglish } from '../../locales/ui/en.po';

export const locales = ['en', 'pt-BR', 'es'] as const;
export type Locale = (typeof locales)[number];

/** `pseudo` is English with every letter accented and made longer: for tests of layout, never offered to a person. */
export type AnyLocale = Locale | 'pseudo';

const englishMessages: Messages = { ...sharedEnglish, ...appEnglish };

type Loaded = Promise<{ readonly messages: Messages }>;

/** Shared words and the app's own, in one language. */
async function both(shared: Loaded, app: Loaded): Promise<Messages> {
  const [first, second] = await Promise.all([shared, app]);
  return { ...first.messages, ...second.messages };
}

const loaders = {
  'pt-BR': () => both(import('../../locales/ui/pt-BR.po'), import('virtual:app-catalog/pt-BR')),
  es: () => both(import('../../locales/ui/es.po'), import('virtual:app-catalog/es')),
  pseudo: () => both(import('../../locales/ui/pseudo.po'), import('virtual:app-catalog/pseudo')),
} as const;

i18n.loadAndActivate({ locale: 'en', messages: englishMessages });

/** The first of `wanted` (BCP 47 tags, best first) that we speak, by exact tag and then by language; English otherwise. */
export function matchLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const exact = locales.find((locale) => locale.toLowerCase() === tag.toLowerCase());
    if (exact) return exact;
    const language = tag.toLowerCase().split('-')[0];
    const sameLanguage = locales.find((locale) => locale.toLowerCase().split('-')[0] === language);
    if (sameLanguage) return sameLanguage;
  }
  return 'en';
}

let lastChoice = 0;

/**
 * Makes `locale` the language of the page; of several calls in flight the last one wins. Rejects if its words cannot be
 * fetched; the words on screen then stay as they were. Missing translations fall back to English.
 */
export async function activateLocale(locale: AnyLocale): Promise<void> {
  lastChoice += 1;
  const choice = lastChoice;
  const messages = locale === 'en' ? englishMessages : await loaders[locale]();
  if (choice === lastChoice) i18n.loadAndActivate({ locale, messages });
}

export { i18n };
