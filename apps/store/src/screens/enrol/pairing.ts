// Pairing this device with a store: the code's way to the server and back, and what can go wrong. Keeps what the server told
// until the person has said yes, so that a reload in between does not cost the code.
import { Enrolment } from '@streamstock/api';
import type { Json, LocalWrite } from '@streamstock/event-log';
import * as z from 'zod/mini';

export type PairingProblem =
  | { readonly kind: 'not-a-code' | 'unknown' | 'used' | 'expired' | 'unreachable' | 'too-many' }
  | { readonly kind: 'other'; readonly message: string };

export type PairingOutcome =
  | { readonly ok: true; readonly enrolment: Enrolment }
  | { readonly ok: false; readonly problem: PairingProblem };

/** The code behind `#code=` of an address, or null. */
export function codeInFragment(fragment: string): string | null {
  const code = new URLSearchParams(fragment.replace(/^#/, '')).get('code');
  return code === null || code === '' ? null : code;
}

/** Letters as they are typed, in two groups of four. */
export function groupedCode(typed: string): string {
  const letters = typed
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '')
    .slice(0, 8);
  return letters.length > 4 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
}

const PENDING_KEY = 'pending-enrolment';

export function pendingWrite(enrolment: Enrolment | null): LocalWrite {
  if (enrolment === null) return { key: PENDING_KEY, value: undefined };
  return {
    key: PENDING_KEY,
    value: { device: enrolment.device, store: { ...enrolment.store }, credential: enrolment.credential },
  };
}

export async function readPending(values: {
  getLocal(keys: readonly string[]): Promise<(Json | undefined)[]>;
}): Promise<Enrolment | null> {
  const [value] = await values.getLocal([PENDING_KEY]);
  const parsed = z.safeParse(Enrolment, value);
  return parsed.success ? parsed.data : null;
}
