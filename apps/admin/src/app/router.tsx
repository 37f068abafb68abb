// The addresses of the admin view. Screens are loaded when they are first opened; everything a screen shows can be read from
// its address. Behind the office route someone is signed in.
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { sessionQuery, setupQuery } from '../data/queries.ts';
import { eventsSearchText, readEventsSearch } from '../screens/events/events-search.ts';
import { itemSearchText, readItemSearch } from '../screens/item/item-search.ts';
import { matrixSearchText, readMatrixSearch } from '../screens/stock/matrix-search.ts';
import { readStoresSearch, storesSearchText } from '../screens/stores/stores-search.ts';
import { FaultScreen, NotFoundScreen } from './fault-screens.tsx';
import { readLoginSearch } from './login-search.ts';
import { parseSearchText, stringifySearchText } from '../address/search-text.ts';

export interface RouterContext {
  readonly queryClient: QueryClient;
}

const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFoundScreen,
  errorComponent: FaultScreen,
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(async () => await import('../screens/setup/setup-screen.tsx'), 'SetupScreen'),
});

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: readLoginSearch,
  beforeLoad: async ({ context }) => {
    if (await context.queryClient.fetchQuery(setupQuery)) throw redirect({ to: '/setup', replace: true });
  },
  component: lazyRouteComponent(async () => await import('../screens/login/login-screen.tsx'), 'LoginScreen'),
});

const officeRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'office',
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (session === null) {
      throw redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href }, replace: true });
    }
  },
  component: lazyRouteComponent(async () => await import('../frame/office-frame.tsx'), 'OfficeFrame'),
});

const homeRoute = createRoute({
  getParentRoute: () => officeRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/stock', replace: true });
  },
});

const stockRoute = createRoute({
  getParentRoute: () => officeRoute,
  path: '/stock',
  validateSearch: (search) => matrixSearchText(readMatrixSearch(search)),
  component: lazyRouteComponent(async () => await import('../screens/stock/stock-screen.tsx'), 'StockScreen'),
});

const itemRoute = createRoute({
  getParentRoute: () => officeRoute,
  path: '/items/$item',
  validateSearch: (search) => itemSearchText(readItemSearch(search)),
  component: lazyRouteComponent(async () => await import('../screens/item/item-screen.tsx'), 'ItemScreen'),
});

const eventsRoute = createRoute({
  getParentRoute: () => officeRoute,
  path: '/events',
  validateSearch: (search) => eventsSearchText(readEventsSearch(search)),
  component: lazyRouteComponent(async () => await import('../screens/events/events-screen.tsx'), 'EventsScreen'),
});

const storesRoute = createRoute({
  getParentRoute: () => officeRoute,
  path: '/stores',
  validateSearch: (search) => storesSearchText(readStoresSearch(search)),
  component: lazyRouteComponent(async () => await import('../screens/stores/stores-screen.tsx'), 'StoresScreen'),
});

const routeTree = rootRoute.addChildren([
  setupRoute,
  loginRoute,
  officeRoute.addChildren([homeRoute, stockRoute, itemRoute, eventsRoute, storesRoute]),
]);

export function createAdminRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    basepath: '/admin',
    context: { queryClient },
    parseSearch: parseSearchText,
    stringifySearch: stringifySearchText,
    defaultPreload: 'intent',
    // Screens restore their own scrolling where it matters; the page itself never scrolls.
    scrollRestoration: false,
  });
}

export type AdminRouter = ReturnType<typeof createAdminRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: AdminRouter;
  }
}
