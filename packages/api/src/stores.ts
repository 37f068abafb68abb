// Stores with the freshness of their figures.
import * as z from 'zod/mini';
import { Count, Currency, EntityId, Name, TimeMs, TimeZone } from './common.ts';
import { STORES_MAX } from './limits.ts';

/** What a person says about a new store. */
export const NewStore = z.object({ name: Name, currency: Currency, timeZone: TimeZone });
export type NewStore = z.infer<typeof NewStore>;

/** A store as a device needs to know it. */
export const StoreIdentity = z.object({ id: EntityId, name: z.string(), currency: z.string(), timeZone: z.string() });
export type StoreIdentity = z.infer<typeof StoreIdentity>;

/**
 * How fresh a store's figures are: as fresh as its stalest unrevoked device that has written.
 * - `asOfMs`: up to when everything that happened there is known here; null = no device of it was ever heard.
 * - `unsent`, `oldestUnsentAtMs`: as the devices last said.
 * - `silent`: not heard of for longer than the store's own limit.
 */
export const Freshness = z.object({
  asOfMs: z.nullable(TimeMs),
  unsent: Count,
  oldestUnsentAtMs: z.nullable(TimeMs),
  silent: z.boolean(),
});
export type Freshness = z.infer<typeof Freshness>;

export const StoreHead = z.object({
  store: EntityId,
  name: z.string(),
  currency: z.string(),
  timeZone: z.string(),
  silentAfterMs: TimeMs,
  /** Unrevoked installations, and how many of them are connected now. */
  devices: Count,
  devicesConnected: Count,
  freshness: Freshness,
});
export type StoreHead = z.infer<typeof StoreHead>;

export const StoreList = z.object({ stores: z.array(StoreHead).check(z.maxLength(STORES_MAX)) });
export type StoreList = z.infer<typeof StoreList>;
