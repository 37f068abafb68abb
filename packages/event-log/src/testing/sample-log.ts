// Small honest material for log tests: drafts, lines of other devices, rulings, cursors, and a projector whose figures
// tell a double fold, a lost event and a wrong order. Used by the contract suites and by other packages' tests.
import { deviceChainStart } from '../chain.ts';
import { appendToDeviceChain, type AppendedEvent, type ClockReading, type DeviceHead } from '../device-append.ts';
import type { DeliveredLine } from '../device-log.ts';
import type { EventDraft } from '../event.ts';
import type { DeviceId, EventId } from '../id.ts';
import type { AcceptedMark, ChainPoint, Cursor, Position } from '../place.ts';
import type { Contribution, RulingDraft } from '../ruling.ts';
import type { Change, Projector } from '../projection.ts';
import { sha256 } from '../sha256.ts';
import { sortableNumber, tableKey, type Tables } from '../tables.ts';

/** A Monday in 2026, 09:00 UTC. */
export const START_MS = Date.UTC(2026, 2, 2, 9);
export const STORE = 'store-a';
export const EPOCH = 'epoch-1';

/** A valid event id that is a function of a small number. */
export function sampleId(number: number): EventId {
  return `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function sampleDraft(number: number, overrides: Partial<EventDraft> = {}): EventDraft {
  return {
    id: sampleId(number),
    type: 'PebbleMoved',
    schemaVersion: 1,
    store: STORE,
    audience: [],
    actor: 'ana',
    payload: { item: `item-${number % 3}`, quantity: number },
    ...overrides,
  };
}

export function clockAt(nowMs: number, uncertaintyMs: number | null = 20): ClockReading {
  return { nowMs, uncertaintyMs };
}

/** Another device (or the centre) writing its own log, to have lines that come from elsewhere. */
export class SampleWriter {
  readonly device: DeviceId;
  #head: DeviceHead;
  #nowMs: number;

  constructor(device: DeviceId, nowMs: number = START_MS) {
    this.device = device;
    this.#head = { seq: 0, hash: deviceChainStart(sha256, device), lastStamp: null };
    this.#nowMs = nowMs;
  }

  write(drafts: readonly EventDraft[]): readonly AppendedEvent[] {
    this.#nowMs += 1_000;
    const { head, appended } = appendToDeviceChain(sha256, this.device, this.#head, drafts, clockAt(this.#nowMs));
    this.#head = head;
    return appended;
  }

  rule(number: number, ruling: RulingDraft): AppendedEvent {
    const { type, payload } = ruling;
    const [appended] = this.write([sampleDraft(number, { type, payload, actor: 'centre' })]);
    if (appended === undefined) throw new Error('A ruling was not written.');
    return appended;
  }
}

/** As the centre delivers it. */
export function delivered(appended: Pick<AppendedEvent, 'line' | 'place'>, position: Position): DeliveredLine {
  return { position, place: appended.place, line: appended.line };
}

export function cursorAt(position: Position, epoch: string = EPOCH): Cursor {
  return { epoch, position, hash: sha256(`central ${epoch} ${position}`), mac: `cursor-mac-${position}` };
}

export function markAt(point: ChainPoint, epoch: string = EPOCH): AcceptedMark {
  return { epoch, seq: point.seq, hash: point.hash, mac: `mark-mac-${point.seq}` };
}

interface Tally {
  readonly events: number;
  readonly quantity: number;
}

const TALLY_JOURNAL = 'tally-journal';

function journalKey(change: Change, at: Contribution): string {
  return tableKey(change.event.store ?? '-', sortableNumber(at.effectiveAt), change.event.id);
}

/**
 * Counts events and quantities per store, keeps a journal by effective time, and for the newest entry of the journal the
 * quantity up to there: a figure that reads its own writes, by key and by range.
 */
export function tallyProjector(version = 1): Projector {
  return { name: 'tally', version, tables: ['tally', TALLY_JOURNAL, 'tally-newest'], project: projectTally };
}

async function projectTally(tables: Tables, changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    if (change.before === null && change.after === null) continue;
    const store = change.event.store ?? '-';
    const quantity = Number(change.event.payload['quantity'] ?? 0);
    const sign = (change.after === null ? 0 : 1) - (change.before === null ? 0 : 1);
    const [tally = { events: 0, quantity: 0 }] = await tables.getMany<Tally>('tally', [store]);
    const next = { events: tally.events + sign, quantity: tally.quantity + sign * quantity };
    if (next.events === 0) await tables.deleteMany('tally', [store]);
    else await tables.putMany('tally', [{ key: store, value: next }]);
    if (change.before !== null) await tables.deleteMany(TALLY_JOURNAL, [journalKey(change, change.before)]);
    if (change.after !== null) {
      await tables.putMany(TALLY_JOURNAL, [{ key: journalKey(change, change.after), value: { quantity } }]);
    }
    const range = { from: `${store}|`, to: `${store}}`, reverse: true, rowsMax: 1 };
    const [newest] = await tables.range(TALLY_JOURNAL, range);
    if (newest === undefined) await tables.deleteMany('tally-newest', [store]);
    else await tables.putMany('tally-newest', [{ key: store, value: { key: newest.key, events: next.events } }]);
  }
}

const PEBBLES = 'pebbles';

/** One row an event that counts, which tells how often it was folded: what it shows is as plain as what it was given. */
export function pebblesProjector(version = 1): Projector {
  return { name: 'pebbles', version, tables: [PEBBLES], project: projectPebbles };
}

async function projectPebbles(tables: Tables, changes: readonly Change[]): Promise<void> {
  for (const { event, before, after } of changes) {
    if (before === null && after === null) continue;
    const [row] = await tables.getMany<{ readonly times: number }>(PEBBLES, [event.id]);
    const times = (row?.times ?? 0) + (after === null ? 0 : 1) - (before === null ? 0 : 1);
    const value = { quantity: event.payload['quantity'] ?? null, effectiveAt: after?.effectiveAt ?? null, times };
    if (times === 0) await tables.deleteMany(PEBBLES, [event.id]);
    else await tables.putMany(PEBBLES, [{ key: event.id, value }]);
  }
}

/** The tally of a store as screens read it. */
export async function readTally(tables: Pick<Tables, 'getMany'>, store: string = STORE): Promise<Tally> {
  const [tally] = await tables.getMany<Tally>('tally', [store]);
  return tally ?? { events: 0, quantity: 0 };
}

/** A tally that throws on these events, each time after it has folded everything else it was given. */
export function throwingTally(isPoison: (id: EventId) => boolean, version = 1, name = 'tally'): Projector {
  const tally = tallyProjector(version);
  return {
    ...tally,
    name,
    project: async (tables, changes) => {
      await tally.project(tables, changes);
      const poison = changes.find(({ event }) => isPoison(event.id));
      if (poison !== undefined) throw new RangeError(`${poison.event.id} is too much`);
    },
  };
}
