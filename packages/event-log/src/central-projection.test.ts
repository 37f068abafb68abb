import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { CentralLog } from './central-log.ts';
import { MemoryCentralLog } from './memory-central-log.ts';
import { MemoryTables } from './memory-tables.ts';
import { projectBatch, type Projector } from './projection.ts';
import { readStoredLine } from './stored-line.ts';
import { START_MS, readAll, projectAll, sumProjector, TestDevice } from './testing/central-fixtures.ts';

// Other work may keep the machine busy.
vi.setConfig({ testTimeout: 30_000 });

const office = new TestDevice({ device: 'office', store: 'porto' });

/** A history with rulings on events before and after them. */
async function appendHistory(log: CentralLog, kinds: readonly number[]): Promise<void> {
  const ids = kinds.map(() => office.newId());
  const drafts = kinds.map((kind, index) => {
    const target = ids[(index * 7 + kind) % ids.length] ?? '';
    const id = ids[index] ?? '';
    const reason = 'a test';
    if (kind === 1) return office.draft({ id, type: 'EventSetAside', payload: { target, reason, detail: '' } });
    if (kind === 2) return office.draft({ id, type: 'EventAdmitted', payload: { target, reason } });
    if (kind === 3)
      return office.draft({ id, type: 'EventRetimed', payload: { target, effectiveAt: index, uncertaintyMs: 0 } });
    return office.draft({ id, store: kind % 2 === 0 ? 'porto' : 'braga', payload: { amount: kind } });
  });
  await log.appendOwn('centre-1', drafts, START_MS);
}

async function foldAtOnce(log: CentralLog, projectors: readonly Projector[]): Promise<MemoryTables> {
  const tables = new MemoryTables();
  const batch = (await readAll(log)).map(({ line, position }) => ({ event: readStoredLine(line), position }));
  await projectBatch(tables, batch, projectors, async () => []);
  return tables;
}

const newLog = () => new MemoryCentralLog({ epoch: 'epoch-1', writer: 'centre-1' });
const kinds = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 40 });

describe('advancing projectors', () => {
  it('gives the tables of one fold of the whole log, for any steps, late projectors and changes of version', async () => {
    const step = fc.record({
      eventsMax: fc.integer({ min: 1, max: 9 }),
      late: fc.boolean(),
      risen: fc.boolean(),
      appends: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(kinds, fc.array(step, { maxLength: 12 }), async (history, steps) => {
        const log = newLog();
        await appendHistory(log, history);
        let version = 1;
        for (const { eventsMax, late, risen, appends } of steps) {
          if (risen) version += 1;
          if (appends) await appendHistory(log, history.slice(0, 5));
          const projectors = [sumProjector(version), ...(late ? [] : [sumProjector(1, { name: 'other' })])];
          await log.project(projectors, eventsMax);
        }
        const all = [sumProjector(version), sumProjector(1, { name: 'other' })];
        await projectAll(log, all, 3);
        const expected = (await foldAtOnce(log, all)).dump();
        const actual = log.disk().tables.dump();
        expect(actual).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves exactly the dead letters out, and what they rule on only where they rule', async () => {
    await fc.assert(
      fc.asyncProperty(kinds, fc.nat(), async (history, chosen) => {
        const log = newLog();
        await appendHistory(log, history);
        const lines = await readAll(log);
        const dead = lines[chosen % lines.length];
        const sum = sumProjector();
        await log.deadLetter(sum, dead?.position ?? 0, 'a test', START_MS);
        await projectAll(log, [sum, sumProjector(1, { name: 'other' })], 4);
        const counted = async (name: string) =>
          (await log.tables.range(`${name}-counted`, { rowsMax: 100 })).map(({ key }) => key);
        const event = readStoredLine(dead?.line ?? '');
        const without = new Set([event.id, event.payload['target']]);
        expect(await counted('sum')).toEqual((await counted('other')).filter((id) => !without.has(id)));
      }),
      { numRuns: 60 },
    );
  });

  it('says where the last of them stands', async () => {
    const log = newLog();
    await appendHistory(log, [4, 4, 4, 4, 4, 4]);
    const [a, b] = [sumProjector(1, { name: 'a' }), sumProjector(1, { name: 'b' })];
    expect(await log.project([a], 4)).toEqual({ checkpoint: 4, head: 6 });
    expect(await log.project([a, b], 3)).toEqual({ checkpoint: 3, head: 6 });
    // Up to where the other stands, and no further: from there they go on as one.
    expect(await log.project([a, b], 3)).toEqual({ checkpoint: 4, head: 6 });
    expect(await log.project([a, b], 3)).toEqual({ checkpoint: 6, head: 6 });
    expect(await log.project([], 3)).toEqual({ checkpoint: 6, head: 6 });
  });
});
