// Shops and warehouses: the events that make them known. Owns their schemas, nothing else.
import * as z from 'zod/mini';
import { EntityId } from '@streamstock/event-log';
import { SILENT_AFTER_MS_MAX, SILENT_AFTER_MS_MIN, STORE_AREAS_MAX } from '../limits.ts';
import { Currency, Name } from '../words.ts';

/** A part of a store that is counted by itself. */
export const StoreArea = z.object({ area: EntityId, name: Name });
export type StoreArea = z.infer<typeof StoreArea>;

/** An IANA time zone by name. */
export const TimeZone = z
  .string()
  .check(z.maxLength(64), z.regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/, 'is not a time zone name'));

/** A store opens. `silentAfterMs`: how long head office waits for a word before it calls the store silent. */
export const StoreOpened = z.object({
  store: EntityId,
  name: Name,
  currency: Currency,
  timeZone: TimeZone,
  areas: z.array(StoreArea).check(z.maxLength(STORE_AREAS_MAX)),
  silentAfterMs: z.int().check(z.minimum(SILENT_AFTER_MS_MIN), z.maximum(SILENT_AFTER_MS_MAX)),
});
export type StoreOpened = z.infer<typeof StoreOpened>;
