// Shops and warehouses: the events that make them known. Owns their schemas, nothing else.
import * as z from 'zod/mini';
import { EntityId } from '@streamstock/event-log';
import { SILENT_AFTER_MS_MAX, SILENT_AFTER_MS_MIN, STORE_AREAS_MAX } from '../limits.ts';
import { Currency, Location, Name } from '../words.ts';

/** A part of a store that is counted by itself. */
export const StoreArea = z.object({ area: EntityId, name: Name });
export type StoreArea = z.infer<typeof StoreArea>;

/** An IANA time zone by name. */
export const TimeZone = z
  .string()
  .check(z.maxLength(64), z.regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/, 'is not a time zone name'));

const Areas = z.array(StoreArea).check(z.maxLength(STORE_AREAS_MAX));
const SilentAfterMs = z.int().check(z.minimum(SILENT_AFTER_MS_MIN), z.maximum(SILENT_AFTER_MS_MAX));

/**
 * A store opens. `silentAfterMs`: how long head office waits for a word before it calls the store silent. `location`: where
 * it is, for orders that want the nearest; null = not known (since version 2; version 1 did not know).
 */
export const StoreOpened = z.object({
  store: EntityId,
  name: Name,
  currency: Currency,
  timeZone: TimeZone,
  areas: Areas,
  silentAfterMs: SilentAfterMs,
  location: z.nullable(Location),
});
export type StoreOpened = z.infer<typeof StoreOpened>;

/** Some fields of a store change; each is a register of its own. Its currency is fixed. */
export const StoreRevised = z
  .object({
    store: EntityId,
    name: z.optional(Name),
    timeZone: z.optional(TimeZone),
    areas: z.optional(Areas),
    silentAfterMs: z.optional(SilentAfterMs),
    location: z.optional(z.nullable(Location)),
  })
  .check(
    z.refine(
      (revision) => Object.values(revision).filter((value) => value !== undefined).length > 1,
      'revises nothing',
    ),
  );
export type StoreRevised = z.infer<typeof StoreRevised>;
