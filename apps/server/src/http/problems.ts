// Every "no" of the HTTP API as an RFC 9457 problem. Owns statuses, titles and the way an error becomes one; says what
// happened and what to do, and never repeats what was sent or what a library said.
import { problemType, PROBLEM_MEDIA_TYPE, type Problem, type ProblemKind } from '@streamstock/api';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

type ServerProblemKind = Exclude<ProblemKind, 'unreachable' | 'bad-answer'>;

const kinds: Record<ServerProblemKind, readonly [status: ContentfulStatusCode, title: string]> = {
  'bad-request': [400, 'The request can not be read'],
  'not-signed-in': [401, 'Not signed in'],
  'wrong-credentials': [401, 'Wrong e-mail address or password'],
  'not-allowed': [403, 'Not allowed'],
  revoked: [403, 'Access was taken back'],
  'foreign-origin': [403, 'From a foreign page'],
  'pairing-code': [403, 'The code does not work'],
  'setup-done': [409, 'Setup is done'],
  'setup-needed': [409, 'Setup comes first'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'Not this way'],
  conflict: [409, 'Conflict'],
  refused: [422, 'Refused'],
  'body-too-large': [413, 'Too large'],
  'unsupported-media-type': [415, 'Not JSON'],
  'too-many-requests': [429, 'Too many attempts'],
  'snapshot-none': [404, 'No snapshot'],
  update: [409, 'Of another version'],
  'not-ready': [503, 'Not ready yet'],
  internal: [500, 'Something went wrong here'],
};

/** Thrown by a handler; answered as its problem. A business refusal or a missing thing is no bug and is not logged as one. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    kind: ServerProblemKind,
    detail: string,
    remedy: string,
    more: Partial<Pick<Problem, 'code' | 'fields' | 'retryAfterMs'>> = {},
  ) {
    super(detail);
    const [status, title] = kinds[kind];
    this.problem = { type: problemType(kind), title, status, detail, remedy, ...more };
    this.headers = {
      ...(kind === 'not-signed-in' || kind === 'wrong-credentials'
        ? { 'www-authenticate': 'Bearer realm="streamstock"' }
        : {}),
      ...(more.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(more.retryAfterMs / 1_000)) }),
    };
  }
}

export function answerProblem(context: Context, { problem, headers }: HttpProblem): Response {
  const status = problem.status as ContentfulStatusCode;
  return context.body(JSON.stringify(problem), status, {
    ...headers,
    'content-type': PROBLEM_MEDIA_TYPE,
    'cache-control': 'no-store',
  });
}

/** Whatever a handler threw, as a problem. Only what is nobody's fault but ours becomes `internal`. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof HTTPException) {
    if (error.status === 413) return tooLarge();
    if (error.status < 500)
      return new HttpProblem(
        'bad-request',
        'The body is not JSON.',
        'Send one JSON object, and say so with content-type: application/json.',
      );
  }
  return new HttpProblem(
    'internal',
    'The server could not finish this. What was already saved is safe.',
    'Try again; if it happens again, the server log tells why.',
  );
}

export function tooLarge(bytesMax?: number): HttpProblem {
  const limit = bytesMax === undefined ? '' : ` This route takes at most ${bytesMax} bytes.`;
  return new HttpProblem(
    'body-too-large',
    `The body is too large.${limit} Nothing of it was used.`,
    'Send less at a time.',
  );
}

export function notFound(what: string, remedy: string): HttpProblem {
  return new HttpProblem('not-found', `There is no ${what}.`, remedy);
}
