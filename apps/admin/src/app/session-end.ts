// What happens when the server no longer knows who we are: everything read is forgotten, the login page opens and remembers
// where the person was.
import type { QueryClient } from '@tanstack/react-query';
import { queryKeys } from '../data/query-keys.ts';
import type { AnyRouter } from '@tanstack/react-router';

/** Many answers may say so at once; the first one counts. */
export function createSessionEnd(queryClient: QueryClient, router: AnyRouter): () => void {
  return () => {
    const { pathname, href } = router.state.location;
    if (pathname === '/login' || pathname === '/setup') return;
    queryClient.setQueryData(queryKeys.session, null);
    void router
      .navigate({ to: '/login', search: { next: href, ended: '1' }, replace: true })
      .then(() => forget(queryClient));
  };
}

/** Drops what only a signed-in person may see. After the screens that show it are gone. */
export function forget(queryClient: QueryClient): void {
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== queryKeys.session[0] });
}
