// What every route answers instead of its result: an RFC 9457 problem. Owns the kinds, the schema and the error that the
// client throws. Says what happened, and what to do (`remedy`); never repeats what was sent.
import * as z from 'zod/mini';
import { TEXT_CHARACTERS_MAX } from './limits.ts';

/** Every kind of problem; `type` on the wire is `urn:streamstock:problem:<kind>`. */
export const problemKinds = [
  'bad-request',
  'not-signed-in',
  'not-allowed',
  'revoked',
  'foreign-origin',
  'not-found',
  'method-not-allowed',
  'conflict',
  'refused',
  'wrong-credentials',
  'setup-done',
  'setup-needed',
  'pairing-code',
  'body-too-large',
  'unsupported-media-type',
  'too-many-requests',
  'not-ready',
  'snapshot-none',
  'update',
  'internal',
  'unreachable',
  'bad-answer',
] as const;
export type ProblemKind = (typeof problemKinds)[number];

const PROBLEM_TYPE_PREFIX = 'urn:streamstock:problem:';
const Text = z.string().check(z.maxLength(TEXT_CHARACTERS_MAX));

/**
 * - `status`: the HTTP status.
 * - `detail`: what happened and what is safe, for people.
 * - `remedy`: what to do about it.
 * - `code`: the business refusal's own code, when `kind` is refused.
 * - `fields`: where the input breaks its schema; paths only, never values.
 */
export const Problem = z.object({
  type: Text,
  title: Text,
  status: z.int().check(z.minimum(0), z.maximum(599)),
  detail: Text,
  remedy: z.optional(Text),
  code: z.optional(Text),
  fields: z.optional(z.array(z.object({ path: Text, message: Text })).check(z.maxLength(50))),
  retryAfterMs: z.optional(z.int().check(z.minimum(0))),
});
export type Problem = z.infer<typeof Problem>;

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

export function problemType(kind: ProblemKind): string {
  return PROBLEM_TYPE_PREFIX + kind;
}

/** The kind of a problem; one that this version does not know counts as internal. */
export function problemKind(problem: Pick<Problem, 'type'>): ProblemKind {
  const name = problem.type.startsWith(PROBLEM_TYPE_PREFIX) ? problem.type.slice(PROBLEM_TYPE_PREFIX.length) : '';
  return problemKinds.find((kind) => kind === name) ?? 'internal';
}

/**
 * Thrown by the client for every answer that is not the promised one. `kind` 'unreachable': no answer at all (nothing is
 * known of whether the request was carried out); 'bad-answer': an answer that breaks the contract (a proxy, another version).
 */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly kind: ProblemKind;
  readonly problem: Problem;
  constructor(problem: Problem, options?: { readonly cause?: unknown }) {
    super(problem.remedy === undefined ? problem.detail : `${problem.detail} ${problem.remedy}`, options);
    this.kind = problemKind(problem);
    this.problem = problem;
  }
}
