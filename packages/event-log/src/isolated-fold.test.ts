import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BufferedTables } from './buffered-tables.ts';
import type { AppendedEvent } from './device-append.ts';
import type { EventId } from './id.ts';
import { foldIsolated } from './isolated-fold.ts';
import { MemoryDeviceLog, MemoryDisk } from './memory-device-log.ts';
import { MemoryTables } from './memory-tables.ts';
import type { NeedsAttentionRow } from './needs-attention.ts';
import { NEEDS_ATTENTION_TABLE } from './attention-table.ts';
import { JUDGEMENTS_TABLE, type Projector } from './projection.ts';
import type { RulingDraft } from './ruling.ts';
import { sha256 } from './sha256.ts';
import {
  cursorAt,
  delivered,
  sampleDraft,
  sampleId,
  SampleWriter,
  START_MS,
  STORE,
  tallyProjector,
  throwingTally,
} from './testing/sample-log.ts';
import { foldPlainly } from './testing/sample-snapshot.ts';

const TABLES = ['tally', 'tally-journal', JUDGEMENTS_TABLE];
const EVENTS = 12;

const write = (numbers: readonly number[]) =>
  new SampleWriter('device-2').write(numbers.map((number) => sampleDraft(number)));

/** Events 1…12; then rulings about them, with ids that sort before and behind. */
function history(rulings: readonly { readonly about: number; readonly kind: number; readonly early: boolean }[]) {
  const events = write(Array.from({ length: EVENTS }, (_, index) => 100 + index));
  const centre = new SampleWriter('centre-1');
  const ruled = rulings.map(({ about, kind, early }, index) => {
    const target = sampleId(100 + about);
    const said: RulingDraft[] = [
      { type: 'EventSetAside', payload: { target, reason: 'r', detail: 'd' } },
      { type: 'EventAdmitted', payload: { target, reason: 'r' } },
      { type: 'EventVoided', payload: { target, reason: 'r' } },
      { type: 'EventRetimed', payload: { target, effectiveAt: START_MS * 2_048 + about, uncertaintyMs: 5 } },
    ];
    return centre.rule((early ? 10 : 500) + index, said[kind % said.length]!);
  });
  return [...events, ...ruled];
}

async function rowsOf(log: MemoryDeviceLog, tables: readonly string[]) {
  const rows = await Promise.all(tables.map((table) => log.tables.range(table, { rowsMax: 1_000 })));
  return Object.fromEntries(tables.map((table, index) => [table, rows[index] ?? []]));
}

