// Pairing this device with a store: the code's way to the server and back, and what can go wrong. Keeps what the server told
// until the person has said yes, so that a reload in between does not cost the code.
import { ApiProblem, createApiClient, Enrolment, normalisePairingCode, type Fetch } from '@streamstock/api';
import type { Json, LocalWrite } from '@streamstock/event-log';
import * as z from 'zod/mini';

export type PairingProblem =
  | { readonly kind: 'not-a-code' | 'unknown' | 'used' | 'expired' | 'unreachable' | 'too-many' }
  | { readonly kind: 'other'; readonly message: string };

export type PairingOutcome = { readonly ok: true; readonly enrolment: Enrolment } | { readonly ok: false; readonly problem: PairingProblem };

/** The code behind `#code=` of an address, or null. */
export function codeInFragment(fragment: string): string | null {
  const code = new URLSearchParams(fragment.replace(/^#/, '')).get('code');
  return code === null || code === '' ? null : code;
}

/** Letters as they are typed, in two groups of four. */
export function groupedCode(typed: string): string {
  const letters = typed.toUpperCase().replaceAll(/[^A-Z0-9]/g, '').slice(0, 8);
  return letters.length > 4 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
}

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
  if (!(error instanceof ApiProblem)) return { kind: 'other', message: error instanceof Error ? error.message : String(error) };
  if (error.kind === 'unreachable') return { kind: 'unreachable' };
  if (error.kind === 'too-many-requests') return { kind: 'too-many' };
  const { code } = error.problem;
  if (error.kind === 'pairing-code' && (code === 'unknown' || code === 'used' || code === 'expired')) return { kind: code };
  return { kind: 'other', message: error.message };
}

const PENDING_KEY = 'pending-enrolment';

export function pendingWrite(enrolment: Enrolment | null): LocalWrite {
  if (enrolment === null) return { key: PENDING_KEY, value: undefined };
  return { key: PENDING_KEY, value: { device: enrolment.device, store: { ...enrolment.store }, credential: enrolment.credential } };
}

export async function readPending(values: { getLocal(keys: readonly string[]): Promise<(Json | undefined)[]> }): Promise<Enrolment | null> {
  const [value] = await values.getLocal([PENDING_KEY]);
  const parsed = z.safeParse(Enrolment, value);
  return parsed.success ? parsed.data : null;
}
