// Guesses for a new store: its time zone and currency, from what the browser says of itself. Pure; only ever a suggestion.

/** The currency of a region, for regions that shops are likely to be in; the euro's countries first. */
const currencies: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'AT',
      'BE',
      'BG',
      'CY',
      'DE',
      'EE',
      'ES',
      'FI',
      'FR',
      'GR',
      'HR',
      'IE',
      'IT',
      'LT',
      'LU',
      'LV',
      'MT',
      'NL',
      'PT',
      'SI',
      'SK',
    ].map((region) => [region, 'EUR']),
  ),
  AR: 'ARS',
  AU: 'AUD',
  BR: 'BRL',
  CA: 'CAD',
  CH: 'CHF',
  CL: 'CLP',
  CO: 'COP',
  CZ: 'CZK',
  DK: 'DKK',
  GB: 'GBP',
  HU: 'HUF',
  IN: 'INR',
  JP: 'JPY',
  MX: 'MXN',
  NO: 'NOK',
  NZ: 'NZD',
  PE: 'PEN',
  PL: 'PLN',
  RO: 'RON',
  SE: 'SEK',
  US: 'USD',
  UY: 'UYU',
};

/** Cities whose zone tells the currency better than the language does: an English browser in Lisbon pays in euros. */
const zoneRegions: Readonly<Record<string, string>> = {
  'America/Bogota': 'CO',
  'America/Buenos_Aires': 'AR',
  'America/Argentina/Buenos_Aires': 'AR',
  'America/Lima': 'PE',
  'America/Mexico_City': 'MX',
  'America/Santiago': 'CL',
  'America/Sao_Paulo': 'BR',
  'Asia/Tokyo': 'JP',
  'Europe/Amsterdam': 'NL',
  'Europe/Berlin': 'DE',
  'Europe/Brussels': 'BE',
  'Europe/Dublin': 'IE',
  'Europe/Lisbon': 'PT',
  'Europe/London': 'GB',
  'Europe/Madrid': 'ES',
  'Europe/Paris': 'FR',
  'Europe/Rome': 'IT',
  'Europe/Vienna': 'AT',
  'Europe/Warsaw': 'PL',
  'Europe/Zurich': 'CH',
};

export interface StoreGuess {
  readonly timeZone: string;
  readonly currency: string;
}

/** `languages`: BCP 47 tags, best first. Without a hint the currency is the euro. */
export function guessStore(timeZone: string, languages: readonly string[]): StoreGuess {
  const regions = languages.map((tag) => /[-_]([A-Z]{2})\b/.exec(tag)?.[1]);
  const region = [zoneRegions[timeZone], ...regions].find((each) => each !== undefined && each in currencies);
  return { timeZone, currency: currencies[region ?? ''] ?? 'EUR' };
}

/** Choices for a list: codes with their names, the guessed one always among them, in the order of their codes. */
export function currencyChoices(
  codes: readonly string[],
  nameOf: (code: string) => string,
): { value: string; label: string }[] {
  return codes.map((code) => ({ value: code, label: `${code} – ${nameOf(code)}` }));
}

export function timeZoneChoices(known: readonly string[], guessed: string): string[] {
  return [...new Set([...known, guessed])].sort();
}
