// A simulated chain: one centre, its network, and installations that can be cloned, crashed and rolled back. Scenarios
// drive it by hand, the fault simulation by seed. Owns nothing of the protocol.
import {
  MemoryDeviceLog,
  MemoryDisk,
  type AcceptedMark,
  type Cursor,
  type DeviceLog,
  type EventId,
  type PlacedLine,
  type StoreId,
} from '@streamstock/event-log';
import type { CentralReport } from '../central-session-types.ts';
import { PUSH_BYTES_MAX, PUSH_EVENTS_MAX, PUSHES_IN_FLIGHT_MAX, EVENTS_FRAMES_OUTSTANDING_MAX } from '../limits.ts';
import type { WireLimits } from '../protocol.ts';
import { Book } from './book.ts';
import { counterMoved, counterProjector, counterReversed } from './counters.ts';
import { quickHash, Random } from './random.ts';
import { SimCentre } from './sim-centre.ts';
import { SimDevice } from './sim-device.ts';
import { DiskTrouble } from './sim-disk.ts';
import type { SimEnvironment } from './sim-environment.ts';
import { QUIET_NETWORK, SimNetwork, type NetworkFaults } from './sim-network.ts';
import { VirtualTime } from './virtual-time.ts';

export interface SimWorldOptions {
  readonly seed: number;
  readonly network?: NetworkFaults;
  readonly limits?: WireLimits;
  /** Events that one read of the central log gives: small, so that catching up takes many frames. */
  readonly frameEventsMax?: number;
  /** Hears every input of every session. */
  readonly onTrace?: (text: string) => void;
}

/** All devices have nothing unsent and everything of the centre within this (virtual) time after the last fault. */
export const LIVENESS_BOUND_MS = 180_000;
const LIVENESS_CHECK_MS = 1_000;
const EVERYTHING = { eventsMax: 10_000, bytesMax: Number.MAX_SAFE_INTEGER };

export const WIDE_LIMITS: WireLimits = {
  pushEventsMax: PUSH_EVENTS_MAX,
  pushBytesMax: PUSH_BYTES_MAX,
  pushesInFlightMax: PUSHES_IN_FLIGHT_MAX,
  eventsFramesOutstandingMax: EVENTS_FRAMES_OUTSTANDING_MAX,
};

export class SimWorld implements SimEnvironment {
  readonly time = new VirtualTime();
  readonly book = new Book();
  readonly network: SimNetwork;
  readonly centre: SimCentre;
  readonly devices: SimDevice[] = [];
  readonly centralReports: CentralReport[] = [];
  /** What was found wrong while it ran. */
  readonly violations: string[] = [];
  /** How long the draining of `conclude` took. */
  drainMs: number | null = null;
  readonly #seed: number;
  readonly trace: SimEnvironment['trace'];
  readonly #troubles = new Map<MemoryDisk, DiskTrouble>();
  #streams = 10;
  #names = 0;

  constructor(options: SimWorldOptions) {
    this.#seed = options.seed;
    const { onTrace } = options;
    this.trace =
      onTrace === undefined
        ? null
        : (actor, { type, text }) => onTrace(`${this.time.nowMs} ${actor} ${type} ${text ?? ''}`);
    this.network = new SimNetwork(this.time, new Random(options.seed, 2), options.network ?? QUIET_NETWORK);
    this.centre = new SimCentre(this, new Random(options.seed, 3), {
      limits: options.limits ?? WIDE_LIMITS,
      frameEventsMax: options.frameEventsMax ?? 500,
    });
  }

  // ── installations ──────────────────────────────────────────────────────────────────────────────────────────────

  /** A new installation of a store, enrolled and on. */
  async enrol(store: StoreId, clockOffsetMs = 0): Promise<SimDevice> {
    const name = this.#name();
    await this.centre.enrol(name, store);
    const disk = new MemoryDisk();
    const log = new MemoryDeviceLog(disk, [counterProjector], quickHash);
    await log.enrol({ device: name, store });
    return this.#add({ name, credential: name, store, disk, clockOffsetMs });
  }

