// One seeded run of a device's log on a browser's database beside the same log in memory: a day of taps, frames, marks and
// repairs in several tabs, while the database is lost, full, aborted, closed, and tabs are killed at any request. After
// every step what is on the disk must be what some order of exactly the confirmed calls gives.
//
// 1. A call that resolved is on the disk, whole, and answered as the naive log answers.
// 2. A call that rejected with a storage error wrote nothing. Only a call whose end nobody heard may have gone either way.
// 3. At the end the chain follows from the bytes, and folding everything anew gives the stored read models.
import {
  deviceChainStart,
  MemoryDeviceLog,
  MemoryDisk,
  nextDeviceHash,
  sha256,
  SNAPSHOT_PAGES_PER_CALL_MAX,
  StorageFull,
  type DeviceLog,
  type EventLine,
  type FaultSource,
  type Projector,
} from '@streamstock/event-log';
import { pebblesProjector, STORE, tallyProjector } from '@streamstock/event-log/testing/sample-log';
import { Draw } from '@streamstock/event-log/testing/draw';
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { openDexieDeviceLog } from '../open-device-log.ts';
import { DeviceWorld } from './device-world.ts';
import { changeRow, dumpDatabase, IndexedDbFaults, killConnections, type RequestFault } from './indexeddb-faults.ts';
import { acceptedByCentre, nextCall, ownLines, type Call, type CallSource } from './storage-calls.ts';
import { contentsOf, contentsOfDatabase, firstDifference } from './storage-contents.ts';
import { endOf, orders, refuseStorageErrors, type End } from './storage-ends.ts';

const DATABASE = 'device';
const DEVICE = 'device-1';
const STEPS_MIN = 11;
const STEPS_MORE = 11;
const TABS_MAX = 3;
/** Requests of a call within which a fault strikes; where it makes fewer, none strikes. */
const REQUESTS_MAX = [6, 16, 20] as const;

export interface StorageRun {
  readonly calls: number;
  /** Kind → how often it struck. */
  readonly faults: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

export interface StorageRunOptions {
  /** Ends after so many steps. */
  readonly stepsMax?: number;
  /** Plants a bug: what the run talks to instead of the log itself. */
  readonly plant?: (log: DeviceLog) => DeviceLog;
}

export async function runDeviceStorage(seed: number, options: StorageRunOptions = {}): Promise<StorageRun> {
  const run = new Run(seed, options.plant ?? ((log) => log));
  try {
    return await run.all(options.stepsMax ?? Number.POSITIVE_INFINITY);
  } finally {
    await run.dispose();
  }
}

class Run {
  readonly #draw: Draw;
  readonly #world: DeviceWorld;
  readonly #database: IDBFactory = new IDBFactory();
  readonly #injector = new IndexedDbFaults();
  #disk = new MemoryDisk();
  #tabs: DeviceLog[] = [];
  #version = 1;
  #calls = 0;
  readonly #faults: Record<string, number> = {};
  readonly #problems: string[] = [];
  /** Whatever the centre ever had may be compacted here. */
  readonly #wasAtCentre = new Set<string>();
  /** Bytes of every event that a resolved append confirmed. */
  readonly #saved = new Map<string, EventLine>();

  readonly #plant: (log: DeviceLog) => DeviceLog;

  constructor(seed: number, plant: (log: DeviceLog) => DeviceLog) {
    this.#draw = new Draw(seed);
    this.#world = new DeviceWorld(this.#draw);
    this.#plant = plant;
  }

