// What the device engine makes of its storage: full, emptied, persisted, and exported.
import { readStoredLine, sha256 } from '@streamstock/event-log';
import { STORE } from '@streamstock/event-log/testing/sample-log';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { describe, expect, it, vi } from 'vitest';
import { status, useTestShop } from './testing/test-shop.ts';
import { isDrained, tap, testDisk, until } from './testing/test-tab.ts';

const shop = useTestShop();

describe('storage', () => {
  it('D10 a full disk is a fault until a commit fits again', async () => {
    const { engine } = await shop.device('device-1');
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(tap(engine)).rejects.toThrow(/no room/);
    expect((await status(engine)).fault?.kind).toBe('storage-full');
    put.mockRestore();
    await tap(engine);
    expect((await until(engine, ({ fault }) => fault === null)).fault).toBeNull();
  });

  it('D1 an emptied database is told from a new one, with what may be lost', async () => {
    const { engine, disk } = await shop.device('device-1');
    await shop.centre.stop();
    await tap(engine);
    await until(engine, ({ unsentCount }) => unsentCount === 1);
    await engine.close();
    disk.indexedDb = new IDBFactory();
    const { engine: wiped } = await shop.open(disk);
    const { fault, enrolled } = await status(wiped);
    expect(enrolled).toBeNull();
    expect(fault).toMatchObject({ kind: 'wiped', device: 'device-1', store: STORE, unsentAtMost: 1 });
    expect(fault?.detail).toMatch(/Up to 1 entries/);
    await wiped.enrol({ device: 'device-2', store: STORE });
    expect((await status(wiped)).fault).toBeNull();
  });

  it('tells room and persistence, and asks for it', async () => {
    let isPersisted = false;
    const storage = {
      estimate: async () => ({ usage: 1_000.4, quota: 9_000 }),
      persisted: async () => isPersisted,
      persist: async () => (isPersisted = true),
    };
    const { engine } = await shop.open(testDisk(), { environment: { storage } });
    const before = await until(engine, (state) => state.storage !== null);
    expect(before.storage).toEqual({ usedBytes: 1_000, quotaBytes: 9_000, persisted: false });
    expect(await engine.persist()).toBe(true);
    expect((await status(engine)).storage?.persisted).toBe(true);
  });

  it('exports what is unsent, with its chain', async () => {
    const { engine } = await shop.device('device-1');
    await tap(engine, 1);
    await until(engine, isDrained);
    await shop.centre.stop();
    const ids = [await tap(engine, 2), await tap(engine, 3)];
    const [head = '', ...lines] = (await engine.exportOutbox()).trimEnd().split('\n');
    const header = JSON.parse(head) as Record<string, unknown>;
    expect(header).toMatchObject({ streamstock: 'outbox', version: 1, device: 'device-1', firstSeq: 2, events: 2 });
    expect(lines.map((line) => readStoredLine(line).id)).toEqual(ids);
    let hash = String(header['hashBefore']);
    for (const line of lines) hash = sha256(`${hash}\n${line}`);
    expect(header['hashAfter']).toBe(hash);
  });
});
