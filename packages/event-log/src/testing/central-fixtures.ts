// Devices and events for tests of central logs: what real devices would push, with control over clocks and bytes.
import { pushPlanner, type Push } from '../central-append.ts';
import type { CentralLog, StoredLine } from '../central-log.ts';
import { deviceChainStart } from '../chain.ts';
import { appendToDeviceChain, type AppendedEvent, type DeviceHead } from '../device-append.ts';
import type { EventDraft } from '../event.ts';
import { readStoredLine } from '../stored-line.ts';
import type { EventId } from '../id.ts';
import { newEventId, type RandomBytes } from '../new-id.ts';
import type { HoleDeclaration } from '../hole-plan.ts';
import type { Hole, Seal } from '../place.ts';
import type { Change, Projector } from '../projection.ts';
import type { Resupply } from '../resupply-plan.ts';
import type { Judge } from '../sender-judge.ts';
import { sha256 } from '../sha256.ts';
import type { Tables } from '../tables.ts';

// This package has neither DOM nor Node types; every runtime has this timer.
declare const setTimeout: (callback: () => void, delayMs: number) => unknown;

/** Lets everything else that is ready run first. */
export async function nextTurn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** A Monday morning in 2026. */
export const START_MS = Date.UTC(2026, 2, 2, 8);

/** A small seeded source of randomness (mulberry32), so that a failing run can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function seededBytes(seed: number): RandomBytes {
  const random = seededRandom(seed);
  return (length) => Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

/** Sets aside what says so in its payload. */
export const testJudge: Judge = (event) =>
  event.payload['bad'] === true
    ? [
        {
          type: 'EventSetAside',
          payload: { target: event.id, reason: 'invalid-payload', detail: 'It says so itself.' },
        },
      ]
    : [];

/** A keyed hash good enough for tests. */
export const testSeal: Seal = (text) => sha256(`a test's key\n${text}`);

export const testPlanner = pushPlanner(sha256, (device) => deviceChainStart(sha256, device), testJudge, testSeal);

export interface TestDeviceOptions {
  readonly device: string;
  readonly store: string;
  readonly seed?: number;
}

/** A device's own log in memory. `clone()` is a copied disk. */
export class TestDevice {
  readonly device: string;
  readonly store: string;
  readonly #random: RandomBytes;
  nowMs = START_MS;
  head: DeviceHead;
  log: AppendedEvent[] = [];

  constructor({ device, store, seed = 1 }: TestDeviceOptions) {
    this.device = device;
    this.store = store;
    this.#random = seededBytes(seed + device.length * 1_000 + (device.codePointAt(device.length - 1) ?? 0));
    this.head = { seq: 0, hash: deviceChainStart(sha256, device), lastStamp: null };
  }

  clone(): TestDevice {
    const copy = new TestDevice({ device: this.device, store: this.store, seed: 99 });
    copy.head = this.head;
    copy.log = [...this.log];
    copy.nowMs = this.nowMs;
    return copy;
  }

