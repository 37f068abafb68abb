// Addresses of the app's own screens: for links (with the base path) and for going there.
import { useMemo } from 'react';
import { useLocation } from 'wouter';

/** Where the app is served; without the slash at the end. */
export const BASE_PATH = import.meta.env.BASE_URL.replace(/\/$/, '');

/** Pairing a device that is paired: head office may have forgotten it. */
export const PAIR_PATH = '/pair';

export interface Go {
  /** The path now, without base and query. */
  readonly path: string;
  /** For the `href` of a link. */
  readonly href: (path: string) => string;
  readonly to: (path: string, options?: { readonly replace?: boolean }) => void;
  /** For links that were pressed: takes what `href` made. */
  readonly follow: (href: string) => void;
}

export function useGo(): Go {
  const [path, navigate] = useLocation();
  return useMemo(
    () => ({
      path,
      href: (to) => BASE_PATH + to,
      to: (to, options) => navigate(to, { replace: options?.replace ?? false }),
      follow: (href) => navigate(href.slice(BASE_PATH.length)),
    }),
    [path, navigate],
  );
}
