// The one request of pairing. A part of its own: the API client is fetched when the code is sent, not before the form is shown.
import { ApiProblem, createApiClient, normalisePairingCode, type Fetch } from '@streamstock/api';
import type { PairingOutcome, PairingProblem } from './pairing.ts';

export async function pair(fetch: Fetch, typed: string, label: string): Promise<PairingOutcome> {
  const code = normalisePairingCode(typed);
  if (code === undefined) return { ok: false, problem: { kind: 'not-a-code' } };
  try {
    return { ok: true, enrolment: await createApiClient({ baseUrl: '', fetch }).enrol({ body: { code, label } }) };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

function problemOf(error: unknown): PairingProblem {
  if (!(error instanceof ApiProblem))
    return { kind: 'other', message: error instanceof Error ? error.message : String(error) };
  if (error.kind === 'unreachable') return { kind: 'unreachable' };
  if (error.kind === 'too-many-requests') return { kind: 'too-many' };
  const { code } = error.problem;
  if (error.kind === 'pairing-code' && (code === 'unknown' || code === 'used' || code === 'expired'))
    return { kind: code };
  return { kind: 'other', message: error.message };
}
