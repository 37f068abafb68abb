// The seal of the centre's own events: a MAC in their `meta`, so that a later epoch knows them again when a device hands
// them back. Owns where the seal stands and what it covers. The key is the caller's and never enters a log.
import type { Event } from './event.ts';
import type { Seal } from './place.ts';

/** The entry of `meta` that holds the seal; nobody else may use this name. */
export const SEAL_META = 'seal';

/** The event with the seal over everything else it says. */
export function sealEvent(seal: Seal, event: Event): Event {
  const unsealed = withoutSeal(event);
  const { payload, ...envelope } = unsealed;
  // In the order of the envelope: these bytes are serialised next.
  return { ...envelope, meta: { ...unsealed.meta, [SEAL_META]: macOf(seal, unsealed) }, payload };
}

/** Whether the holder of the key wrote exactly this. `event`: as read from its bytes, nothing added or left out. */
export function isSealedEvent(seal: Seal, event: Event): boolean {
  const mac = event.meta?.[SEAL_META];
  return mac !== undefined && mac === macOf(seal, withoutSeal(event));
}

function macOf(seal: Seal, unsealed: Event): string {
  return seal(`event\n${JSON.stringify(unsealed)}`);
}

function withoutSeal(event: Event): Event {
  const { meta, payload, ...envelope } = event;
  const others = Object.entries(meta ?? {}).filter(([name]) => name !== SEAL_META);
  return { ...envelope, ...(others.length === 0 ? {} : { meta: Object.fromEntries(others) }), payload };
}
