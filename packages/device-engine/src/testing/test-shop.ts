// A shop for each test of the engine: a centre that knows its two devices, and the tabs that the test opens. All of it ends with
// the test.
import { readStoredLine, type EventId } from '@streamstock/event-log';
import { readTally, STORE } from '@streamstock/event-log/testing/sample-log';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { DeviceEngine, DeviceStatus } from '../device-engine.ts';
import { SOON } from './soon.ts';
import { TestCentre } from './test-centre.ts';
import { isOnline, openTab, testDisk, until, type TestDisk, type TestTab, type TestTabOptions } from './test-tab.ts';

export interface TestShop {
  readonly centre: TestCentre;
  open(disk: TestDisk, options?: TestTabOptions): Promise<TestTab>;
  /** A device with one tab, paired and connected; the shop's are called `device-1` and `device-2`. */
  device(name: string, options?: TestTabOptions): Promise<TestTab & { readonly disk: TestDisk }>;
  /** What the centre holds, in its order. */
  centralIds(): Promise<EventId[]>;
}

/** To be called once, where tests are described. */
export function useTestShop(): TestShop {
  let centre = new TestCentre();
  const tabs: TestTab[] = [];
  beforeEach(async () => {
    centre = new TestCentre();
    await centre.start();
    await centre.enrol('device-1', STORE);
    await centre.enrol('device-2', STORE);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    for (const tab of tabs.splice(0)) {
      tab.thaw();
      await tab.engine.close();
    }
    await centre.stop();
  });
  const open = async (disk: TestDisk, options?: TestTabOptions): Promise<TestTab> => {
    const tab = await openTab(centre, disk, options);
    tabs.push(tab);
    return tab;
  };
  return {
    get centre() {
      return centre;
    },
    open,
    device: async (name, options) => {
      const disk = testDisk();
      const tab = await open(disk, options);
      await tab.engine.enrol({ device: name, store: STORE });
      await until(tab.engine, isOnline);
      return { disk, ...tab };
    },
    centralIds: async () =>
      (await centre.log.read(0, { eventsMax: 500, bytesMax: 1e7 })).map(({ line }) => readStoredLine(line).id),
  };
}

export async function status(engine: DeviceEngine): Promise<DeviceStatus> {
  return await firstValueFrom(engine.status$);
}

/** How many events a tab shows. */
export async function tally(engine: DeviceEngine): Promise<number> {
  return (await readTally(engine.tables)).events;
}

export async function untilTally(engine: DeviceEngine, events: number): Promise<void> {
  await vi.waitFor(async () => expect(await tally(engine)).toBe(events), SOON);
}
