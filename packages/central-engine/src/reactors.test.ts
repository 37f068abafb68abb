import {
  deriveEventId,
  MemoryCentralLog,
  readStoredLine,
  sha256,
  type Event,
  type EventDraft,
  type TableReader,
} from '@streamstock/event-log';
import {
  START_MS,
  sumProjector,
  TestDevice,
  testJudge,
  typesOf,
  readAll,
} from '@streamstock/event-log/testing/central-fixtures';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineReport } from './central-engine-options.ts';
import { startCentralEngine, type CentralEngine } from './central-engine.ts';
import { ReactorLoop } from './reactor-loop.ts';
import { forgetfulMemory, type Reactor, type ReactorMemory } from './reactor.ts';

vi.setConfig({ testTimeout: 30_000 });
/** A poll looks again until then; what it waits for comes in milliseconds on a machine that is not busy. */
const SOON = { timeout: 20_000 };

let log: MemoryCentralLog;
let engine: CentralEngine | undefined;
let memory: ReactorMemory;
let reports: EngineReport[];
const office = new TestDevice({ device: 'office', store: 'porto' });

beforeEach(() => {
  log = new MemoryCentralLog({ epoch: 'epoch-1', writer: 'centre-1' });
  memory = forgetfulMemory();
  reports = [];
});
afterEach(async () => await engine?.close());

async function start(reactor: Reactor, projectorVersion = 1): Promise<CentralEngine> {
  engine = await startCentralEngine({
    log,
    hash: sha256,
    judge: testJudge,
    projectors: [sumProjector(projectorVersion)],
    seal: (text) => sha256(text),
    clock: () => START_MS,
    authenticate: () => Promise.reject(new Error('Nobody connects.')),
    reactors: [reactor],
    reactorMemory: memory,
  });
  engine.reports$.subscribe((report) => reports.push(report));
  return engine;
}

async function append(...changes: readonly Partial<EventDraft>[]): Promise<readonly EventDraft[]> {
  const drafts = changes.map((change) => office.draft(change));
  const { writer } = await log.head();
  await engine?.appendOwn(writer, drafts);
  return drafts;
}

function answerTo(event: Event, payload: Record<string, unknown> = { amount: 0 }): EventDraft {
  const { store, id } = event;
  const answer = { type: 'ThingAnswered', schemaVersion: 1, store, audience: [], actor: 'centre', payload };
  return { ...answer, id: deriveEventId(sha256, 'answer', id), causationId: id };
}

const isThing = ({ type }: Event) => type === 'ThingHappened';
const answering: Reactor = { name: 'answering', react: async (event) => (isThing(event) ? [answerTo(event)] : []) };
const answers = async () => typesOf(await readAll(log)).filter((type) => type === 'ThingAnswered').length;
const checkpoint = async () => (await memory.load()).checkpoints['answering'];

