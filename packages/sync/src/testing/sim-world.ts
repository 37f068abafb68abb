// A simulated chain: one centre, its network, and installations that can be cloned, crashed, wiped and rolled back, and a
// centre that can be put back to a backup. Scenarios drive it by hand, the fault simulation by plan. Owns nothing of the
// protocol; sees to it that the book knows what was destroyed.
import { MemoryDisk, type EventId, type MemoryCentralState, type StoreId } from '@streamstock/event-log';
import type { CentralReport } from '../central-session-types.ts';
import { PUSH_BYTES_MAX, PUSH_EVENTS_MAX, PUSHES_IN_FLIGHT_MAX, EVENTS_FRAMES_OUTSTANDING_MAX } from '../limits.ts';
import type { WireLimits } from '../protocol.ts';
import { Book } from './book.ts';
import { counterMoved, counterNudged, counterReversed, type AppVersion } from './counters.ts';
import { Random } from './random.ts';
import { SimCentre, type RestoredBy } from './sim-centre.ts';
import { SimDevice } from './sim-device.ts';
import { credentialOn, identityOn, lineOn, ownEvents } from './sim-disk-contents.ts';
import { DiskTrouble } from './sim-disk.ts';
import type { SimEnvironment } from './sim-environment.ts';
import { QUIET_NETWORK, SimNetwork, type NetworkFaults } from './sim-network.ts';
import { checkEverything, heldAnywhere, isAtRest, isOut, standingOf } from './sim-verdict.ts';
import { SimWatch } from './sim-watch.ts';
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
const TRY_NOW_EVERY_MS = 20_000;
/** Until somebody comes and pairs a device that shows that it has to be. */
const PAIRING_MS = 1_500;

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
  readonly watch = new SimWatch(this.book, () => this.centre.logs);
  /** How long the draining of `conclude` took. */
  drainMs: number | null = null;
  readonly trace: SimEnvironment['trace'];
  readonly #seed: number;
  readonly #troubles = new Map<MemoryDisk, DiskTrouble>();
  /** Disks that somebody is on the way to pair. */
  readonly #unpaired = new Set<MemoryDisk>();
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
  async enrol(store: StoreId, clockOffsetMs = 0, app: AppVersion = 2): Promise<SimDevice> {
    const name = this.#name();
    const disk = new MemoryDisk();
    const device = this.#add({ name, lineage: name, store, disk, clockOffsetMs, app });
    this.#unpaired.add(disk);
    device.switchOn();
    await device.pair(name, () => this.centre.door.enrol(name, store));
    this.#unpaired.delete(disk);
    return device;
  }

  /** A second machine with a copy of the disk as it is now, credential and all. */
  cloneOf(original: SimDevice, disk = original.disk): SimDevice {
    const name = `${this.#name()}-clone-of-${original.name}`;
    const device = this.#add({ ...copyOf(original), name, disk: disk.clone() });
    device.switchOn();
    return device;
  }

  /** A second tab on the same disk that also believes that it is the one that sends. */
  twinOf(original: SimDevice): SimDevice {
    const device = this.#add({ ...copyOf(original), name: `${this.#name()}-tab-of-${original.name}` });
    device.switchOn();
    return device;
  }

  /** A tab is closed for good; the disk stays with the other one. */
  closeTab(tab: SimDevice): void {
    if (!this.isShared(tab.disk)) return;
    tab.crash();
    this.devices.splice(this.devices.indexOf(tab), 1);
  }

  tabsOn(disk: MemoryDisk): SimDevice[] {
    return this.devices.filter((device) => device.disk === disk);
  }

  isShared(disk: MemoryDisk): boolean {
    return this.tabsOn(disk).length > 1;
  }

  /** Somebody sets a clock. What is unsent by then was made under another offset than the next push measures. */
  setClock(device: SimDevice, byMs: number): void {
    for (const tab of this.tabsOn(device.disk)) tab.setClock(byMs);
    this.book.clockWasSet(device.lineage);
  }

  /** A newer app takes the place of the old one in every tab. */
  async upgrade(device: SimDevice): Promise<void> {
    for (const tab of this.tabsOn(device.disk)) {
      tab.app = 2;
      if (!tab.isOn) continue;
      tab.crash();
      tab.switchOn();
    }
  }

  troubleOf(disk: MemoryDisk): DiskTrouble {
    let trouble = this.#troubles.get(disk);
    if (trouble === undefined) this.#troubles.set(disk, (trouble = new DiskTrouble(disk)));
    return trouble;
  }

  async isRevoked(disk: MemoryDisk): Promise<boolean> {
    const identity = identityOn(disk);
    return identity !== null && (await this.centre.door.isRevoked(identity));
  }

  wasRemoved(disk: MemoryDisk): boolean {
    const identity = identityOn(disk);
    return identity !== null && this.centre.door.wasRemoved(identity);
  }

  /** A person at head office lets an event count after all, or declares that it never does. */
  async rule(target: EventId, type: 'EventAdmitted' | 'EventVoided'): Promise<boolean> {
    this.book.wasRuledOn(target);
    const ruling = await this.centre.rule(target, type);
    if (ruling !== null) this.book.ruled(ruling);
    return ruling !== null;
  }

  /** The machine under a disk loses its power: all its tabs are gone. */
  powerOff(disk: MemoryDisk): void {
    for (const device of this.tabsOn(disk)) device.crash();
    disk.crash();
  }

  #name(): string {
    this.#names += 1;
    return `device-${this.#names}`;
  }

  #add(options: Omit<ConstructorParameters<typeof SimDevice>[1], 'random'>): SimDevice {
    this.#streams += 1;
    const device = new SimDevice(this, { ...options, random: new Random(this.#seed, this.#streams) });
    this.devices.push(device);
    return device;
  }

  // ── destruction ────────────────────────────────────────────────────────────────────────────────────────────────

  /** Puts a disk back to an earlier copy of itself. What only the lost state held is lost to everyone. */
  async rollBack(device: SimDevice, earlier: MemoryDisk): Promise<void> {
    await this.#destroying(async () => {
      device.crash();
      device.disk = earlier.clone();
    });
    device.switchOn();
  }

  /** Everything on a disk is gone; somebody pairs the machine with its store anew. */
  async wipe(device: SimDevice): Promise<void> {
    await this.#destroying(async () => {
      device.crash();
      device.disk = new MemoryDisk();
    });
    device.switchOn();
  }

  /** One bit of an event's bytes changes on a disk. False: there is no such event. */
  async flipBit(device: SimDevice, id: EventId, bit: number): Promise<boolean> {
    let flipped = false;
    await this.#destroying(async () => {
      const line = lineOn(device.disk, id);
      flipped = line !== undefined && device.disk.flipBit(id, bit);
      if (flipped && line !== undefined) this.book.wasDamaged(id, line);
    });
    return flipped;
  }

  /** The centre's database is replaced by a backup of it; it comes up after `forMs`. */
  async restore(backup: MemoryCentralState, by: RestoredBy, forMs = 0): Promise<void> {
    await this.#destroying(async () => await this.centre.restore(backup, by));
    this.time.after(forMs, () => this.centre.restart());
  }

  /** Between a restore and the moment a device hears of it, its compaction can drop the last copy of something. */
  async compact(device: SimDevice, olderThanMs: number): Promise<boolean> {
    let compacted = false;
    await this.#destroying(async () => {
      compacted = await device.compact(olderThanMs);
    });
    return compacted;
  }

  /** What this installation saves from now on is taken, and set aside. */
  async revoke(device: SimDevice): Promise<void> {
    const identity = identityOn(device.disk);
    if (identity !== null) await this.#destroying(async () => await this.centre.revoke(identity));
  }

  /** Whatever no disk holds any more after this, and one held before, no software can bring back. */
  async #destroying(act: () => Promise<void>): Promise<void> {
    const before = await heldAnywhere(this);
    await act();
    const after = await heldAnywhere(this);
    this.book.excuse([...before].filter((id) => !after.has(id)));
  }

  /** An installation shows that it has to be paired: a person does it, as often as it takes. */
  onUnknown(disk: MemoryDisk): void {
    if (this.#unpaired.has(disk)) return;
    this.#unpaired.add(disk);
    this.time.after(PAIRING_MS, () => this.#pair(disk));
  }

  async #pair(disk: MemoryDisk): Promise<void> {
    const [tab] = this.tabsOn(disk);
    this.#unpaired.delete(disk);
    if (tab === undefined) return;
    const isReady = tab.isOn && !tab.isFrozen && this.centre.isUp && this.network.canConnect(tab.name);
    if (!isReady) return this.onUnknown(disk);
    // Head office gives no code for a device that it removed.
    if (await this.isRevoked(disk)) return;
    const credential = credentialOn(disk);
    if (credential !== null && this.centre.door.knows(credential)) return;
    const device = this.#name();
    if (!(await tab.pair(device, () => this.centre.door.enrol(device, tab.store)))) this.onUnknown(disk);
  }

  // ── work ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** One move of a counter; returns its id. */
  move(
    device: SimDevice,
    key: string,
    amount: number,
    more: { readonly poison?: boolean; readonly audience?: 'all' | readonly StoreId[] } = {},
  ): EventId {
    const id = device.newId();
    const { audience = [], poison } = more;
    const payload = { key, amount, ...(poison === undefined ? {} : { poison }) };
    device.commit([counterMoved({ id, store: device.store, audience }, payload)]);
    return id;
  }

  /** What only the newer app understands. */
  nudge(device: SimDevice, key: string, amount: number, audience: 'all' | readonly StoreId[] = []): EventId {
    const id = device.newId();
    device.commit([counterNudged({ id, store: device.store, audience }, { key, amount })]);
    return id;
  }

  reverse(device: SimDevice, target: EventId): EventId {
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
    await this.centre.heal();
    for (const device of this.devices) {
      this.troubleOf(device.disk).end();
      device.disk.capacity = Number.POSITIVE_INFINITY;
      if (device.app < 2) await this.upgrade(device);
      device.switchOn();
      await device.thaw();
    }
  }

  /** Runs until nothing is unsent and nothing unheard. Returns how long that took, or null past the bound. */
  async drain(): Promise<number | null> {
    const beginMs = this.time.nowMs;
    while (this.time.nowMs - beginMs <= LIVENESS_BOUND_MS) {
      await this.run(LIVENESS_CHECK_MS);
      if (await isAtRest(this)) return this.time.nowMs - beginMs;
      if ((this.time.nowMs - beginMs) % TRY_NOW_EVERY_MS === 0) await this.#tryRemoved();
    }
    return null;
  }

  /** A removed device asks again only every few minutes: the person before it taps. */
  async #tryRemoved(): Promise<void> {
    for (const device of this.devices) if (await isOut(this, device)) device.tryNow();
  }

  /** What was found wrong while it ran. */
  get violations(): string[] {
    return this.watch.violations;
  }

  /** Heals, drains, and compares everything with the book. Empty: nothing is wrong. */
  async conclude(): Promise<string[]> {
    await this.heal();
    this.drainMs = await this.drain();
    if (this.drainMs === null)
      this.violations.push(`not drained within ${LIVENESS_BOUND_MS} ms: ${await standingOf(this)}`);
    this.violations.push(...(await checkEverything(this)));
    return this.violations;
  }

  /** Ids of own events on a disk, oldest first. */
  ownEvents(disk: MemoryDisk): EventId[] {
    return ownEvents(disk);
  }
}

function copyOf({ name, lineage, store, disk, clockOffsetMs, app }: SimDevice) {
  return { name, lineage, store, disk, clockOffsetMs, app };
}
