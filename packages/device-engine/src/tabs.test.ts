// Several tabs of one device: one sends for all, whichever closes, freezes or is outdated.
import { tallyProjector } from '@streamstock/event-log/testing/sample-log';
import { describe, expect, it, vi } from 'vitest';
import { TicketFailed, type DeviceStatus } from './device-engine.ts';
import { SOON } from './testing/soon.ts';
import { status, tally, untilTally, useTestShop } from './testing/test-shop.ts';
import { isDrained, isOnline, tap, until } from './testing/test-tab.ts';

const shop = useTestShop();

describe('tabs', () => {
  it('one sends for all: a tap in the other tab goes out at once, and both show the same connection', async () => {
    const { engine: first, disk } = await shop.device('device-1');
    const { engine: second } = await shop.open(disk);
    await until(second, isOnline);
    expect((await status(second)).isSender).toBe(false);
    const { engine: other } = await shop.device('device-2');
    await tap(second);
    await untilTally(other, 1);
    await until(second, isDrained);
    await until(first, isDrained);
    expect(await tally(first)).toBe(1);
    expect(shop.centre.connections).toBe(2);
  });

  it('both may write at the same time', async () => {
    const { engine: first, disk } = await shop.device('device-1');
    const { engine: second } = await shop.open(disk);
    const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => tap(index % 2 === 0 ? first : second)));
    // What the other tab wrote last may not be in this one's figures yet.
    await vi.waitFor(async () => expect((await shop.centralIds()).toSorted()).toEqual(ids.toSorted()), SOON);
    await until(second, isDrained);
  });

  it('when the sending tab closes the other sends', async () => {
    const { engine: first, disk } = await shop.device('device-1');
    const { engine: second } = await shop.open(disk, { speed: 40 });
    await first.close();
    await until(second, ({ isSender }) => isSender);
    const id = await tap(second);
    await until(second, isDrained);
    expect(await shop.centralIds()).toEqual([id]);
  });

  it('“try now” works from a tab that does not send', async () => {
    let isGood = true;
    const fetchTicket = async () => {
      if (!isGood) throw new TicketFailed({ kind: 'refused', refusal: 'unauthorised' });
      return shop.centre.issueTicket();
    };
    const { disk } = await shop.device('device-1', { fetchTicket });
    const { engine: second } = await shop.open(disk);
    await until(second, isOnline);
    isGood = false;
    await shop.centre.stop();
    await until(second, ({ connection }) => connection === 'needsYou');
    isGood = true;
    await shop.centre.start();
    // By itself the session would ask again after minutes.
    second.tryNow();
    expect((await until(second, isOnline)).isSender).toBe(false);
  });

  it('a sender is not misled by what it hears on the channel', async () => {
    const { engine, disk } = await shop.device('device-1');
    const channel = new BroadcastChannel(`${disk.databaseName} sender`);
    const standing = ({ connection, isSender, locked, enrolled }: DeviceStatus) => ({
      connection,
      isSender,
      locked,
      enrolled,
    });
    const before = standing(await status(engine));
    expect(before).toMatchObject({ connection: 'online', isSender: true, locked: false });
    const view = { connection: 'offline', connectionSinceMs: 1, clock: null };
    for (const message of [{ kind: 'sender', fence: 0, view, removed: 'device-1' }, { kind: 'unknown' }, undefined]) {
      channel.postMessage({ version: 2, message });
    }
    channel.postMessage('nonsense');
    channel.postMessage(null);
    channel.postMessage({ version: 3, message: { kind: 'sender', fence: 99, view, removed: 'device-1' } });
    const answered = new Promise((resolve) => {
      channel.onmessage = resolve;
    });
    channel.postMessage({ version: 2, message: { kind: 'ask' } });
    await answered;
    channel.close();
    // Its clock may have been measured meanwhile.
    expect(standing(await status(engine))).toEqual(before);
  });

  it('D6 a tab of an older app makes room for the newer one, and says that it is outdated', async () => {
    const { engine: older, disk } = await shop.device('device-1');
    const { engine: newer } = await shop.open(disk, { projectors: [tallyProjector(2)], speed: 40 });
    const id = await tap(newer);
    await until(newer, ({ isSender }) => isSender);
    await until(newer, isDrained);
    expect(await shop.centralIds()).toEqual([id]);
    expect((await until(older, ({ fault }) => fault !== null)).fault?.kind).toBe('outdated');
    await expect(tap(older)).rejects.toThrow(/newer version/);
    expect((await status(older)).isSender).toBe(false);
  });

  it('D7 a frozen sender does not stop the shop; thawed, it does no harm', async () => {
    const { disk, engine: frozen, freeze, thaw } = await shop.device('device-1');
    const { engine: second } = await shop.open(disk, { speed: 40 });
    await until(second, isOnline);
    freeze();
    const id = await tap(second);
    await until(second, ({ isSender }) => isSender);
    await until(second, isDrained);
    expect(await shop.centralIds()).toEqual([id]);
    thaw();
    await until(frozen, ({ isSender }) => !isSender);
    const later = await tap(frozen, 2);
    await until(frozen, isDrained);
    await untilTally(second, 2);
    expect(await shop.centralIds()).toEqual([id, later]);
    expect(await tally(frozen)).toBe(2);
  });
});
