// The entry of the admin view. Owns the one query client and router of the page, and what happens when a session ends.
import '@streamstock/ui/styles.css';
import './app/page.css';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StreamStockProvider } from '@streamstock/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { useDensity } from './app/density.ts';
import { createAdminRouter } from './app/router.tsx';
import { createSessionEnd } from './app/session-end.ts';
import { isNotSignedIn } from './data/api.ts';

const readingAttemptsMax = 3;

const onError = (error: Error): void => {
  if (isNotSignedIn(error)) endSession();
};
const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      retry: (attempts, error) => !isNotSignedIn(error) && attempts < readingAttemptsMax,
      // The socket decides whether there is a network, not navigator.onLine.
      networkMode: 'always',
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
    mutations: { networkMode: 'always' },
  },
});
const router = createAdminRouter(queryClient);
const endSession = createSessionEnd(queryClient, router);

function App() {
  const [density] = useDensity();
  return (
    <StreamStockProvider density={density}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StreamStockProvider>
  );
}

const root = document.querySelector('#root');
if (root === null) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
