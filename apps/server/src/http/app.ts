// The HTTP application: what stands in front of every route, the routes, the pages, and what happens to everything else.
import { routes } from '@streamstock/api';
import { Hono, type MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import type { Logger } from 'pino';
import { deviceRoutes } from '../routes/device-routes.ts';
import { historyRoutes } from '../routes/history-routes.ts';
import { healthRoutes } from '../routes/health-routes.ts';
import { mountLive } from '../routes/live-route.ts';
import { logRoutes } from '../routes/log-routes.ts';
import { peopleRoutes } from '../routes/people-routes.ts';
import { stockRoutes } from '../routes/stock-routes.ts';
import type { Services } from '../services.ts';
import { mountSnapshot } from '../snapshot/mount-snapshot.ts';
import { guardAccess } from './access.ts';
import type { AppContext, AppEnvironment } from './environment.ts';
import { mountRoutes } from './mount.ts';
import { mountOpenApi } from './openapi.ts';
import { answerProblem, HttpProblem, notFound, problemOf } from './problems.ts';
import { securityHeaders } from './security-headers.ts';
import { mountWebApp } from './static-files.ts';

export interface AppOptions {
  readonly services: Services;
  readonly storeDist: string;
  readonly adminDist: string;
  readonly publicUrl: string | null;
  /** The read models have held everything once since the start. */
  readonly caughtUp: () => boolean;
}

export function createApp({ services, storeDist, adminDist, publicUrl, caughtUp }: AppOptions): Hono<AppEnvironment> {
  const { logger, directory, clock, cookie, guards, centre } = services;
  const app = new Hono<AppEnvironment>();
  app.use(logRequests(logger));
  app.use(securityHeaders());
  app.use(compress());
  // Everything under /api is closed unless the route table opens it; what lies under /sync is for devices.
  const isRevoked = async (device: string): Promise<boolean> => {
    const record = await centre.log.device(device);
    return record !== null && record.revokedAtMs !== null;
  };
  const guard = guardAccess({ directory, clock, bearerGuard: guards.bearer, isRevoked, publicUrl, cookie });
  app.use('/api/*', guard);
  app.use('/sync/*', guard);
  app.use('/api/*', refuseUntilCaughtUp(caughtUp));
  mountRoutes(app, {
    ...healthRoutes(services, caughtUp),
    ...peopleRoutes(services),
    ...deviceRoutes(services),
    ...historyRoutes(services),
    ...stockRoutes(services),
    ...logRoutes(services),
  });
  mountLive(app, services);
  mountSnapshot(app, services);
  mountOpenApi(app, cookie.name);
  mountWebApp(app, 'store', storeDist);
  mountWebApp(app, 'admin', adminDist);
  app.get('/', (context) => context.redirect('/admin/', 302));
  app.notFound((context) => answerProblem(context, nothingHere(context)));
  app.onError((error, context) => {
    const problem = problemOf(error);
    if (problem.problem.status >= 500 && !(error instanceof HttpProblem)) {
      logger.error(
        { err: error, method: context.req.method, path: context.req.path },
        'A request could not be finished',
      );
    }
    return answerProblem(context, problem);
  });
  return app;
}

/** What works without figures, while they are read in. */
const worksAtOnce: ReadonlySet<string> = new Set(
  [routes.session.path, routes.createTicket.path].flatMap((path) => [`GET ${path}`, `POST ${path}`, `DELETE ${path}`]),
);

function refuseUntilCaughtUp(caughtUp: () => boolean): MiddlewareHandler<AppEnvironment> {
  return async (context, next) => {
    if (
      !caughtUp() &&
      !worksAtOnce.has(`${context.req.method} ${context.req.path}`) &&
      context.req.path !== routes.setupState.path
    ) {
      throw new HttpProblem(
        'not-ready',
        'The server has just started and reads its figures. Nothing is lost.',
        'Try again in a moment.',
        { retryAfterMs: 1_000 },
      );
    }
    await next();
  };
}

/** Method, path, status and time. Never the query, headers or bodies: they can hold what nobody may read later. */
function logRequests(logger: Logger): MiddlewareHandler<AppEnvironment> {
  return async (context, next) => {
    const startedMs = performance.now();
    await next();
    const { status } = context.res;
    const entry = {
      method: context.req.method,
      path: context.req.path.slice(0, 200),
      status,
      tookMs: Math.round(performance.now() - startedMs),
    };
    if (status >= 500) logger.warn(entry, 'Answered');
    else logger.debug(entry, 'Answered');
  };
}

/** A known path asked for in another way, or nothing. */
function nothingHere(context: AppContext): HttpProblem {
  const methods = Object.values(routes).flatMap(({ method, path }) =>
    pathFits(path, context.req.path) ? [method] : [],
  );
  if (methods.length === 0) return notFound('such address here', 'The API is described at /api/v1/openapi.json.');
  return new HttpProblem(
    'method-not-allowed',
    `This address does not take ${context.req.method}.`,
    `Use ${methods.join(' or ')}.`,
  );
}

function pathFits(pattern: string, path: string): boolean {
  const [wanted, asked] = [pattern.split('/'), path.split('/')];
  return wanted.length === asked.length && wanted.every((part, index) => part.startsWith(':') || part === asked[index]);
}
