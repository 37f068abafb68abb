// The OpenAPI document, made from the mounted routes.
import type { Hono } from 'hono';
import { openAPIRouteHandler } from 'hono-openapi';
import type { AppEnvironment } from './environment.ts';

export const OPENAPI_PATH = '/api/v1/openapi.json';

export function mountOpenApi(app: Hono<AppEnvironment>, cookieName: string): void {
  const handler = openAPIRouteHandler(app, {
    documentation: {
      openapi: '3.1.0',
      info: {
        title: 'StreamStock',
        version: '1',
        description:
          "Errors are RFC 9457 problems. Times are Unix milliseconds (…Ms), quantities integers in an item's smallest unit. " +
          'GET /api/v1/live streams changes as Server-Sent Events: hello, stock, log, devices, resync.',
      },
      components: {
        securitySchemes: {
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: cookieName,
            description: 'Set by signing in. Writes need the Origin header.',
          },
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, shown once when it is made.' },
          deviceCredential: {
            type: 'http',
            scheme: 'bearer',
            description: 'What a device was given when it enrolled.',
          },
        },
      },
    },
    // What a schema does not fit is answered as a problem, which every route describes itself.
    defaultValidationErrorResponse: false,
  });
  app.get(OPENAPI_PATH, handler);
}
