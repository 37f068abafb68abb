import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStoredLine } from './stored-line.ts';
import { STAMPS_PER_MS } from './hybrid-time.ts';
import { MemoryTables } from './memory-tables.ts';
import { changesOf, projectBatch, type Change, type LoggedEvent } from './projection.ts';
import type { RulingDraft } from './ruling.ts';
import { readTally, sampleDraft, sampleId, SampleWriter, START_MS, tallyProjector } from './testing/sample-log.ts';

const PEBBLES = 6;

/** Six pebbles, and rulings of every kind about them, some contradicting each other. */
function history(): LoggedEvent[] {
  const maker = new SampleWriter('device-2');
  const centre = new SampleWriter('centre-1');
  const at = (minutes: number) => (START_MS + minutes * 60_000) * STAMPS_PER_MS;
  const target = (number: number) => sampleId(number);
  const rulings: RulingDraft[] = [
    { type: 'EventSetAside', payload: { target: target(1), reason: 'r', detail: 'd' } },
    { type: 'EventSetAside', payload: { target: target(2), reason: 'r', detail: 'd' } },
    { type: 'EventAdmitted', payload: { target: target(2), reason: 'r' } },
    { type: 'EventVoided', payload: { target: target(3), reason: 'r' } },
    { type: 'EventAdmitted', payload: { target: target(3), reason: 'r' } },
    { type: 'EventRetimed', payload: { target: target(4), effectiveAt: at(90), uncertaintyMs: 5 } },
    { type: 'EventRetimed', payload: { target: target(4), effectiveAt: at(10), uncertaintyMs: 7 } },
    { type: 'EventSetAside', payload: { target: target(99), reason: 'r', detail: 'never arrives' } },
  ];
  const pebbles = maker.write(Array.from({ length: PEBBLES }, (_, index) => sampleDraft(index + 1)));
  const written = [...pebbles, ...rulings.map((ruling, index) => centre.rule(100 + index, ruling))];
  return written.map(({ event }, index) => ({ event, position: index + 1 }));
}

/** Folds batches one after another, as a log would. */
async function fold(batches: readonly (readonly LoggedEvent[])[]): Promise<MemoryTables> {
  const tables = new MemoryTables();
  const projected = new Map<string, LoggedEvent>();
  for (const batch of batches) {
    await projectBatch(tables, batch, [tallyProjector()], async (ids) =>
      ids.map((id) => projected.get(id)).filter((logged) => logged !== undefined),
    );
    for (const logged of batch) projected.set(logged.event.id, logged);
  }
  return tables;
}

function cut<Item>(items: readonly Item[], sizes: readonly number[]): Item[][] {
  const batches: Item[][] = [];
  let rest = [...items];
  for (const size of sizes) {
    if (rest.length === 0) break;
    batches.push(rest.slice(0, size));
    rest = rest.slice(size);
  }
  return rest.length === 0 ? batches : [...batches, rest];
}

describe('projectBatch', () => {
  it('counts what is neither set aside nor voided', async () => {
    const tables = await fold([history()]);
    expect(await readTally(tables)).toEqual({ events: 4, quantity: 2 + 4 + 5 + 6 });
  });

  it('X15 X29 law 3: gives the same tables for any order and any cut of events and rulings', async () => {
    const events = history();
    const expected = (await fold([events])).dump();
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: events.length }),
        async (shuffled, sizes) => {
          const tables = await fold(cut(shuffled, sizes));
          const { 'tally-newest': _order, ...figures } = tables.dump();
          const { 'tally-newest': _expected, ...expectedFigures } = expected;
          expect(figures).toEqual(expectedFigures);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('changesOf', () => {
  const events = history();
  const [pebble, , third] = events;
  const rulingsFor = (id: string) => events.filter(({ event }) => event.payload['target'] === id);
  const describeChange = ({ event, before, after }: Change) => [
    event.id,
    before?.effectiveAt ?? null,
    after?.effectiveAt ?? null,
  ];

  it('a new event begins; a ruling itself never counts', async () => {
    const batch = [pebble!, ...rulingsFor(sampleId(99))];
    const changes = await changesOf(new MemoryTables(), batch, async () => []);
    expect(changes.map(describeChange)).toEqual([
      [pebble!.event.id, null, pebble!.event.occurredAt],
      [batch[1]!.event.id, null, null],
    ]);
  });

  it('a ruling about an event of before ends it, once', async () => {
    const tables = new MemoryTables();
    await changesOf(tables, [third!], async () => []);
    const asked: string[][] = [];
    const find = async (ids: readonly string[]) => {
      asked.push([...ids]);
      return [third!];
    };
    const [voided, admitted] = rulingsFor(third!.event.id);
    const first = await changesOf(tables, [voided!], find);
    expect(asked).toEqual([[third!.event.id]]);
    expect(first.map(describeChange)).toContainEqual([third!.event.id, third!.event.occurredAt, null]);
    const second = await changesOf(tables, [admitted!], find);
    expect(second.map(({ event }) => event.id)).toEqual([admitted!.event.id]);
  });

  it('an event and its ruling in one batch never begin and end', async () => {
    const batch = [...rulingsFor(third!.event.id), third!];
    const find = async () => expect.fail('An event of the batch is no earlier event.');
    const changes = await changesOf(new MemoryTables(), batch, find);
    expect(changes.map(describeChange)).toContainEqual([third!.event.id, null, null]);
    expect(changes).toHaveLength(batch.length);
  });

  it('of two re-timings the least (recordedAt, id) counts, and the other one changes nothing', async () => {
    const moved = events[3]!;
    const [early, late] = rulingsFor(moved.event.id);
    expect(early!.event.recordedAt).toBeLessThan(late!.event.recordedAt);
    const tables = new MemoryTables();
    await changesOf(tables, [moved, late!], async () => []);
    const changes = await changesOf(tables, [early!], async () => [moved]);
    const effectiveAt = (ruling: LoggedEvent) => Number(ruling.event.payload['effectiveAt']);
    expect(changes.map(describeChange)).toContainEqual([moved.event.id, effectiveAt(late!), effectiveAt(early!)]);
    expect(changes.find(({ event }) => event.id === moved.event.id)?.after?.uncertaintyMs).toBe(5);
  });

  it('carries positions only where there are any', async () => {
    const [own] = new SampleWriter('device-3').write([sampleDraft(50)]);
    const changes = await changesOf(
      new MemoryTables(),
      [{ event: readStoredLine(own!.line) }, pebble!],
      async () => [],
    );
    expect(changes.map((change) => 'position' in change)).toEqual([false, true]);
  });
});
