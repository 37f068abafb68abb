// What this installation was told when it was paired: who it is, of which store, and the credential for tickets. Kept among
// the engine's local values. Owns the stored shape.
import type { Enrolment } from '@streamstock/api';
import type { Json, LocalWrite } from '@streamstock/event-log';
import { fieldsOf, isText } from './stored-shape.ts';

const ENROLMENT_KEY = 'enrolment';
/** Of each of its texts: longer than any that head office gives. */
const CHARACTERS_MAX = 200;
const ENTITY_ID = /^[0-9A-Za-z_-]{1,64}$/;

export async function readEnrolment(values: {
  getLocal(keys: readonly string[]): Promise<(Json | undefined)[]>;
}): Promise<Enrolment | null> {
  const [value] = await values.getLocal([ENROLMENT_KEY]);
  const told = fieldsOf(value);
  const store = storeOf(told?.['store']);
  const [device, credential] = [told?.['device'], told?.['credential']];
  if (store === null || !isId(device) || !isText(credential, CHARACTERS_MAX) || credential === '') return null;
  return { device, store, credential };
}

const isId = (value: unknown): value is string => typeof value === 'string' && ENTITY_ID.test(value);

function storeOf(value: unknown): Enrolment['store'] | null {
  const { id, name, currency, timeZone } = fieldsOf(value) ?? {};
  const isWhole =
    isId(id) && isText(name, CHARACTERS_MAX) && isText(currency, CHARACTERS_MAX) && isText(timeZone, CHARACTERS_MAX);
  return isWhole ? { id, name, currency, timeZone } : null;
}

export function enrolmentWrite(enrolment: Enrolment | null): LocalWrite {
  if (enrolment === null) return { key: ENROLMENT_KEY, value: undefined };
  const { device, store, credential } = enrolment;
  return { key: ENROLMENT_KEY, value: { device, store: { ...store }, credential } };
}
