// What the address of the login page says: where to go afterwards, and whether a session ended just now.

export interface LoginSearch {
  /** An address inside the admin view, without `/admin`. */
  readonly next?: string;
  /** `1`: the session ended while someone was working. */
  readonly ended?: string;
}

/** An address of another page or origin is not followed: only our own paths are. */
export function isOwnAddress(text: string): boolean {
  return text.startsWith('/') && !text.startsWith('//') && !text.includes('\\');
}

export function readLoginSearch(search: Record<string, unknown>): LoginSearch {
  const { next, ended } = search;
  return {
    ...(typeof next === 'string' && isOwnAddress(next) ? { next } : {}),
    ...(ended === '1' ? { ended } : {}),
  };
}
