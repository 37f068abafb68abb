import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceChainStart } from './chain.ts';
import type { AppendedEvent } from './device-append.ts';
import { MemoryDeviceLog, MemoryDisk } from './memory-device-log.ts';
import { JUDGEMENTS_TABLE, type Projector } from './projection.ts';
import type { RulingDraft } from './ruling.ts';
import { sha256 } from './sha256.ts';
import type { Row } from './tables.ts';
import {
  clockAt,
  markAt,
  pebblesProjector,
  readTally,
  sampleDraft,
  SampleWriter,
  START_MS,
  STORE,
  tallyProjector,
} from './testing/sample-log.ts';
import { foldPlainly, SampleCentre, type SampleEvent } from './testing/sample-snapshot.ts';

const DEVICE = 'device-1';
/** Of the projector that no update changes, and what all share: whole at any moment. */
const STEADY_TABLES = ['pebbles', JUDGEMENTS_TABLE];
/** Of the one that updates change: whole but between an update and the next snapshot. */
const CHANGED_TABLES = ['tally', 'tally-journal', 'tally-newest'];

/** What happens next; numbers are taken as they fit. */
interface Step {
  readonly kind:
    | 'own'
    | 'push'
    | 'other'
    | 'rule'
    | 'frame'
    | 'snapshot'
    | 'rebuild'
    | 'compact'
    | 'reopen'
    | 'crash'
    | 'rechain'
    | 'restore'
    | 'update';
  readonly a: number;
  readonly b: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom<Step['kind'][]>(
    ...(['own', 'own', 'push', 'push', 'other', 'other', 'rule', 'rule', 'frame', 'frame', 'frame'] as const),
    ...(['snapshot', 'snapshot', 'rebuild', 'compact', 'reopen', 'crash', 'rechain', 'restore', 'update'] as const),
  ),
  a: fc.nat(1_000),
  b: fc.nat(1_000),
});

/** One device, one naive centre, and what the device should show at any moment. */
class World {
  readonly #disk = new MemoryDisk();
  /** Of the projector that updates change. */
  #version = 1;
  #centre = new SampleCentre(this.#projectors());
  #epochs = 1;
  readonly #others = new SampleWriter('device-2', START_MS);
  readonly #writer = new SampleWriter('centre-1', START_MS);
  #log = this.#open();
  #own: AppendedEvent[] = [];
  #pushed = 0;
  #numbers = 0;
  #snapshots = 0;
  #deviceCount = 1;
  #nowMs = START_MS;
  /** What was dropped lies before; a centre's snapshots do not go back behind it. */
  #compactedAt = 0;
  readonly #outcomes = new Set<string>();

  #open(): MemoryDeviceLog {
    return new MemoryDeviceLog(this.#disk, this.#projectors(), sha256);
  }

