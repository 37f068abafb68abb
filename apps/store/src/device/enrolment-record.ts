// What this installation was told when it was paired: who it is, of which store, and the credential for tickets. Kept among
// the engine's local values. Owns the stored shape and reads it back with a schema (storage is an edge).
import { Enrolment } from '@streamstock/api';
import type { Json, LocalWrite } from '@streamstock/event-log';
import * as z from 'zod/mini';

const ENROLMENT_KEY = 'enrolment';

export async function readEnrolment(values: {
  getLocal(keys: readonly string[]): Promise<(Json | undefined)[]>;
}): Promise<Enrolment | null> {
  const [value] = await values.getLocal([ENROLMENT_KEY]);
  if (value === undefined) return null;
  const parsed = z.safeParse(Enrolment, value);
  return parsed.success ? parsed.data : null;
}

export function enrolmentWrite(enrolment: Enrolment | null): LocalWrite {
  if (enrolment === null) return { key: ENROLMENT_KEY, value: undefined };
  const { device, store, credential } = enrolment;
  return { key: ENROLMENT_KEY, value: { device, store: { ...store }, credential } };
}
