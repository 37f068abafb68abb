// The language tag Intl should use now. Our pseudo locale is English to Intl, and before any language is active so is nothing.
import { i18n } from '@lingui/core';

export function activeTag(): string {
  return i18n.locale === '' || i18n.locale === 'pseudo' ? 'en' : i18n.locale;
}
