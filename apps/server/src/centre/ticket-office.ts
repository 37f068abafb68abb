// Who may come in by a ticket, and as what: a device that stands in the list of revocations comes in as revoked, whatever the log
// knows of it. Owns neither tickets nor list.
import type { Authenticate } from '@streamstock/central-engine';
import type { CentralLog, DeviceId } from '@streamstock/event-log';
import type { Tickets } from '../directory/tickets.ts';
import type { Revocations } from './revocations.ts';

export interface TicketOffice {
  readonly tickets: Pick<Tickets, 'redeem'>;
  readonly log: Pick<CentralLog, 'device' | 'registerDevice' | 'revokeDevice'>;
  readonly revocations: Pick<Revocations, 'has'>;
  readonly clock: () => number;
}

/** A ticket is used up by showing it, also when it does not help. */
export function authenticateWith({ tickets, log, revocations, clock }: TicketOffice): Authenticate {
  return async ({ ticket, device: shown }) => {
    const device = tickets.redeem(ticket, clock());
    if (device !== undefined) {
      if (revocations.has(shown)) await knowAsRevoked({ log, clock }, shown, device);
      return { kind: 'granted', device };
    }
    return {
      kind: 'refused',
      refusal: 'unauthorised',
      message: 'The ticket is unknown, was used, or is too old. A new one is needed.',
      retryAfterMs: null,
    };
  };
}

/**
 * A restore forgot this fork, and that it is revoked: it is known again as what it was, before it could get another name. Or it
 * is known, and its revocation could not be written to the log: now it must be. `enrolled`: whose credential it shows, from
 * which a forgotten one descends.
 */
async function knowAsRevoked(
  { log, clock }: Pick<TicketOffice, 'log' | 'clock'>,
  device: DeviceId,
  enrolled: DeviceId,
): Promise<void> {
  const [known, parent] = [await log.device(device), await log.device(enrolled)];
  if (known === null) {
    if (parent === null) return;
    const { store, label } = parent;
    await log.registerDevice({ device, store, kind: 'installation', label, parent: enrolled, enrolledAtMs: clock() });
  }
  if (known === null || known.revokedAtMs === null) await log.revokeDevice(device, clock());
}