describe('a reactor', () => {
  it('appends what follows from an event, once, and is done with it when it is on disk', async () => {
    await start(answering);
    await append({}, {});
    await expect.poll(checkpoint, SOON).toBe(4);
    expect(typesOf(await readAll(log))).toEqual(['ThingHappened', 'ThingHappened', 'ThingAnswered', 'ThingAnswered']);
    const causes = (await readAll(log)).map(({ line }) => readStoredLine(line).causationId);
    expect(causes.slice(2)).toEqual((await readAll(log)).slice(0, 2).map(({ id }) => id));
  });

  it('X36 appends nothing anew when read models are rebuilt, nor when it is given events again', async () => {
    await start(answering);
    await append({}, {});
    await expect.poll(checkpoint, SOON).toBe(4);
    await engine?.close();
    await start(answering, 2);
    await engine?.catchUp();
    expect(await answers()).toBe(2);
    await engine?.close();
    // As after a crash between the append and the note of it.
    await memory.save({ checkpoints: { answering: 0 }, resumedEpoch: null });
    await start(answering);
    await expect.poll(checkpoint, SOON).toBe(4);
    expect(await answers()).toBe(2);
  });

  it('begins at the head when it is new: the past is not its business', async () => {
    const idle: Reactor = { name: 'idle', react: async () => [] };
    await start(idle);
    await append({}, {});
    await engine?.close();
    await start(answering);
    await append({});
    await expect.poll(checkpoint, SOON).toBe(4);
    expect(await answers()).toBe(1);
  });

  describe('after a restore', () => {
    /** The engine is gone; an old copy of the log is put back, and begins an epoch. */
    async function restore(backup: MemoryCentralLog): Promise<void> {
      await engine?.close();
      log = backup;
      await log.beginEpoch({ cause: 'restored', nowMs: START_MS });
    }

    it('is given what stands in the place of lost events, however much was written before it starts', async () => {
      await start(answering);
      await append({});
      await expect.poll(checkpoint, SOON).toBe(2);
      const backup = log.clone();
      await append({}, {});
      await expect.poll(checkpoint, SOON).toBe(6);
      await restore(backup);
      const { writer } = await log.head();
      const imported = Array.from({ length: 10 }, () => office.draft());
      await log.appendOwn(writer, imported, START_MS);
      await start(answering);
      await expect.poll(answers, SOON).toBe(11);
    });

    it('answers again what the copy holds without its answer, and nothing twice', async () => {
      await start(answering);
      await append({});
      await expect.poll(checkpoint, SOON).toBe(2);
      const { writer } = await log.head();
      await engine?.close();
      await log.appendOwn(writer, [office.draft()], START_MS);
      const backup = log.clone();
      await start(answering);
      await expect.poll(checkpoint, SOON).toBe(4);
      await restore(backup);
      expect(await answers()).toBe(1);
      await start(answering);
      await expect.poll(answers, SOON).toBe(2);
      await engine?.close();
      await start(answering);
      await append({});
      await expect.poll(answers, SOON).toBe(3);
    });

    it('is given nothing from before it was there', async () => {
      await start({ name: 'idle', react: async () => [] });
      await append({}, {});
      await engine?.close();
      await start(answering);
      await append({});
      await expect.poll(checkpoint, SOON).toBe(4);
      await restore(log.clone());
      await start(answering);
      await append({});
      await expect.poll(answers, SOON).toBe(2);
      const answered = (await readAll(log)).flatMap(({ line }) => readStoredLine(line).causationId ?? []);
      const [, , third] = (await readAll(log)).map(({ id }) => id);
      expect(answered).toContain(third);
      expect(answered).toHaveLength(2);
    });
  });

  it('sees what it and others decided before: the answer is in the read models when the next event is given', async () => {
    const seen: (number | undefined)[] = [];
    const summing: Reactor = {
      name: 'answering',
      react: async (event: Event, tables: TableReader) => {
        if (!isThing(event)) return [];
        const [sum] = await tables.getMany<number>('sum-by-store', ['porto']);
        seen.push(sum);
        return [answerTo(event, { amount: 100 })];
      },
    };
    await start(summing);
    await append({ payload: { amount: 1 } }, { payload: { amount: 1 } }, { payload: { amount: 1 } });
    await expect.poll(() => seen.length, SOON).toBe(3);
    expect(seen).toEqual([3, 103, 203]);
  });

  it('is given nothing that a read model which is being filled anew does not hold again', async () => {
    const { writer } = await log.head();
    await log.appendOwn(writer, [office.draft(), office.draft(), office.draft()], START_MS);
    await memory.save({ checkpoints: { answering: 0 }, resumedEpoch: null });
    const seen: string[] = [];
    const reactor: Reactor = { name: 'answering', react: async ({ id }) => (seen.push(id), []) };
    let isOpen = false;
    const loop = new ReactorLoop({
      log,
      reactors: [reactor],
      memory,
      append: async () => {},
      folded: async () => 3,
      isOpen: () => isOpen,
      moved: () => {},
      failed: () => {},
    });
    await loop.start();
    loop.follow(3);
    loop.follow(1);
    isOpen = true;
    loop.poke();
    await loop.idle();
    expect(seen).toHaveLength(1);
    loop.follow(3);
    await loop.idle();
    expect(seen).toHaveLength(3);
    await loop.close();
  });

  it('is not given what does not count, and is given it when a ruling lets it count', async () => {
    const seen: string[] = [];
    const listening: Reactor = {
      name: 'answering',
      react: async ({ id, type }) => {
        if (type === 'ThingHappened') seen.push(id);
        return [];
      },
    };
    await start(listening);
    const id = office.newId();
    const ruling = (type: string, payload: Record<string, unknown>) => ({ type, payload: { target: id, ...payload } });
    // Both become visible, and are folded, together: the reactor is never given an event before its rulings.
    await append({ id }, ruling('EventSetAside', { reason: 'other-store', detail: 'x' }), {});
    await expect.poll(checkpoint, SOON).toBe(3);
    expect(seen).not.toContain(id);
    await append(ruling('EventAdmitted', { reason: 'a person said so' }));
    await expect.poll(() => seen.filter((one) => one === id), SOON).toHaveLength(1);
  });

  it('that fails goes on without the event in the end, and says so', async () => {
    let poison = '';
    const failing: Reactor = {
      name: 'answering',
      react: async (event) => {
        if (event.id === poison) throw new Error('This can not be answered.');
        return isThing(event) ? [answerTo(event)] : [];
      },
    };
    const first = office.draft();
    poison = first.id;
    await start(failing);
    await engine?.appendOwn('centre-1', [first, office.draft()]);
    await expect.poll(answers, { timeout: 20_000 }).toBe(1);
    const told = reports.filter((report) => report.kind === 'reactor');
    expect(told.at(-1)).toMatchObject({ reactor: 'answering', position: 1, leftOut: true });
    expect(told.filter(({ leftOut }) => leftOut)).toHaveLength(1);
  });

  it('may not write what is not derived from its cause', async () => {
    const inventing: Reactor = {
      name: 'answering',
      react: async (event) => (isThing(event) ? [{ ...answerTo(event), id: office.newId() }] : []),
    };
    await start(inventing);
    await append({});
    await expect
      .poll(() => reports.find((report) => report.kind === 'reactor'))
      .toMatchObject({
        detail: expect.stringContaining('not derived') as string,
      });
    expect(await answers()).toBe(0);
  });
});
