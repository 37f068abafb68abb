import { MemoryDeviceLog, MemoryDisk, newEventId, readStoredLine, sha256 } from '@streamstock/event-log';
import {
  inventoryProjectors,
  readStockLine,
  receive,
  sell,
  type CommandContext,
  type Decision,
} from '@streamstock/inventory';
import { describe, expect, it } from 'vitest';
import { listDrafts, type TryHold } from '../../drafts/draft-slots.ts';
import { CountDesk, type CountDeskHost } from './count-desk.ts';
import { reviewLine } from './count-review.ts';
import { countLineOf } from './count-session.ts';

/** A device with a real log and real read models in memory. */
async function device() {
  const disk = new MemoryDisk();
  const log = new MemoryDeviceLog(disk, inventoryProjectors, sha256);
  await log.enrol({ device: 'till-1', store: 'lisboa' });
  const held = new Set<string>();
  let clockMs = 1_700_000_000_000;
  let ids = 0;
  const newId = () =>
    newEventId(clockMs, (length) => Uint8Array.from({ length }, (_, index) => (index === 9 ? (ids += 1) : 7) % 256));
  const tryHold: TryHold = async (name) => {
    if (held.has(name)) return null;
    held.add(name);
    return () => held.delete(name);
  };
  const context: CommandContext = { store: 'lisboa', actor: 'till-1', newId, device: 'till-1' };
  const commit: CountDeskHost['engine']['commit'] = (drafts, options) =>
    log.append({
      drafts,
      clock: { nowMs: (clockMs += 1_000), uncertaintyMs: 0 },
      ...(options?.local === undefined ? {} : { local: options.local }),
    });
  const host: CountDeskHost = {
    engine: {
      commit,
      getLocal: (keys) => log.getLocal(keys),
      putLocal: (writes) => log.putLocal(writes),
      newId,
      tables: log.tables,
    },
    tryHold,
    recorder: null,
    context: () => context,
    clock: () => clockMs,
  };
  const record = async (decision: Decision) => {
    if (!decision.ok) throw new Error(decision.refusal.message);
    await commit(decision.drafts);
  };
  return {
    disk,
    log,
    host,
    crash: () => held.clear(),
    receive: (item: string, quantity: number) => record(receive({ lines: [{ item, quantity }] }, context)),
    sell: (item: string, quantity: number) => record(sell({ lines: [{ item, quantity, unitPrice: null }] }, context)),
    onHand: async (item: string) => (await readStockLine(log.tables, 'lisboa', item))?.onHand,
    events: async () =>
      (await log.outbox(0, { eventsMax: 100, bytesMax: 1_000_000 })).lines.map(({ line }) => readStoredLine(line)),
  };
}

const ALL = { area: 'store', scope: { kind: 'all' }, blind: false } as const;
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

async function started(host: CountDeskHost) {
  const desk = new CountDesk(host);
  await desk.start(ALL);
  return desk;
}

