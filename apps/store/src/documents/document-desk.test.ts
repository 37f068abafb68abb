import { MemoryDeviceLog, MemoryDisk, newEventId, readStoredLine, sha256, type Json } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { RecentRecorder, readRecent } from '../device/recent-records.ts';
import { listDrafts, type TryHold } from '../drafts/draft-slots.ts';
import { changeSale, type Sale, type SaleItem } from '../screens/sell/sale.ts';
import { saleKind } from '../screens/sell/sale-kind.ts';
import { DocumentDesk, type DeskHost } from './document-desk.ts';

const OAT: SaleItem = { item: 'oat', quantityScale: 0, unitPrice: { minorUnits: 210, scale: 2 }, unit: 'piece' };

/** A device with a real log in memory; each `tab` is a handle on the same disk. */
async function device() {
  const disk = new MemoryDisk();
  const log = new MemoryDeviceLog(disk, [], sha256);
  await log.enrol({ device: 'till-1', store: 'lisboa' });
  const held = new Set<string>();
  let clockMs = 1_700_000_000_000;
  let ids = 0;
  const random = (length: number) => new Uint8Array(length).fill((ids += 1) % 256);
  const newId = () => newEventId(clockMs, random);
  const tryHold: TryHold = async (name) => {
    if (held.has(name)) return null;
    held.add(name);
    return () => held.delete(name);
  };
  const recorder = await RecentRecorder.open(log, 0);
  const host: DeskHost = {
    engine: {
      commit: (drafts, options) =>
        log.append({
          drafts,
          clock: { nowMs: clockMs, uncertaintyMs: null },
          ...(options?.local === undefined ? {} : { local: options.local }),
        }),
      getLocal: (keys) => log.getLocal(keys),
      putLocal: (writes) => log.putLocal(writes),
      newId,
    },
    tryHold,
    recorder,
    context: () => ({ store: 'lisboa', actor: 'till-1', newId, device: 'till-1' }),
    clock: () => (clockMs += 1),
  };
  const events = async () =>
    (await log.outbox(0, { eventsMax: 100, bytesMax: 1_000_000 })).lines.map(({ line }) => readStoredLine(line));
  return { disk, log, host, held, events };
}

function scan(desk: DocumentDesk<Sale>, item = OAT): void {
  const outcome = changeSale(desk.state().doc, { kind: 'add', item: item.item, quantity: 1, pack: 1 }, item);
  if (!outcome.ok) throw new Error(outcome.refusal);
  desk.change(outcome.sale);
}

async function opened(host: DeskHost, key: string | null = null) {
  const desk = new DocumentDesk(saleKind, host);
  await desk.open(key);
  return desk;
}

