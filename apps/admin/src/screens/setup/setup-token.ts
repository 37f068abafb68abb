// The one-time token of the setup link. It stands behind `#`, so that no server and no log on the way ever sees it.

/** The token of an address's hash (`#token=…` or without the sharp); empty when there is none. */
export function readSetupToken(hash: string): string {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? '';
}
