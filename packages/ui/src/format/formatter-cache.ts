// Keeps Intl formatters: making one costs a thousand times what using it does.

/** Enough for every locale, currency and shape on screen at once; past it all are made anew. */
const formattersMax = 200;

/** A maker that remembers what it made, by locale and options. */
export function cachedFormatter<Options, Formatter>(
  make: (locale: string, options: Options) => Formatter,
): (locale: string, options: Options) => Formatter {
  const made = new Map<string, Formatter>();
  return (locale, options) => {
    const key = `${locale} ${JSON.stringify(options)}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    if (made.size >= formattersMax) made.clear();
    const formatter = make(locale, options);
    made.set(key, formatter);
    return formatter;
  };
}
