// Mounts the routes of the table: input parsed by its schema before the handler runs, answer sent as the table promises,
// everything described for the OpenAPI document. A handler gets values and returns values.
import {
  Problem,
  PROBLEM_MEDIA_TYPE,
  routes,
  type Route,
  type RouteAnswer,
  type RouteInput,
  type RouteName,
  type Schema,
} from '@streamstock/api';
import type { Hono, MiddlewareHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { describeRoute, resolver, validator } from 'hono-openapi';
import type { AppContext, AppEnvironment, Caller } from './environment.ts';
import { invalidInput, readJsonBody } from './body.ts';

/** `Response`: the handler answers by itself (a streamed body, a condition met). */
type RouteHandler<N extends RouteName> = (
  input: Omit<RouteInput<N>, 'query'> &
    Required<Pick<RouteInput<N>, keyof RouteInput<N> & 'query'>> & {
      readonly caller: Caller;
      readonly context: AppContext;
    },
) => Promise<RouteAnswer<N> | Response>;

export type Handlers = { readonly [N in RouteName]: RouteHandler<N> };

type StandardSchema = Parameters<typeof resolver>[0];

export function mountRoutes(app: Hono<AppEnvironment>, handlers: Handlers): void {
  for (const name of Object.keys(routes) as RouteName[])
    mountRoute(app, name, routes[name], handlers[name] as AnyHandler);
}

type AnyHandler = (input: Record<string, unknown> & { readonly context: AppContext }) => Promise<unknown>;

function mountRoute(app: Hono<AppEnvironment>, name: RouteName, route: Route, handler: AnyHandler): void {
  app.on(
    [route.method],
    [route.path],
    describeRoute(description(name, route)),
    inputOf('param', route.params),
    inputOf('query', route.query),
    async (context) => {
      const valid = context.req as unknown as { valid(target: 'param' | 'query'): unknown };
      const result = await handler({
        ...(route.params === undefined ? {} : { params: valid.valid('param') }),
        ...(route.query === undefined ? {} : { query: valid.valid('query') }),
        ...(route.body === undefined ? {} : { body: await readJsonBody(context, route, route.body) }),
        caller: context.get('caller'),
        context,
      });
      if (result instanceof Response) return result;
      context.header('cache-control', 'no-store');
      if (route.answer === null) return context.body(null, 204);
      return context.body(JSON.stringify(result), route.status as ContentfulStatusCode, {
        'content-type': 'application/json',
      });
    },
  );
}

/** Parses parameters or the query. A route without a schema takes none and ignores what is sent. */
function inputOf(target: 'param' | 'query', schema: Schema | undefined): MiddlewareHandler<AppEnvironment> {
  if (schema === undefined) return async (_, next) => await next();
  const check = validator(target, schema as unknown as StandardSchema, (result) => {
    if (!result.success)
      throw invalidInput(result.error.map(({ message, path }) => ({ message, path: (path ?? []).map(keyOf) })));
  });
  return check as MiddlewareHandler;
}

function keyOf(segment: PropertyKey | { readonly key: PropertyKey }): PropertyKey {
  return typeof segment === 'object' ? segment.key : segment;
}

const security: Record<Route['access'], Record<string, string[]>[]> = {
  anyone: [],
  office: [{ session: [] }, { apiKey: [] }],
  device: [{ deviceCredential: [] }],
};

function description(name: RouteName, route: Route): Parameters<typeof describeRoute>[0] {
  const json = (schema: Schema) => ({ 'application/json': { schema: resolver(schema as unknown as StandardSchema) } });
  return {
    operationId: name,
    summary: route.summary,
    security: security[route.access],
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: json(route.body) } }),
    responses: {
      [route.status]: {
        description: 'As promised.',
        ...(route.answer === null ? {} : { content: json(route.answer) }),
      },
      default: {
        description: 'A problem: what happened and what to do.',
        content: { [PROBLEM_MEDIA_TYPE]: { schema: resolver(Problem as unknown as StandardSchema) } },
      },
    },
  };
}
