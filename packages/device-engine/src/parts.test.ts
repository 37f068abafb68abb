// The engine whose larger part is fetched after the first screen: what it can do before, and what it says when a part is not to be had.
import { sampleDraft, STORE, tallyProjector } from '@streamstock/event-log/testing/sample-log';
import { describe, expect, it } from 'vitest';
import { PartMissing } from './device-engine.ts';
import { status, tally, useTestShop } from './testing/test-shop.ts';
import { isDrained, isOnline, tap, until } from './testing/test-tab.ts';

const shop = useTestShop();

/** A domain that is to be had only while `isThere`. */
function remoteDomain() {
  const remote = { isThere: true, asked: 0 };
  const projectors = [tallyProjector()];
  const load = async () => {
    remote.asked += 1;
    if (!remote.isThere) throw new TypeError('Failed to fetch dynamically imported module');
    return { projectors };
  };
  return { remote, domain: { folds: projectors, load } };
}

/** A device that was paired and used, and whose page was closed. */
async function usedDevice() {
  const { engine, disk } = await shop.device('device-1');
  await tap(engine, 3);
  await until(engine, isDrained);
  await engine.close();
  return disk;
}

describe('an engine in parts', () => {
  it('shows what is on the disk before anything else is fetched, and fetches the rest by itself', async () => {
    const disk = await usedDevice();
    const { remote, domain } = remoteDomain();
    let quiet = (): void => undefined;
    const whenQuiet = (callback: () => void) => {
      quiet = callback;
      return () => undefined;
    };
    const { engine } = await shop.open(disk, { domain, environment: { whenQuiet } });
    expect(await tally(engine)).toBe(1);
    expect(await status(engine)).toMatchObject({
      connection: 'connecting',
      unsentCount: 0,
      enrolled: { store: STORE },
    });
    expect(remote.asked).toBe(0);
    quiet();
    await until(engine, isOnline);
  });

  it('says that a part is missing, loses nothing, and goes on when it is there', async () => {
    const disk = await usedDevice();
    const { remote, domain } = remoteDomain();
    remote.isThere = false;
    const { engine, tell } = await shop.open(disk, { domain });
    expect((await until(engine, ({ fault }) => fault !== null)).fault?.kind).toBe('part-missing');
    expect(await tally(engine)).toBe(1);
    const draft = sampleDraft(4, { id: engine.newId(), store: STORE });
    const commit = engine.commit([draft], { local: [{ key: 'draft-00', value: undefined }] });
    await expect(commit).rejects.toThrow(PartMissing);
    expect(await tally(engine)).toBe(1);
    remote.isThere = true;
    tell('network-back');
    await until(engine, isOnline);
    expect((await status(engine)).fault).toBeNull();
    await engine.commit([draft]);
    await until(engine, isDrained);
    expect(await shop.centralIds()).toHaveLength(2);
  });

  it('keeps the fault while what sends is missing, also when something was saved', async () => {
    const disk = await usedDevice();
    const { remote, domain } = remoteDomain();
    remote.isThere = false;
    const { engine } = await shop.open(disk, { domain });
    await until(engine, ({ fault }) => fault !== null);
    remote.isThere = true;
    await tap(engine, 5);
    expect(await tally(engine)).toBe(2);
    expect((await status(engine)).fault?.kind).toBe('part-missing');
    engine.tryNow();
    await until(engine, isDrained);
    expect((await status(engine)).fault).toBeNull();
  });

  it('is told apart from read models of other projectors: those are made anew before anything is shown', async () => {
    const disk = await usedDevice();
    const projectors = [tallyProjector(2)];
    let asked = 0;
    const load = async () => {
      asked += 1;
      return { projectors };
    };
    const { engine } = await shop.open(disk, {
      domain: { folds: projectors, load },
      environment: { whenQuiet: () => () => undefined },
    });
    expect(asked).toBe(1);
    expect(await tally(engine)).toBe(1);
  });
});
