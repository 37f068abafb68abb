// How search parameters stand in an address: plain texts (`?view=out&q=oat`), no JSON, so that people can read and write
// them. Also reads the kinds of values that several screens have in theirs; what is not understood counts as not given.

export function parseSearchText(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** With the question mark; empty when there is nothing to say. Values that are no text are left out. */
export function stringifySearchText(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === 'string' && value !== '') params.set(name, value);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

const textCharactersMax = 200;
const idPattern = /^[0-9A-Za-z_-]{1,64}$/;

/** A text that is not empty, cut to a sane length; undefined for anything else. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, textCharactersMax) : undefined;
}

/** An id; undefined for anything else. */
export function readId(value: unknown): string | undefined {
  return typeof value === 'string' && idPattern.test(value) ? value : undefined;
}

/** Unix milliseconds of an ISO 8601 text with a zone (without one it would mean another moment on every computer); null for all else. */
export function readMoment(value: unknown): number | null {
  if (typeof value !== 'string' || !/(Z|[+-]\d\d:\d\d)$/.test(value)) return null;
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) || atMs < 0 ? null : atMs;
}

export function momentText(atMs: number): string {
  return new Date(atMs).toISOString();
}
