// The typed client of the HTTP contract: one method per route of the table. Checks every answer against its schema and
// throws `ApiProblem` for all else. Owns no network: `fetch` is passed in (its timeout and cancelling too); never retries.
import * as z from 'zod/mini';
import { ApiProblem, Problem, PROBLEM_MEDIA_TYPE, problemType, type ProblemKind } from './problem.ts';
import { routes, type Route, type RouteName, type Schema } from './routes.ts';

/** The part of `fetch` that the client uses; the browser's and Node's fit. */
export type Fetch = (
  url: string,
  init: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly credentials: 'same-origin';
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}>;

export interface ApiClientOptions {
  /** Without a slash at the end; '' = the page's own origin. */
  readonly baseUrl: string;
  /**
   * Give it a timeout: `(url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(30_000) })`.
   */
  readonly fetch: Fetch;
  /** An API key or a device credential, sent as bearer token; absent: the session cookie speaks. */
  readonly apiKey?: string;
}

/** What a caller hands over is not changed: read-only values fit too. */
type ReadOnly<Value> = Value extends readonly (infer Element)[]
  ? readonly ReadOnly<Element>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: ReadOnly<Value[Key]> }
    : Value;

type Part<R, Name extends string> = R extends { readonly [N in Name]: infer S extends Schema }
  ? { readonly [N in Name]: ReadOnly<z.output<S>> }
  : unknown;
type OptionalPart<R, Name extends string> = R extends { readonly [N in Name]: infer S extends Schema }
  ? { readonly [N in Name]?: ReadOnly<z.output<S>> }
  : unknown;

/** `params` and `body` where the route has them, and an optional `query`. */
export type RouteInput<N extends RouteName> = Part<(typeof routes)[N], 'params'> &
  Part<(typeof routes)[N], 'body'> &
  OptionalPart<(typeof routes)[N], 'query'>;

export type RouteAnswer<N extends RouteName> = (typeof routes)[N]['answer'] extends infer S extends Schema
  ? z.output<S>
  : undefined;

/** One method per route; each throws `ApiProblem` unless it gets the promised answer. */
export type ApiClient = {
  readonly [N in RouteName]: unknown extends RouteInput<N>
    ? () => Promise<RouteAnswer<N>>
    : object extends RouteInput<N>
      ? (input?: RouteInput<N>) => Promise<RouteAnswer<N>>
      : (input: RouteInput<N>) => Promise<RouteAnswer<N>>;
};

interface AnyInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

export function createApiClient(options: ApiClientOptions): ApiClient {
  const names = Object.keys(routes) as RouteName[];
  const methods = names.map((name) => [name, (input: AnyInput = {}) => call(options, routes[name], input)] as const);
  return Object.fromEntries(methods) as unknown as ApiClient;
}

/** The path of a call, with its parameters and query encoded. */
export function pathOf(route: Pick<Route, 'path'>, input: AnyInput): string {
  const path = route.path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = input.params?.[name];
    if (value === undefined || value === '') throw new Error(`The path ${route.path} needs "${name}".`);
    return encodeURIComponent(value);
  });
  const query = Object.entries(input.query ?? {})
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`)
    .join('&');
  return query === '' ? path : `${path}?${query}`;
}

async function call(options: ApiClientOptions, route: Route, input: AnyInput): Promise<unknown> {
  const headers: Record<string, string> = { accept: `application/json, ${PROBLEM_MEDIA_TYPE}` };
  if (options.apiKey !== undefined) headers['authorization'] = `Bearer ${options.apiKey}`;
  if (input.body !== undefined) headers['content-type'] = 'application/json';
  const url = options.baseUrl + pathOf(route, input);
  let status: number;
  let text: string;
  try {
    const body = input.body === undefined ? {} : { body: JSON.stringify(input.body) };
    const answer = await options.fetch(url, { method: route.method, headers, ...body, credentials: 'same-origin' });
    status = answer.status;
    text = await answer.text();
  } catch (cause) {
    throw clientProblem(
      'unreachable',
      0,
      'The server did not answer.',
      'Check that it runs and can be reached, then try again.',
      cause,
    );
  }
  return readAnswer(route, status, text);
}

function readAnswer(route: Route, status: number, text: string): unknown {
  if (status === route.status && route.answer === null) return undefined;
  const value = parseJson(text);
  if (status === route.status && route.answer !== null) {
    const parsed = z.safeParse(route.answer, value);
    if (parsed.success) return parsed.data;
    const path = parsed.error.issues[0]?.path.join('.') ?? '';
    throw badAnswer(status, `The server's answer to ${route.method} ${route.path} is not as agreed (at "${path}").`);
  }
  const problem = Problem.safeParse(value);
  if (problem.success) throw new ApiProblem(problem.data);
  throw badAnswer(
    status,
    `The server answered ${route.method} ${route.path} with status ${status} and no explanation.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function badAnswer(status: number, detail: string): ApiProblem {
  return clientProblem(
    'bad-answer',
    status,
    detail,
    'Client and server may be of different versions, or something between them answers instead. Reload, or update.',
  );
}

function clientProblem(kind: ProblemKind, status: number, detail: string, remedy: string, cause?: unknown): ApiProblem {
  const title = kind === 'unreachable' ? 'No answer' : 'Unexpected answer';
  return new ApiProblem({ type: problemType(kind), title, status, detail, remedy }, { cause });
}