describe('folding around events that a projector throws on', () => {
  it('C6 gives the fold of the rest and a row for each, in any order and cut, also when folded again and when healed', async () => {
    const ruling = fc.record({ about: fc.nat(EVENTS - 1), kind: fc.nat(3), early: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(ruling, { maxLength: 8 }),
        fc.infiniteStream(fc.nat(10_000)),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 8 }),
        async (rulings, chances, cuts) => {
          const all = history(rulings);
          const order = all
            .map((event) => ({ event, at: chances.next().value }))
            .sort((a, b) => a.at - b.at)
            .map(({ event }) => event);
          const poison = new Set(order.filter(() => chances.next().value % 4 === 0).map(({ event }) => event.id));
          const disk = new MemoryDisk();
          const open = (projector: Projector) => new MemoryDeviceLog(disk, [projector], sha256);
          let log = open(throwingTally((id) => poison.has(id)));
          await log.enrol({ device: 'device-1', store: STORE });
          for (let start = 0, turn = 0; start < order.length; turn += 1) {
            const end = Math.min(order.length, start + (cuts[turn % cuts.length] ?? 1));
            const lines = order.slice(start, end).map((event, index) => delivered(event, start + index + 1));
            const from = start === 0 ? null : cursorAt(start);
            expect(await log.applyFrame({ from, to: cursorAt(end), lines })).toBe('applied');
            start = end;
          }
          const plain = async (events: readonly AppendedEvent[]) => {
            const tables = (await foldPlainly(events)).dump();
            return Object.fromEntries(TABLES.map((table) => [table, tables[table] ?? []]));
          };
          const rest = await plain(all.filter(({ event }) => !poison.has(event.id)));
          const unfoldable = async () =>
            ((await rowsOf(log, [NEEDS_ATTENTION_TABLE]))[NEEDS_ATTENTION_TABLE] ?? [])
              .map(({ value }) => value as unknown as NeedsAttentionRow)
              .map((row) => (row.kind === 'unfoldable' ? row.event : row.kind));
          for (let time = 0; time < 2; time += 1) {
            expect(await rowsOf(log, TABLES)).toEqual(rest);
            expect(await unfoldable()).toEqual([...poison].sort());
            await log.rebuild();
          }
          log = open(tallyProjector(2));
          expect(await rowsOf(log, TABLES)).toEqual(await plain(all));
          expect(await unfoldable()).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  }, 30_000);

  const batch = () => write([1, 2, 3, 4, 5]).map(({ event }) => ({ event }));

  it('blames no event for an error of the storage, whatever a projector makes of it', async () => {
    class FailingTables extends MemoryTables {
      override async getMany<Value>(table: string, keys: readonly string[]): Promise<(Value | undefined)[]> {
        if (table === 'tally') throw new Error('the disk is gone');
        return super.getMany<Value>(table, keys);
      }
    }
    const hiding: Projector = {
      ...tallyProjector(),
      project: (tables, changes) =>
        tallyProjector()
          .project(tables, changes)
          .catch(() => {
            throw new RangeError('something else');
          }),
    };
    for (const projector of [tallyProjector(), hiding]) {
      const fold = foldIsolated(new FailingTables(), batch(), [projector], async () => []);
      await expect(fold).rejects.toThrow('the disk is gone');
    }
    const lost = foldIsolated(
      new MemoryTables(),
      [
        {
          event: new SampleWriter('c').rule(9, { type: 'EventVoided', payload: { target: sampleId(1), reason: 'r' } })
            .event,
        },
      ],
      [tallyProjector()],
      async () => {
        throw new Error('the records are gone');
      },
    );
    await expect(lost).rejects.toThrow('the records are gone');
  });

  it('blames a projector that asks for more rows than there may be, and notes a bounded text', async () => {
    const greedy: Projector = {
      name: 'greedy',
      version: 1,
      tables: [],
      project: async (tables, changes) => {
        if (changes.some(({ event }) => event.id === sampleId(3))) await tables.range('tally', { rowsMax: 10_001 });
        if (changes.some(({ event }) => event.id === sampleId(4))) throw new Error('x'.repeat(5_000));
      },
    };
    const { folded, unfoldable } = await foldIsolated(new MemoryTables(), batch(), [greedy], async () => []);
    expect(folded.map(({ event }) => event.id)).toEqual([1, 2, 5].map(sampleId));
    expect(unfoldable).toEqual([
      { event: sampleId(3), projector: 'greedy', problem: 'A range returns at most 10000 rows.' },
      { event: sampleId(4), projector: 'greedy', problem: 'x'.repeat(500) },
    ]);
  });

  it('tries at most 2n − 1 times, and once where nothing throws', async () => {
    const tries = async (isPoison: (id: EventId) => boolean) => {
      let count = 0;
      const counted: Projector = {
        name: 'counted',
        version: 1,
        tables: [],
        project: async (_, changes) => {
          count += 1;
          if (changes.some(({ event }) => isPoison(event.id))) throw new Error('no');
        },
      };
      const tables = new BufferedTables(new MemoryTables(), 100);
      await foldIsolated(
        tables,
        write(Array.from({ length: 64 }, (_, at) => at + 1)).map(({ event }) => ({ event })),
        [counted],
        async () => [],
      );
      return count;
    };
    expect(await tries(() => false)).toBe(1);
    expect(await tries((id) => id === sampleId(7))).toBe(13);
    expect(await tries(() => true)).toBe(127);
  });
});
