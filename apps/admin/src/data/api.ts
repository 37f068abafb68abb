// The one HTTP client of the page. Its session is the http-only cookie, which the browser sends by itself.
import { ApiProblem, createApiClient } from '@streamstock/api';

/** A request without an answer for this long counts as unanswered. */
const answerTimeoutMs = 30_000;

export const api = createApiClient({
  baseUrl: '',
  fetch: async (url, init) => await fetch(url, { ...init, signal: AbortSignal.timeout(answerTimeoutMs) }),
});

export function isNotSignedIn(error: unknown): boolean {
  return error instanceof ApiProblem && error.kind === 'not-signed-in';
}