  newId(): EventId {
    return newEventId(this.nowMs, this.#random);
  }

  draft(changes: Partial<EventDraft> = {}): EventDraft {
    return {
      id: this.newId(),
      type: 'ThingHappened',
      schemaVersion: 1,
      store: this.store,
      audience: [],
      actor: 'clerk-1',
      payload: { amount: 1 },
      ...changes,
    };
  }

  write(...changes: readonly Partial<EventDraft>[]): readonly AppendedEvent[] {
    this.nowMs += 1_000;
    const drafts = changes.map((change) => this.draft(change));
    const grown = appendToDeviceChain(sha256, this.device, this.head, drafts, { nowMs: this.nowMs, uncertaintyMs: 50 });
    this.head = grown.head;
    this.log.push(...grown.appended);
    return grown.appended;
  }

  writeMany(count: number, changes: Partial<EventDraft> = {}): readonly AppendedEvent[] {
    return this.write(...Array.from({ length: count }, () => changes));
  }

  /** Appends another log's event byte for byte, as a fork's repair does. */
  copyIn(line: string): void {
    const event = readStoredLine(line);
    const seq = this.head.seq + 1;
    const hash = sha256(`${this.head.hash}\n${line}`);
    this.head = { ...this.head, seq, hash };
    this.log.push({ event, line, place: { device: this.device, seq, hash } });
  }

  hashAt(seq: number): string {
    return seq === 0 ? deviceChainStart(sha256, this.device) : (this.log[seq - 1]?.place.hash ?? '');
  }

  arrival(): Push['arrival'] {
    return { arrivalMs: this.nowMs + 500, clockOffsetMs: 0, measureUncertaintyMs: 20, steadySinceMs: 0 };
  }

  /** Lines `firstSeq` … `lastSeq` (all, if not said). */
  push(firstSeq = 1, lastSeq = this.log.length, arrival: Partial<Push['arrival']> = {}): Push {
    return {
      kind: 'push',
      device: this.device,
      firstSeq,
      hashBefore: this.hashAt(firstSeq - 1),
      hashAfter: this.hashAt(lastSeq),
      lines: this.log.slice(firstSeq - 1, lastSeq).map(({ line }) => line),
      arrival: { ...this.arrival(), ...arrival },
    };
  }
}

/** Declares that `device` has no bytes from `fromSeq` to `toSeq` any more. */
export function holeOf(
  device: TestDevice,
  fromSeq: number,
  toSeq: number,
  changes: Partial<Hole> = {},
): HoleDeclaration {
  const hole = { fromSeq, toSeq, hashAfter: device.hashAt(toSeq), reason: 'compacted' as const, ...changes };
  return { kind: 'hole', device: device.device, hole, arrival: device.arrival() };
}

/** What `supplier` hands back: anyone's lines. */
export function resupplyOf(supplier: TestDevice, lines: readonly string[]): Resupply {
  return { kind: 'resupply', supplier: supplier.device, lines, arrival: supplier.arrival() };
}

export async function enrol(log: CentralLog, device: TestDevice, parent: string | null = null): Promise<void> {
  await log.registerDevice({
    device: device.device,
    store: device.store,
    kind: 'installation',
    label: `Till ${device.device}`,
    parent,
    enrolledAtMs: START_MS,
  });
}

export const READ_ALL = { eventsMax: 10_000, bytesMax: Infinity };

export async function readAll(log: CentralLog): Promise<readonly StoredLine[]> {
  return await log.read(0, READ_ALL);
}

export function typesOf(lines: readonly { readonly line: string }[]): string[] {
  return lines.map(({ line }) => readStoredLine(line).type);
}

/** Sums `payload.amount` per store, and lists what counts: order-free, so that any two histories can be compared. */
export function sumProjector(
  version = 1,
  options: { readonly name?: string; readonly failsOn?: (change: Change) => boolean } = {},
): Projector {
  const { name = 'sum', failsOn } = options;
  const sums = `${name}-by-store`;
  const counted = `${name}-counted`;
  return {
    name,
    version,
    tables: [sums, counted],
    project: async (tables, changes) => {
      for (const change of changes) {
        if (failsOn?.(change) === true) throw new Error('This projector can not fold that.');
        const amount =
          Number(change.event.payload['amount'] ?? 0) *
          ((change.after === null ? 0 : 1) - (change.before === null ? 0 : 1));
        await addTo(tables, sums, change.event.store ?? 'chain', amount);
        if (change.after === null) await tables.deleteMany(counted, [change.event.id]);
        else await tables.putMany(counted, [{ key: change.event.id, value: change.after.effectiveAt }]);
      }
    },
  };
}

async function addTo(tables: Tables, table: string, key: string, amount: number): Promise<void> {
  if (amount === 0) return;
  const [sum = 0] = await tables.getMany<number>(table, [key]);
  // No row for nothing: tables must not tell how they came about.
  if (sum + amount === 0) await tables.deleteMany(table, [key]);
  else await tables.putMany(table, [{ key, value: sum + amount }]);
}

/** Projects to the head; fails the test instead of running for ever. */
export async function projectAll(log: CentralLog, projectors: readonly Projector[], eventsMax = 1_000): Promise<void> {
  for (let step = 0; step < 10_000; step += 1) {
    const { checkpoint, head } = await log.project(projectors, eventsMax);
    if (checkpoint === head) return;
  }
  throw new Error('The projectors never reach the head.');
}