  /** A second machine with a copy of the disk as it is now, credential and all. */
  cloneOf(original: SimDevice, disk = original.disk): SimDevice {
    const { credential, store, clockOffsetMs } = original;
    return this.#add({
      name: `${this.#name()}-clone-of-${original.name}`,
      credential,
      store,
      disk: disk.clone(),
      clockOffsetMs,
    });
  }

  /** A second tab on the same disk that also believes that it is the one that sends. */
  twinOf(original: SimDevice): SimDevice {
    const { credential, store, disk, clockOffsetMs } = original;
    return this.#add({ name: `${this.#name()}-tab-of-${original.name}`, credential, store, disk, clockOffsetMs });
  }

  /** A tab is closed for good; the disk stays with the other one. */
  closeTab(tab: SimDevice): void {
    if (!this.isShared(tab.disk)) return;
    tab.crash();
    this.devices.splice(this.devices.indexOf(tab), 1);
  }

  /** Somebody sets a clock. What is unsent by then was made under another offset than the next push measures. */
  setClock(device: SimDevice, byMs: number): void {
    for (const tab of this.devices) if (tab.disk === device.disk) tab.setClock(byMs);
    this.book.clockWasSet(device.credential);
  }

  troubleOf(disk: MemoryDisk): DiskTrouble {
    let trouble = this.#troubles.get(disk);
    if (trouble === undefined) this.#troubles.set(disk, (trouble = new DiskTrouble()));
    return trouble;
  }

  /** The machine under a disk loses its power: all its tabs are gone. */
  powerOff(disk: MemoryDisk): void {
    for (const device of this.devices) if (device.disk === disk) device.crash();
    disk.crash();
  }

  isShared(disk: MemoryDisk): boolean {
    return this.devices.filter((device) => device.disk === disk).length > 1;
  }

  /** Puts a disk back to an earlier copy of itself. What only the lost state held is lost to everyone. */
  async rollBack(device: SimDevice, earlier: MemoryDisk): Promise<void> {
    await this.#destroying(async () => {
      device.crash();
      device.disk = earlier.clone();
    });
    device.switchOn();
  }

  /** Whatever no disk holds any more after this, and one held before, no software can bring back. */
  async #destroying(act: () => Promise<void>): Promise<void> {
    const before = await this.#heldAnywhere();
    await act();
    const after = await this.#heldAnywhere();
    this.book.excuse([...before].filter((id) => !after.has(id)));
  }

  async #heldAnywhere(): Promise<Set<EventId>> {
    const ids = new Set((await this.centre.log.read(0, EVERYTHING)).map(({ id }) => id));
    for (const { disk } of this.devices) for (const { key } of disk.dump().records['events'] ?? []) ids.add(key);
    return ids;
  }

  #name(): string {
    this.#names += 1;
    return `device-${this.#names}`;
  }

  #add(options: Omit<ConstructorParameters<typeof SimDevice>[1], 'random'>): SimDevice {
    this.#streams += 1;
    const device = new SimDevice(this, { ...options, random: new Random(this.#seed, this.#streams) });
    this.devices.push(device);
    device.switchOn();
    return device;
  }

  // ── work ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** One move of a counter; returns its id. */
  move(
    device: SimDevice,
    key: string,
    amount: number,
    more: { readonly poison?: boolean; readonly audience?: 'all' | readonly StoreId[] } = {},
  ): string {
    const id = device.newId();
    const { audience = [], poison } = more;
    const payload = { key, amount, ...(poison === undefined ? {} : { poison }) };
    device.commit([counterMoved({ id, store: device.store, audience }, payload)]);
    return id;
  }

  reverse(device: SimDevice, target: string): string {
    const id = device.newId();
    device.commit([counterReversed({ id, store: device.store, audience: [] }, target)]);
    return id;
  }

  async run(durationMs: number): Promise<void> {
    await this.time.runUntil(this.time.nowMs + durationMs);
  }

  // ── ends ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Ends all faults. */
  async heal(): Promise<void> {
    this.network.heal();
    this.centre.heal();
    for (const device of this.devices) {
      const trouble = this.troubleOf(device.disk);
      trouble.disarm();
      trouble.isFull = false;
      device.switchOn();
      await device.thaw();
    }
  }

  /** Runs until nothing is unsent and nothing unheard. Returns how long that took, or null past the bound. */
  async drain(): Promise<number | null> {
    const beginMs = this.time.nowMs;
    while (this.time.nowMs - beginMs <= LIVENESS_BOUND_MS) {
      await this.run(LIVENESS_CHECK_MS);
      if (await this.#isDrained()) return this.time.nowMs - beginMs;
    }
    return null;
  }

  async #isDrained(): Promise<boolean> {
    const { position } = await this.centre.log.head();
    for (const device of this.devices) {
      const state = await device.log.state();
      if (state === null || state.pending.events > 0 || state.cursor?.position !== position) return false;
    }
    return true;
  }

  /** Heals, drains, and compares everything with the book. Empty: nothing is wrong. */
  async conclude(): Promise<string[]> {
    await this.heal();
    this.drainMs = await this.drain();
    if (this.drainMs === null)
      this.violations.push(`not drained within ${LIVENESS_BOUND_MS} ms: ${await this.#standing()}`);
    const reading = await this.book.read(this.centre.log);
    this.violations.push(...(await this.book.checkCentre(this.centre.log, reading)));
    for (const { name, log, store } of this.devices)
      this.violations.push(...(await this.book.checkDevice(name, log, store, reading)));
    return this.violations;
  }

  async #standing(): Promise<string> {
    const { position } = await this.centre.log.head();
    const words: string[] = [];
    for (const device of this.devices) {
      const state = await device.log.state();
      words.push(
        `${device.name} ${device.session.phase.kind}, ${state?.pending.events} unsent, at ${state?.cursor?.position} of ${position}`,
      );
    }
    return words.join('; ');
  }

  /** What a device is told to be accepted must be on the centre's disk at that moment (law 4). */
  async onMarkStored(name: string, log: DeviceLog, mark: AcceptedMark): Promise<void> {
    const identity = (await log.state())?.identity;
    if (identity === undefined) return;
    const [held] = await this.centre.log.deviceHashesAt(identity.device, [mark.seq]);
    const [own] = await log.hashesAt([mark.seq]);
    if (own?.hash === mark.hash && held?.hash !== mark.hash) {
      this.violations.push(`${name} was told ${mark.seq} accepted, which the centre does not hold`);
    }
  }

  /** What a device is about to call applied must be on its disk. */
  async onFrameApplied(name: string, log: DeviceLog, to: Cursor): Promise<void> {
    const cursor = (await log.state())?.cursor ?? null;
    if (cursor !== null && cursor.position >= to.position) return;
    this.violations.push(`${name} calls ${to.position} applied and stands at ${cursor?.position}`);
  }

  /** A forked device re-appends exactly what follows the common point, byte for byte. */
  onRechained(name: string, follows: readonly PlacedLine[], reappended: readonly PlacedLine[]): void {
    const same =
      follows.length === reappended.length && follows.every(({ line }, index) => line === reappended[index]?.line);
    if (same) return;
    this.violations.push(`${name} re-appended ${reappended.length} lines, ${follows.length} follow the common point`);
  }
}