  async dispose(): Promise<void> {
    this.#injector.disarm();
    this.#injector.dispose();
    for (const tab of this.#tabs) await tab.close();
  }

  async all(stepsMax: number): Promise<StorageRun> {
    this.#tabs.push(await this.#open());
    await this.#step([
      { name: 'enrol', isOneTransaction: true, run: async (log) => await log.enrol({ device: DEVICE, store: STORE }) },
    ]);
    const steps = Math.min(stepsMax, STEPS_MIN + this.#draw.below(STEPS_MORE));
    for (let step = 0; step < steps && this.#problems.length === 0; step += 1) await this.#nextStep();
    if (this.#problems.length === 0) await this.#checkTheEnd();
    return { calls: this.#calls, faults: this.#faults, problems: this.#problems };
  }

  #projectors(): readonly Projector[] {
    return [pebblesProjector(), tracelessTally(this.#version)];
  }

  async #open(): Promise<DeviceLog> {
    const log = await openDexieDeviceLog({
      databaseName: DATABASE,
      projectors: this.#projectors(),
      indexedDb: this.#database,
      keyRange: IDBKeyRange as unknown as typeof globalThis.IDBKeyRange,
      openChannel: null,
    });
    return this.#plant(log);
  }

  #naive(disk: MemoryDisk): DeviceLog {
    return new MemoryDeviceLog(disk, this.#projectors(), sha256);
  }

  #source(): CallSource {
    return { world: this.#world, naive: this.#naive(this.#disk), projectors: this.#projectors() };
  }

  async #nextStep(): Promise<void> {
    const draw = this.#draw;
    const dice = draw.below(100);
    if (dice < 8) return await this.#tabsComeAndGo();
    if (dice < 11) return await this.#newAppVersion();
    if (dice === 11) return await this.#changeByte();
    if (dice === 12) {
      this.#count('centre restored');
      const own = await ownLines(this.#naive(this.#disk));
      return this.#world.restore(new Set(own.map(({ id }) => id)));
    }
    if (dice < 17) {
      this.#count('connections closed');
      killConnections(this.#database, DATABASE);
    }
    if (dice < 30) {
      const calls: Call[] = [];
      const wanted = 2 + draw.below(2);
      while (calls.length < wanted) {
        const call = await nextCall(this.#source());
        if (call.isOneTransaction) calls.push(call);
      }
      return await this.#step(calls);
    }
    const call = await nextCall(this.#source());
    if (dice < 60) return await this.#step([call]);
    const fault = draw.of<RequestFault>(['lost', 'full', 'aborted', 'lost-after-commit']);
    // Struck twice, also the second handle is of no use.
    const afterRequests = draw.below(fault === 'lost-after-commit' ? 2 : draw.of(REQUESTS_MAX));
    this.#injector.arm(fault, afterRequests, fault === 'lost' && draw.chance(0.4) ? 2 : 1);
    await this.#step([call], draw.chance(0.3) ? 'kill' : 'stay', fault);
  }

  /** The disk changes one character of an own event. */
  async #changeByte(): Promise<void> {
    const own = await ownLines(this.#naive(this.#disk));
    const chosen = own[this.#draw.below(own.length)];
    if (chosen === undefined || this.#world.damaged.has(chosen.id)) return;
    const line = chosen.line.replace('"payload"', this.#draw.chance(0.5) ? '"Payload"' : '"payload');
    this.#count('byte changed');
    this.#world.damaged.add(chosen.id);
    this.#saved.delete(chosen.id);
    this.#disk.changeLine(chosen.id, line);
    await changeRow(this.#database, DATABASE, 'events', chosen.id, (kept) => ({ ...(kept as object), line }));
    await this.#compare([], []);
  }

  /** A tab more, a tab less, or one that is closed and opened again. */
  async #tabsComeAndGo(): Promise<void> {
    if (this.#tabs.length < TABS_MAX && this.#draw.chance(0.6)) {
      this.#tabs.push(await this.#open());
      return;
    }
    const [gone] = this.#tabs.splice(this.#draw.below(this.#tabs.length), 1);
    await gone?.close();
    if (this.#tabs.length === 0) this.#tabs.push(await this.#open());
    await this.#compare([], []);
  }

  /** All tabs load an app one of whose projectors is newer: its read models are made anew. */
  async #newAppVersion(): Promise<void> {
    this.#count('app upgraded');
    for (const tab of this.#tabs.splice(0)) await tab.close();
    this.#version += 1;
    this.#tabs.push(await this.#open());
    await this.#naive(this.#disk).state();
    await this.#compare([], []);
  }

  /** Calls at the same time, each in a tab. */
  async #step(calls: readonly Call[], tab: 'stay' | 'kill' = 'stay', fault: RequestFault | null = null): Promise<void> {
    this.#calls += calls.length;
    const used = calls.map(() => this.#draw.below(this.#tabs.length));
    const running = calls.map(async ({ run }, index) => await run(this.#tabs[used[index] ?? 0] ?? this.#firstTab()));
    const settled = await Promise.allSettled(running);
    const struck = this.#injector.disarm();
    if (struck > 0 && fault !== null) this.#count(tab === 'kill' ? `tab killed, ${fault}` : fault);
    const ends = settled.map((one): End => endOf(one, struck > 0 && (tab === 'kill' || fault === 'lost-after-commit')));
    if (tab === 'kill') {
      const [dead] = this.#tabs.splice(used[0] ?? 0, 1, await this.#open());
      await dead?.close();
    }
    for (const [index, one] of settled.entries()) {
      if (one.status === 'fulfilled' && ends[index]?.kind === 'answered') this.#noteSaved(calls[index], one.value);
    }
    const [call] = calls;
    // Of a call of several transactions some may be there: done again, it is as if it had been done once.
    if (call !== undefined && !call.isOneTransaction && ends[0]?.kind !== 'answered' && ends[0]?.kind !== 'refused') {
      await call.run(this.#firstTab()).catch(refuseStorageErrors);
      return await this.#compare([call], [{ kind: 'unheard' }], struck > 0 && fault === 'full');
    }
    for (const id of this.#saved.keys()) if (this.#world.isSent(id)) this.#wasAtCentre.add(id);
    await this.#compare(calls, ends, struck > 0 && fault === 'full');
  }

  #firstTab(): DeviceLog {
    const [tab] = this.#tabs;
    if (tab === undefined) throw new Error('No tab is open.');
    return tab;
  }

  #noteSaved(call: Call | undefined, answer: unknown): void {
    if (call?.name !== 'append') return;
    for (const { event, line } of answer as Awaited<ReturnType<DeviceLog['append']>>) this.#saved.set(event.id, line);
  }

  #count(kind: string): void {
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
  }

  /** Looks for an order of the calls that the naive log answers alike and that leaves what is on the disk. */
  async #compare(calls: readonly Call[], ends: readonly End[], wasFull = false): Promise<void> {
    const [call, end] = [calls[0], ends[0]];
    if (call?.name === 'look' && end?.kind === 'answered') {
      const differs = await this.#replay(this.#disk, calls, ends, [0]);
      if (differs !== null) this.#problems.push(differs);
      return;
    }
    const real = await this.#realContents();
    const tried: string[] = [];
    const variants = [...orders(calls, ends)].flatMap((order) => [
      { order, isFull: false },
      // What is saved goes before a snapshot on its way: a full disk costs its pages, and the call succeeds.
      ...(wasFull ? [{ order, isFull: true }] : []),
    ]);
    for (const { order, isFull } of variants) {
      const disk = this.#disk.clone();
      if (isFull) disk.faults = fullOnce();
      const differs = await this.#replay(disk, calls, ends, order);
      const naive = contentsOf(disk);
      disk.faults = null;
      if (differs === null && naive === real) {
        this.#disk = disk;
        return;
      }
      tried.push(differs ?? firstDifference(naive, real));
    }
    const names = calls.map(({ name }, index) => `${name} (${JSON.stringify(ends[index]).slice(0, 200)})`);
    this.#problems.push(
      `after ${names.join(' and ') || 'opening'}: no order explains it: ${tried.slice(0, 3).join('; ')}`,
    );
  }

  /** null: every call that was answered is answered alike. */
  async #replay(
    disk: MemoryDisk,
    calls: readonly Call[],
    ends: readonly End[],
    order: readonly number[],
  ): Promise<string | null> {
    for (const index of order) {
      const [call, end] = [calls[index], ends[index]];
      if (call === undefined || end === undefined) continue;
      const [settled] = await Promise.allSettled([call.run(this.#naive(disk))]);
      const naive = endOf(settled, false);
      if (end.kind === 'unheard') continue;
      if (JSON.stringify(naive) !== JSON.stringify(end)) {
        return `${call.name}: ${JSON.stringify(end).slice(0, 300)} instead of ${JSON.stringify(naive).slice(0, 300)}`;
      }
    }
    return null;
  }

  async #realContents(): Promise<string> {
    return await contentsOfDatabase(this.#database, DATABASE);
  }

  async #checkTheEnd(): Promise<void> {
    const log = this.#firstTab();
    if (this.#world.damaged.size === 0) await this.#checkRebuild(log);
    await this.#checkChain();
    if (this.#world.damaged.size === 0) await this.#checkPlainFold(log);
    await this.#checkSaved(log);
  }

  async #checkRebuild(log: DeviceLog): Promise<void> {
    const before = await this.#realContents();
    await log.rebuild();
    await this.#naive(this.#disk).rebuild();
    const after = await this.#realContents();
    if (before !== after)
      this.#problems.push(`stored is not what folding anew gives: ${firstDifference(before, after)}`);
  }

  /** Brought up to date with the centre, the read models are what a plain fold of everything gives. */
  async #checkPlainFold(log: DeviceLog): Promise<void> {
    const source = { world: this.#world, naive: log, projectors: this.#projectors() };
    // A device pushes before it fetches.
    this.#world.accepted(await ownLines(log));
    const state = await log.state();
    // With a token of another history it is on its way to this one: no frame is taken before a snapshot.
    const isElsewhere = [state?.cursor, state?.accepted].some(
      (token) => token !== null && token !== undefined && token.epoch !== this.#world.epoch,
    );
    if (state?.needsSnapshot === true || isElsewhere) {
      await this.#world.newSnapshot(source.projectors, {
        accepted: await acceptedByCentre(source),
        lines: await ownLines(log),
      });
      const { header, pages } = this.#world.fetched?.snapshot ?? {};
      if (header === undefined || pages === undefined) throw new Error('No snapshot was cut.');
      await log.beginSnapshot(header);
      for (let from = 0; from < pages.length; from += SNAPSHOT_PAGES_PER_CALL_MAX) {
        await log.addSnapshotPages(header.id, pages.slice(from, from + SNAPSHOT_PAGES_PER_CALL_MAX));
      }
      const installed = await log.installSnapshot(header.id);
      if (installed !== 'installed') this.#problems.push('the last snapshot was stale');
    }
    const cursor = (await log.state())?.cursor ?? null;
    const outcome = await log.applyFrame(this.#world.frameOf(cursor, this.#world.central.length));
    if (outcome !== 'applied') this.#problems.push('the last frame was stale');
    const plain = await this.#world.plainTables(this.#projectors(), await ownLines(log));
    for (const table of ['pebbles', 'tally', 'tally-journal', 'tally-newest']) {
      const [real, naive] = [await log.tables.range(table, { rowsMax: 10_000 }), plain[table] ?? []];
      if (JSON.stringify(real) === JSON.stringify(naive)) continue;
      this.#problems.push(`${table}: ${firstDifference(JSON.stringify(naive), JSON.stringify(real))}`);
    }
  }

  /** Every link that is held follows from the one before and from its bytes. */
  async #checkChain(): Promise<void> {
    const stores = await dumpDatabase(this.#database, DATABASE);
    const meta = stores['meta']?.[0]?.value as StoredMeta;
    const lines = new Map((stores['events'] ?? []).map(({ key, value }) => [key, (value as { line: string }).line]));
    let { seq, hash } = meta.compactedTo ?? { seq: 0, hash: deviceChainStart(sha256, meta.identity.device) };
    for (const { value } of stores['own'] ?? []) {
      const entry = value as { seq: number; id: string; hash: string };
      const line = lines.get(entry.id) ?? '';
      const isSound = this.#world.damaged.has(entry.id) || entry.hash === nextDeviceHash(sha256, hash, line);
      if (entry.seq !== seq + 1 || !isSound) this.#problems.push(`the chain breaks at seq ${seq + 1}`);
      ({ seq, hash } = entry);
    }
    if (meta.head.seq !== seq || meta.head.hash !== hash) this.#problems.push('the head is not the end of the chain');
  }

  /** Saved means saved: held byte for byte, or compacted, which only happens to what the centre has. */
  async #checkSaved(log: DeviceLog): Promise<void> {
    const held = new Map((await log.find([...this.#saved.keys()])).map(({ id, line }) => [id, line]));
    for (const [id, line] of this.#saved) {
      const now = held.get(id);
      if (now === undefined && !this.#wasAtCentre.has(id)) this.#problems.push(`${id} was saved and is gone`);
      if (now !== undefined && now !== line) this.#problems.push(`the bytes of ${id} changed`);
    }
  }
}

interface StoredMeta {
  readonly identity: { readonly device: string };
  readonly head: { readonly seq: number; readonly hash: string };
  readonly compactedTo?: { readonly seq: number; readonly hash: string } | null;
}

/** The next commit finds no room. */
function fullOnce(): FaultSource {
  let left = 1;
  return (point) => {
    if (point !== 'commit' || left === 0) return null;
    left -= 1;
    return new StorageFull();
  };
}

/** The sample tally without a row for a store of which nothing counts any more: tables must not tell how they came about. */
function tracelessTally(version: number): Projector {
  const tally = tallyProjector(version);
  return {
    ...tally,
    project: async (tables, changes) => {
      await tally.project(tables, changes);
      const stores = [...new Set(changes.map(({ event }) => event.store ?? '-'))];
      const rows = await tables.getMany<{ readonly events: number }>('tally', stores);
      const empty = stores.filter((_, index) => rows[index]?.events === 0);
      if (empty.length > 0) await tables.deleteMany('tally', empty);
    },
  };
}
