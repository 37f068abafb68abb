// The page's style nonce. The server writes it into `<meta name="csp-nonce">` and into the policy it sends with the page;
// every style element made at run time must carry it or the browser drops it.

let cached: string | undefined;

/** The nonce of this page; empty outside a browser or where the page carries none. */
export function styleNonce(): string {
  if (cached !== undefined) return cached;
  if (typeof document === 'undefined') return '';
  cached = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
  return cached;
}