describe('a count', () => {
  it('says a line when it is left, and the figure is what was seen', async () => {
    const { host, receive: came, onHand, events } = await device();
    await came('feta', 20);
    const desk = await started(host);
    for (let scans = 0; scans < 17; scans += 1) desk.act({ kind: 'scan', item: 'feta', pack: 1 });
    await settled();
    expect(await onHand('feta')).toBe(20);
    desk.act({ kind: 'take-in-hand', item: 'cream' });
    await settled();
    expect(await onHand('feta')).toBe(17);
    expect((await events()).map(({ type }) => type)).toEqual(['StockReceived', 'StockCounted']);
  });

  it('survives the loss of its tab with every tap, and says nothing twice', async () => {
    const { host, log, crash, events } = await device();
    const desk = await started(host);
    desk.act({ kind: 'scan', item: 'feta', pack: 1 });
    desk.act({ kind: 'scan', item: 'cream', pack: 6 });
    desk.act({ kind: 'step', by: 1 });
    await settled();
    crash();
    const [draft] = await listDrafts(log);
    const again = new CountDesk(host);
    await again.resume(draft?.key ?? '');
    expect(again.state()).toMatchObject({ phase: 'open', continuedLines: 2 });
    const { session } = again.state();
    expect(session?.inHand).toBe('cream');
    expect(session === null ? null : countLineOf(session, 'cream').tally).toBe(7);
    await again.finish();
    expect((await events()).filter(({ type }) => type === 'StockCounted')).toHaveLength(2);
    expect(await listDrafts(log)).toEqual([]);
  });

  it('whose commit was reported as failed repeats it with the same id', async () => {
    const { host, disk, events, onHand } = await device();
    const desk = await started(host);
    desk.act({ kind: 'scan', item: 'feta', pack: 1 });
    await settled();
    disk.faults = (point) => (point === 'after-commit' ? new Error('told that it failed') : null);
    desk.act({ kind: 'take-in-hand', item: null });
    await settled();
    expect(desk.state().problem).not.toBeNull();
    disk.faults = null;
    desk.retry();
    await settled();
    expect(desk.state().problem).toBeNull();
    expect(await events()).toHaveLength(1);
    expect(await onHand('feta')).toBe(1);
  });

  it('cleared after it was said takes the observation back', async () => {
    const { host, receive: came, onHand } = await device();
    await came('feta', 20);
    const desk = await started(host);
    desk.act({ kind: 'scan', item: 'feta', pack: 1 });
    desk.act({ kind: 'take-in-hand', item: null });
    await settled();
    expect(await onHand('feta')).toBe(1);
    desk.act({ kind: 'take-in-hand', item: 'feta' });
    desk.act({ kind: 'clear' });
    desk.act({ kind: 'take-in-hand', item: null });
    await settled();
    expect(await onHand('feta')).toBe(20);
  });

  it('of none on the shelf is a figure: 0', async () => {
    const { host, receive: came, onHand } = await device();
    await came('feta', 3);
    const desk = await started(host);
    desk.act({ kind: 'take-in-hand', item: 'feta' });
    desk.act({ kind: 'none-on-shelf' });
    await desk.finish();
    expect(desk.state().phase).toBe('done');
    expect(await onHand('feta')).toBe(0);
  });

  it('in which nothing was counted leaves nothing behind', async () => {
    const { host, log } = await device();
    const desk = await started(host);
    desk.act({ kind: 'take-in-hand', item: 'feta' });
    await desk.close();
    expect(await listDrafts(log)).toEqual([]);
  });

  it('left with an unsaid tally is said when the screen closes', async () => {
    const { host, onHand } = await device();
    const desk = await started(host);
    desk.act({ kind: 'scan', item: 'feta', pack: 4 });
    await desk.close();
    expect(await onHand('feta')).toBe(4);
  });
});

describe('the review of a line', () => {
  it('explains what it can and names the rest', async () => {
    const { host, log, receive: came, sell: sold } = await device();
    await came('feta', 25);
    const before = await started(host);
    before.act({ kind: 'take-in-hand', item: 'feta' });
    before.act({ kind: 'type', quantity: 20 });
    await before.finish();
    await sold('feta', 2);
    const desk = await started(host);
    desk.act({ kind: 'take-in-hand', item: 'feta' });
    desk.act({ kind: 'type', quantity: 17 });
    await desk.sayAll();
    await sold('feta', 1);
    const { session } = desk.state();
    const observation = session === null ? null : countLineOf(session, 'feta').said;
    if (observation === null) throw new Error('nothing was said');
    expect(observation.expected).toBe(18);
    const review = await reviewLine(log.tables, 'lisboa', 'feta', observation);
    expect(review).toMatchObject({
      baseline: { quantity: 20 },
      moves: [{ kind: 'sold', quantity: -2 }],
      shouldBe: 18,
      saw: 17,
      unexplained: -1,
    });
  });

  it('counted again in the same session is compared with the shelf before the first look, and with sales in between', async () => {
    const { host, log, receive: came, sell: sold } = await device();
    await came('feta', 10);
    const desk = await started(host);
    desk.act({ kind: 'take-in-hand', item: 'feta' });
    desk.act({ kind: 'type', quantity: 4 });
    await desk.sayAll();
    await sold('feta', 3);
    desk.act({ kind: 'take-in-hand', item: 'feta' });
    desk.act({ kind: 'type', quantity: 7 });
    await desk.sayAll();
    const { session } = desk.state();
    const observation = session === null ? null : countLineOf(session, 'feta').said;
    if (observation === null) throw new Error('nothing was said');
    expect(await reviewLine(log.tables, 'lisboa', 'feta', observation)).toMatchObject({
      baseline: null,
      before: 0,
      shouldBe: 7,
      saw: 7,
      unexplained: 0,
    });
  });
});