  #projectors(): readonly Projector[] {
    return [pebblesProjector(), tallyProjector(this.#version)];
  }

  async begin(): Promise<void> {
    await this.#log.enrol({ device: DEVICE, store: STORE });
  }

  async #take({ kind, a, b }: Step): Promise<void> {
    this.#nowMs += 1_000;
    const next = (count: number) => Array.from({ length: count }, () => sampleDraft((this.#numbers += 1)));
    switch (kind) {
      case 'own': {
        const clock = clockAt(this.#nowMs);
        this.#own.push(...(await this.#log.append({ drafts: next(1 + (a % 3)), clock })));
        return;
      }
      case 'push':
        return this.#push(1 + (a % 4), b % 4 === 0);
      case 'other':
        return this.#centre.append(...this.#others.write(next(1 + (a % 3))));
      case 'rule':
        return this.#rule(a, b);
      case 'frame': {
        const cursor = (await this.#log.state())?.cursor ?? null;
        const from = cursor?.position ?? 0;
        const to = Math.min(this.#centre.head, from + (a % 6));
        this.#outcomes.add(await this.#log.applyFrame(this.#centre.frame(cursor, to)));
        return;
      }
      case 'snapshot':
        return this.#takeSnapshot(a, b);
      case 'rebuild':
        return this.#rebuild();
      case 'compact': {
        const { events } = await this.#log.compact({ olderThanMs: (a % 20) * 1_000, nowMs: this.#nowMs });
        if (events > 0) this.#compactedAt = (await this.#log.state())?.base?.position ?? 0;
        return;
      }
      case 'reopen':
        await this.#log.close();
        this.#log = this.#open();
        return;
      case 'crash':
        return this.#crash(a);
      case 'restore':
        return this.#restore(a, b);
      case 'update':
        return this.#update(a);
      case 'rechain':
        // Paired again: the same store, another device id.
        if (a % 4 !== 0) return;
        this.#deviceCount += 1;
        await this.#push(this.#own.length, false);
        await this.#log.enrol({ device: `${DEVICE}-${this.#deviceCount}`, store: STORE });
        this.#pushed = 0;
        // Before a snapshot is asked for, everything is sent again.
        return this.#push(Number.MAX_SAFE_INTEGER, false);
    }
  }

  /** The centre takes own lines, and perhaps its answer is lost. */
  async #push(count: number, answerLost: boolean): Promise<void> {
    const { hole, lines } = await this.#log.outbox(this.#pushed, { eventsMax: Math.min(count, 500), bytesMax: 1e9 });
    if (hole !== null) {
      this.#pushed = hole.toSeq;
      return this.#push(count, answerLost);
    }
    for (const { line, place } of lines) this.#centre.append({ line, place, event: JSON.parse(line) });
    const last = lines.at(-1)?.place;
    if (last === undefined) return;
    this.#pushed = last.seq;
    if (!answerLost) await this.#log.accept(markAt(last, this.#centre.epoch));
  }

  /**
   * The centre goes back to an earlier state and begins an epoch: the device sends its own log again and hands back what
   * it received, at new positions; then it takes a snapshot of anywhere.
   */
  async #restore(a: number, b: number): Promise<void> {
    const kept = this.#centre.eventsTo(Math.max(this.#compactedAt, a % (this.#centre.head + 1)));
    this.#centre = new SampleCentre(this.#projectors(), `epoch-${(this.#epochs += 1)}`);
    this.#centre.append(...kept);
    this.#pushed = 0;
    await this.#push(Number.MAX_SAFE_INTEGER, b % 2 === 0);
    const ids = await this.#log.heldIds(null, 10_000);
    for (const { line, place } of await this.#log.find(ids)) {
      this.#centre.append({ line, place: place!, event: JSON.parse(line) });
    }
    // No frame on the way: none crosses into the new epoch.
    return this.#takeSnapshot(b, 15 * a + 1);
  }

  /** The centre's app and the device's, which is killed at it on the way, or just behind it. */
  async #update(a: number): Promise<void> {
    const known = this.#centre.eventsTo(this.#centre.head);
    this.#version += 1;
    this.#centre = new SampleCentre(this.#projectors(), this.#centre.epoch);
    this.#centre.append(...known);
    const opening = this.#open()
      .ready()
      .catch(() => undefined);
    for (let turn = 0; turn < a; turn += 1) await Promise.resolve();
    await this.#crash(0);
    await opening;
  }

  /** What is stored is what folding again gives, whole or not. */
  async #rebuild(): Promise<void> {
    const before = await this.#changedRows();
    await this.#log.rebuild();
    if (before !== (await this.#changedRows())) this.#outcomes.add('rows are others when folded again');
  }

  async #changedRows(): Promise<string> {
    const read = (table: string) => this.#log.tables.range(table, { rowsMax: 10_000 });
    return JSON.stringify(await Promise.all(CHANGED_TABLES.map(read)));
  }

  #rule(a: number, b: number): void {
    const everything = [...this.#centre.eventsTo(this.#centre.head), ...this.#own];
    const target = everything[a % Math.max(1, everything.length)]?.event.id;
    if (target === undefined) return;
    const rulings: RulingDraft[] = [
      { type: 'EventSetAside', payload: { target, reason: 'r', detail: 'd' } },
      { type: 'EventAdmitted', payload: { target, reason: 'r' } },
      { type: 'EventVoided', payload: { target, reason: 'r' } },
      { type: 'EventRetimed', payload: { target, effectiveAt: 1_000 + b, uncertaintyMs: 0 } },
    ];
    this.#centre.append(this.#writer.rule((this.#numbers += 1), rulings[b % rulings.length]!));
  }

  async #snapshot(position: number) {
    const state = await this.#log.state();
    const device = state!.identity.device;
    const point =
      this.#pushed === 0
        ? { seq: 0, hash: deviceChainStart(sha256, device) }
        : (await this.#log.hashesAt([this.#pushed]))[0];
    const placed = await this.#outboxAll();
    const notIn = placed.filter(({ seq, id }) => seq <= this.#pushed && (this.#centre.positionOf(id) ?? 0) > position);
    return this.#centre.snapshot({
      id: `snapshot-${(this.#snapshots += 1)}`,
      position,
      own: { accepted: markAt(point!, this.#centre.epoch), notIn: notIn.map(({ seq }) => seq) },
    });
  }

  async #outboxAll() {
    const all: { readonly seq: number; readonly id: string }[] = [];
    for (let after = 0; ;) {
      const { hole, lines } = await this.#log.outbox(after, { eventsMax: 500, bytesMax: 1e9 });
      for (const { line, place } of lines) all.push({ seq: place.seq, id: JSON.parse(line).id });
      const last = hole?.toSeq ?? lines.at(-1)?.place.seq;
      if (last === undefined) return all;
      after = last;
    }
  }

  /** At any position: also behind the device, or before where it stands. */
  async #takeSnapshot(a: number, b: number): Promise<void> {
    const { header, pages } = await this.#snapshot(Math.max(this.#compactedAt, a % (this.#centre.head + 1)));
    await this.#log.beginSnapshot(header);
    const cut = b % (pages.length + 1);
    if (cut > 0) await this.#log.addSnapshotPages(header.id, pages.slice(0, cut));
    // Sold meanwhile, and a frame that the snapshot does not know of.
    if (b % 3 === 0) await this.#take({ kind: 'own', a: b, b: a });
    if (b % 5 === 0) await this.#take({ kind: 'frame', a: b, b: a });
    if (b % 2 === 0) await this.#crash(0);
    const { pagesHeld } = await this.#log.beginSnapshot(header);
    this.#outcomes.add(pagesHeld === cut ? 'went on' : `went on at ${pagesHeld} instead of ${cut}`);
    await this.#log.addSnapshotPages(header.id, pages.slice(Math.max(0, pagesHeld - 1)));
    this.#outcomes.add(await this.#log.installSnapshot(header.id));
    this.#outcomes.add(await this.#log.installSnapshot(header.id));
  }

  async #crash(_a: number): Promise<void> {
    this.#disk.crash();
    this.#log = this.#open();
  }

  /** What the centre holds up to the cursor, and what the device made itself. */
  async #expected(): Promise<readonly SampleEvent[]> {
    const cursor = (await this.#log.state())?.cursor?.position ?? 0;
    const byId = new Map<string, SampleEvent>();
    for (const event of [...this.#centre.eventsTo(cursor), ...this.#own]) byId.set(event.event.id, event);
    return [...byId.values()];
  }

  /** Rows that are not whole are some of the whole, and agree with each other. */
  async #part(whole: readonly Row<unknown>[]): Promise<{ readonly shown: unknown; readonly expected: unknown }> {
    const journal = await this.#log.tables.range<{ quantity: number }>('tally-journal', { rowsMax: 10_000 });
    const known = new Set(whole.map((row) => JSON.stringify(row)));
    const strange = journal.filter((row) => !known.has(JSON.stringify(row)));
    const quantity = journal.reduce((sum, { value }) => sum + value.quantity, 0);
    return {
      shown: { strange, tally: await readTally(this.#log.tables) },
      expected: { strange: [], tally: { events: journal.length, quantity } },
    };
  }

  /** Takes a step; then what the device shows and what it should show. */
  async take(one: Step): Promise<{ readonly shown: unknown; readonly expected: unknown; readonly isWhole: boolean }> {
    await this.#take(one);
    const all = (await foldPlainly(await this.#expected(), this.#projectors())).dump();
    const isWhole = (await this.#log.state())?.needsSnapshot === false;
    const shown: unknown[] = [];
    const expected: unknown[] = [];
    for (const table of isWhole ? [...STEADY_TABLES, ...CHANGED_TABLES] : STEADY_TABLES) {
      const rows = all[table] ?? [];
      const keys = [...rows.map((row) => row.key), 'nowhere'];
      expected.push({ table, rows, last: rows.toReversed().slice(0, 2), values: rows.map(({ value }) => value) });
      const values = await this.#log.tables.getMany(table, keys);
      const last = await this.#log.tables.range(table, { rowsMax: 2, reverse: true });
      const read = await this.#log.tables.range(table, { rowsMax: 10_000 });
      shown.push({ table, rows: read, last, values: values.filter((value) => value !== undefined) });
    }
    if (!isWhole) {
      const part = await this.#part(all['tally-journal'] ?? []);
      shown.push(part.shown);
      expected.push(part.expected);
    }
    const outcomes = [...this.#outcomes].filter((outcome) => !['applied', 'installed', 'went on'].includes(outcome));
    return { shown: [shown, outcomes], expected: [expected, []], isWhole };
  }
}

describe('a device on snapshots', () => {
  it('shows what its events give, for any mix of snapshots, frames, sales, rulings, crashes, compaction, restores and updates', async () => {
    const ends: Step[] = [
      { kind: 'frame', a: 5, b: 0 },
      { kind: 'rebuild', a: 0, b: 0 },
    ];
    let stepsInPart = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const world = new World();
        await world.begin();
        for (const one of [...steps, ...ends]) {
          const { shown, expected, isWhole } = await world.take(one);
          if (!isWhole) stepsInPart += 1;
          expect({ after: one.kind, shown }).toEqual({ after: one.kind, shown: expected });
        }
      }),
      { numRuns: 150 },
    );
    expect(stepsInPart).toBeGreaterThan(0);
  }, 60_000);
});