describe('a sale on the desk', () => {
  it('is on the device after every tap, and survives the loss of its tab', async () => {
    const { host, log, held } = await device();
    const desk = await opened(host);
    scan(desk);
    scan(desk);
    await desk.close();
    held.clear();
    const again = await opened(host);
    expect(again.state()).toMatchObject({ phase: 'open', resumed: true });
    expect(again.state().doc.lines.lines).toEqual([{ item: 'oat', quantity: 2, pack: 1 }]);
    expect(await listDrafts(log)).toHaveLength(1);
  });

  it('disappears as a draft exactly when it is saved', async () => {
    const { host, log, events } = await device();
    const desk = await opened(host);
    scan(desk);
    scan(desk);
    await desk.commit();
    expect(desk.state().phase).toBe('saved');
    expect(await listDrafts(log)).toEqual([]);
    expect(await events()).toMatchObject([
      {
        type: 'StockSold',
        store: 'lisboa',
        payload: { lines: [{ item: 'oat', quantity: 2, unitPrice: { minorUnits: 210, scale: 2 } }] },
      },
    ]);
    expect(await readRecent(log)).toMatchObject([{ kind: 'sale', pieces: 2, lines: 1 }]);
  });

  it('that was not saved stays on the screen and on the device, and is saved once when tried again', async () => {
    const { host, log, disk, events } = await device();
    const desk = await opened(host);
    scan(desk);
    await new Promise((resolve) => setTimeout(resolve, 0));
    // The commit reached the disk, but the device was told that it failed: the worst case for doubling.
    disk.faults = (point) =>
      point === 'after-commit' ? Object.assign(new Error('disk full'), { name: 'QuotaExceededError' }) : null;
    await desk.commit();
    expect(desk.state()).toMatchObject({ phase: 'open', problem: { kind: 'full' } });
    expect(desk.state().doc.lines.lines).toHaveLength(1);
    disk.faults = null;
    await desk.commit();
    expect(desk.state().phase).toBe('saved');
    expect(await events()).toHaveLength(1);
    expect(await listDrafts(log)).toEqual([]);
  });

  it('never says saved before the commit is on disk', async () => {
    const { host } = await device();
    let finish = () => {};
    const slow: DeskHost = {
      ...host,
      engine: {
        ...host.engine,
        commit: async (drafts, options) => {
          await new Promise<void>((resolve) => {
            finish = resolve;
          });
          return await host.engine.commit(drafts, options);
        },
      },
    };
    const desk = await opened(slow);
    scan(desk);
    const done = desk.commit();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(desk.state().phase).toBe('saving');
    scan(desk);
    expect(desk.state().doc.lines.lines).toEqual([{ item: 'oat', quantity: 1, pack: 1 }]);
    finish();
    await done;
    expect(desk.state().phase).toBe('saved');
  });

  it('is taken back by reversals of all its events', async () => {
    const { host, events } = await device();
    const desk = await opened(host);
    scan(desk);
    await desk.commit();
    await desk.undoSaved();
    await desk.undoSaved();
    expect(desk.state().saved?.undo).toBe('undone');
    const [sale, reversal, ...more] = await events();
    expect(reversal).toMatchObject({ type: 'EntryReversed', payload: { target: sale?.id, line: null } });
    expect(more).toEqual([]);
  });

  it('on hold waits for its row; the next one begins in another slot', async () => {
    const { host, log } = await device();
    const desk = await opened(host);
    scan(desk);
    await desk.hold();
    expect(desk.state().doc.lines.lines).toEqual([]);
    const [draft] = await listDrafts(log);
    const fresh = await opened(host);
    expect(fresh.state()).toMatchObject({ resumed: false });
    const back = await opened(host, draft?.key ?? '');
    expect(back.state()).toMatchObject({ phase: 'open', resumed: true });
    await desk.close();
  });

  it('open in one tab is not taken up by another', async () => {
    const { host, log } = await device();
    const first = await opened(host);
    scan(first);
    await new Promise((resolve) => setTimeout(resolve, 0));
    const second = await opened(host);
    expect(second.state()).toMatchObject({ phase: 'open', resumed: false });
    const [draft] = await listDrafts(log);
    expect((await opened(host, draft?.key ?? '')).state().phase).toBe('elsewhere');
  });

  it('of an unknown shape stays where it is and the desk starts anew', async () => {
    const { host, log } = await device();
    const strange: Json = { kind: 'sale', held: false, lines: 1, touchedAtMs: 1, body: { from: 'the future' } };
    await log.putLocal([{ key: 'draft-00', value: strange }]);
    const desk = await opened(host);
    expect(desk.state()).toMatchObject({ phase: 'open', resumed: false });
    scan(desk);
    await desk.close();
    expect((await listDrafts(log)).find(({ key }) => key === 'draft-00')?.value).toEqual(strange);
  });

  it('emptied by undo leaves no draft', async () => {
    const { host, log } = await device();
    const desk = await opened(host);
    scan(desk);
    const outcome = changeSale(desk.state().doc, { kind: 'undo' });
    if (outcome.ok) desk.change(outcome.sale);
    await desk.close();
    expect(await listDrafts(log)).toEqual([]);
  });
});
