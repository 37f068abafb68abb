// Who may come in at the simulated centre, and as what: credentials, tickets and the list of removed devices, as the server keeps
// them beside its database. Tickets die with the process, the files stay; owns no log.
import type { CentralLog, DeviceId, DeviceRecord, StoreId } from '@streamstock/event-log';
import type { TicketResult } from '../central-session-types.ts';
import type { Hello } from '../protocol.ts';
import type { TicketAnswer } from './sim-environment.ts';

export class SimDoor {
  readonly #log: () => CentralLog;
  readonly #nowMs: () => number;
  /** The store of each installation that was ever paired: what its credential is good for. */
  #directory = new Map<DeviceId, StoreId>();
  readonly #revocations = new Set<DeviceId>();
  /** Whoever was ever removed in the database, descendants included. */
  readonly #removed = new Set<DeviceId>();
  readonly #tickets = new Map<string, DeviceId>();
  #ticketCount = 0;

  constructor(log: () => CentralLog, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** The process is gone. */
  closeTickets(): void {
    this.#tickets.clear();
  }

  // ── pairing ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The directory knows it before the log does; whatever happens in between, the next ticket makes up for it. */
  async enrol(device: DeviceId, store: StoreId): Promise<void> {
    this.#directory.set(device, store);
    await this.#ensureRegistered(device, store);
  }

  knows(credential: DeviceId): boolean {
    return this.#directory.has(credential);
  }

  /** The directory, too, is that of the backup: whoever was paired since must be paired again. */
  async forgetSince(backup: CentralLog): Promise<void> {
    const installations = (await backup.devices()).filter(
      ({ kind, parent }) => kind === 'installation' && parent === null,
    );
    this.#directory = new Map(installations.flatMap(({ device, store }) => (store === null ? [] : [[device, store]])));
  }

  async #ensureRegistered(device: DeviceId, store: StoreId): Promise<void> {
    const log = this.#log();
    if ((await log.device(device)) !== null) return;
    const enrolledAtMs = this.#nowMs();
    await log.registerDevice({ device, store, kind: 'installation', label: device, parent: null, enrolledAtMs });
    if (this.#revocations.has(device)) await log.revokeDevice(device, this.#nowMs());
  }

  // ── tickets ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Removed devices get them, too. */
  async issueTicket(credential: DeviceId): Promise<TicketAnswer> {
    const store = this.#directory.get(credential);
    if (store === undefined) return { kind: 'unknown' };
    await this.#ensureRegistered(credential, store);
    this.#ticketCount += 1;
    const ticket = `ticket-${this.#ticketCount}`;
    this.#tickets.set(ticket, credential);
    return { kind: 'issued', ticket };
  }

  /**
   * Single use; good for the device it was issued to, for whatever that became by forks, and for an id that nobody knows: after
   * a restore those of later forks are forgotten.
   */
  async redeem({ ticket, device }: Hello): Promise<TicketResult> {
    const credential = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    if (credential !== undefined) {
      if (this.#revocations.has(device)) await this.#knowAsRevoked(device, credential);
      const log = this.#log();
      let current = await log.device(device);
      if (current === null) return { kind: 'granted', device: credential };
      for (; current !== null; current = current.parent === null ? null : await log.device(current.parent))
        if (current.device === credential) return { kind: 'granted', device: credential };
    }
    return { kind: 'refused', refusal: 'unauthorised', message: 'No such ticket.', retryAfterMs: null };
  }

  /** On the list, and forgotten by a restore, or the log could not be written: it comes in as what it is. */
  async #knowAsRevoked(device: DeviceId, credential: DeviceId): Promise<void> {
    const log = this.#log();
    const [known, parent] = [await log.device(device), await log.device(credential)];
    if (known === null) {
      if (parent === null) return;
      const { store } = parent;
      const enrolledAtMs = this.#nowMs();
      await log.registerDevice({
        device,
        store,
        kind: 'installation',
        label: device,
        parent: credential,
        enrolledAtMs,
      });
    }
    if (known === null || known.revokedAtMs === null) await log.revokeDevice(device, this.#nowMs());
  }

  // ── removing ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Noted beside the database first, so that no restore brings it back. Throws when the log can not be written. */
  async revoke(device: DeviceId): Promise<void> {
    const log = this.#log();
    this.note(withDescendants(device, await log.devices()));
    // Of one that a restored database has forgotten the list is all there is.
    if ((await log.device(device)) === null) return;
    await log.revokeDevice(device, this.#nowMs());
    // A fork that was found in between was removed with it.
    this.note(withDescendants(device, await log.devices()));
    for (const record of await log.devices()) if (record.revokedAtMs !== null) this.#removed.add(record.device);
  }

  /** On the list, whatever the log knows. */
  note(devices: Iterable<DeviceId>): void {
    for (const device of devices) this.#revocations.add(device);
  }

  /** As every start does. */
  async applyRevocations(): Promise<void> {
    const log = this.#log();
    for (const device of this.#revocations)
      if ((await log.device(device))?.revokedAtMs === null) await log.revokeDevice(device, this.#nowMs());
  }

  /** It was removed once: nothing it saves from now on may ever count, whatever is put back. */
  wasRemoved(device: DeviceId): boolean {
    return this.#removed.has(device);
  }

  /** By the list beside the database, or by the database. */
  async isRevoked(device: DeviceId): Promise<boolean> {
    if (this.#revocations.has(device)) return true;
    const record = await this.#log().device(device);
    return record !== null && record.revokedAtMs !== null;
  }
}

/** A device and all that descend from it by forks. */
function withDescendants(device: DeviceId, devices: readonly DeviceRecord[]): ReadonlySet<DeviceId> {
  const found = new Set([device]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const record of devices) if (record.parent !== null && found.has(record.parent)) found.add(record.device);
  }
  return found;
}
