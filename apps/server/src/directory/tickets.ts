// Socket tickets: what a device shows in `hello`, got over HTTPS just before. Single-use, 30 seconds. Kept in memory on
// purpose, as digests: a restart or a restored backup revives none, and a thousand devices coming back cost no disk write.
import type { DeviceId } from '@streamstock/event-log';
import { LRUCache } from 'lru-cache';
import { newSecret, type Keys } from '../secrets.ts';

export const TICKET_LIFE_MS = 30_000;
/** Tickets at a time; past it the oldest stops working and its device asks again. */
export const TICKETS_MAX = 20_000;

export interface Tickets {
  issue(device: DeviceId, nowMs: number): { readonly ticket: string; readonly expiresAtMs: number };
  /** Uses a ticket up: the device it was issued to, or undefined when it is unknown, used or expired. */
  redeem(ticket: string, nowMs: number): DeviceId | undefined;
}

export function createTickets(keys: Keys): Tickets {
  const issued = new LRUCache<string, { readonly device: DeviceId; readonly expiresAtMs: number }>({
    max: TICKETS_MAX,
  });
  return {
    issue: (device, nowMs) => {
      const ticket = newSecret('ticket');
      const expiresAtMs = nowMs + TICKET_LIFE_MS;
      issued.set(keys.digest('ticket', ticket), { device, expiresAtMs });
      return { ticket, expiresAtMs };
    },
    redeem: (ticket, nowMs) => {
      const digest = keys.digest('ticket', ticket);
      const found = issued.peek(digest);
      issued.delete(digest);
      return found !== undefined && found.expiresAtMs > nowMs ? found.device : undefined;
    },
  };
}
