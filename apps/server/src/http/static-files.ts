// The two built web apps. Pages carry a nonce that is new in every response, in the page and in its header; built assets are
// cached for good; a missing asset is a 404 and never the page (an old tab must notice that its chunk is gone). Says what to do
// while an app is not built.
import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import type { Hono, MiddlewareHandler } from 'hono';
import type { AppContext, AppEnvironment } from './environment.ts';
import { pagePolicy, workerPolicy } from './security-headers.ts';

const NONCE_MARK = '%CSP_NONCE%';
const FOREVER = 'public, max-age=31536000, immutable';

/** Serves `dist` (absolute) under `/<name>/`. */
export function mountWebApp(app: Hono<AppEnvironment>, name: 'store' | 'admin', dist: string): void {
  const base = `/${name}`;
  const page = pageHandler(name, dist);
  app.get(base, (context) => context.redirect(`${base}/`, 308));
  app.use(`${base}/assets/*`, files(base, dist, FOREVER));
  app.get(`${base}/assets/*`, missingFile);
  // Before the plain files: the nonce is filled in here.
  app.get(`${base}/`, page);
  app.get(`${base}/index.html`, page);
  app.use(`${base}/*`, files(base, dist, 'no-cache'));
  // A path whose last part has a dot names a file; everything else is a place inside the app.
  app.get(`${base}/*`, (context) => (/\.[a-z0-9]+$/i.test(context.req.path) ? missingFile(context) : page(context)));
}

function files(base: string, dist: string, cacheControl: string): MiddlewareHandler<AppEnvironment> {
  let serve: MiddlewareHandler<AppEnvironment> | undefined;
  return async (context, next) => {
    // Asked anew while it is missing: an app may be built while the server runs.
    if (serve === undefined && existsSync(dist)) {
      serve = serveStatic<AppEnvironment>({
        root: dist,
        index: '',
        precompressed: true,
        rewriteRequestPath: (path) => path.slice(base.length),
        onFound: (_, found) => {
          found.header('cache-control', cacheControl);
          if (found.req.path.endsWith('.js')) found.header('content-security-policy', workerPolicy);
        },
      });
    }
    return serve === undefined ? await next() : await serve(context, next);
  };
}

function missingFile(context: AppContext): Response {
  return context.text('There is no such file. If the app was updated meanwhile, reload the page.', 404, {
    'cache-control': 'no-store',
  });
}

function pageHandler(name: string, dist: string): (context: AppContext) => Promise<Response> {
  const file = join(dist, 'index.html');
  let cached: { readonly changedAtMs: number; readonly html: string } | undefined;
  return async (context) => {
    const changedAtMs = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    if (changedAtMs === undefined) return notBuilt(context, name);
    if (cached?.changedAtMs !== changedAtMs) cached = { changedAtMs, html: await readFile(file, 'utf8') };
    const nonce = randomBytes(16).toString('base64');
    return context.html(cached.html.replaceAll(NONCE_MARK, nonce), 200, {
      'content-security-policy': pagePolicy(nonce),
      'cache-control': 'no-cache',
    });
  };
}

function notBuilt(context: AppContext, name: string): Response {
  const title = name === 'store' ? 'The store app is not built yet' : 'The admin view is not built yet';
  const html =
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body><h1>${title}</h1>` +
    '<p>The server runs and all data is safe; only the pages are missing.</p>' +
    '<p>Run <code>npx pnpm@12.21.0 run build</code> in the project folder, then reload this page.</p></body></html>';
  return context.html(html, 503, { 'cache-control': 'no-store' });
}
