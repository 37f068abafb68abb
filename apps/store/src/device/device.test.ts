// What pairing leaves on the disk, whichever tab did it: the device's own file over the real log in memory, two tabs of one browser.
// The engine around the log only passes on; its own way is tested where it lives.
import type { Enrolment, Fetch } from '@streamstock/api';
import type { DeviceEngine, DeviceEngineOptions, DeviceStatus } from '@streamstock/device-engine';
import { MemoryDeviceLog, MemoryDisk, sha256, type DeviceLogChange, type EventDraft } from '@streamstock/event-log';
import { BehaviorSubject, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { BEFORE_FIRST_WORD } from './before-first-word.ts';
import { openDevice } from './device.ts';

const enrolmentOf = (device: string, id = 'lisbon'): Enrolment => ({
  device,
  store: { id, name: id, currency: 'EUR', timeZone: 'Europe/Lisbon' },
  credential: `credential of ${device}`,
});

/** A tab of the browser with this disk; `ticket` asks for one and tells whose credential was shown. */
async function openTab(disk: MemoryDisk) {
  const log = new MemoryDeviceLog(disk, [], sha256);
  const changes$ = new Subject<DeviceLogChange>();
  log.observe((change) => changes$.next(change));
  let options: DeviceEngineOptions | null = null;
  const engine = {
    status$: new BehaviorSubject<DeviceStatus>(BEFORE_FIRST_WORD),
    changes$,
    tables: log.tables,
    getLocal: (keys: readonly string[]) => log.getLocal(keys),
    putLocal: (writes: Parameters<DeviceEngine['putLocal']>[0]) => log.putLocal(writes),
    enrol: (...[identity, more]: Parameters<DeviceEngine['enrol']>) => log.enrol(identity, more?.local),
  };
  const shown: (string | null)[] = [];
  const fetch: Fetch = async (_url, init) => {
    shown.push(new Headers(init?.headers).get('authorization'));
    return Response.json({ ticket: 'ticket', expiresAtMs: 0 }, { status: 201 });
  };
  const device = await openDevice({
    openEngine: async (asked) => {
      options = asked;
      return engine as unknown as DeviceEngine;
    },
    fetch,
    locks: undefined,
    crypto: globalThis.crypto,
    origin: 'https://shop.example',
    appVersion: '1',
  });
  const ticket = async (): Promise<string | null> => {
    await options?.fetchTicket();
    return shown.at(-1) ?? null;
  };
  return { log, device, ticket };
}

const draft: EventDraft = {
  id: '01890000-0000-7000-8000-000000000001',
  type: 'PebbleMoved',
  schemaVersion: 1,
  store: 'lisbon',
  audience: [],
  actor: 'ana',
  payload: {},
};

describe('pairing', () => {
  it('is known to a tab that was open before: its next ticket is asked for with the new credential', async () => {
    const disk = new MemoryDisk();
    const [sender, other] = [await openTab(disk), await openTab(disk)];
    await sender.device.begin(enrolmentOf('device-1'));
    expect(await sender.ticket()).toBe('Bearer credential of device-1');
    await other.device.begin(enrolmentOf('device-2'));
    expect(await sender.ticket()).toBe('Bearer credential of device-2');
  });

  it('leaves identity and credential as they were when it is refused: what is unsent can still be sent', async () => {
    const disk = new MemoryDisk();
    const tab = await openTab(disk);
    await tab.device.begin(enrolmentOf('device-1'));
    await tab.log.append({ drafts: [draft], clock: { nowMs: 1, uncertaintyMs: null } });
    await expect(tab.device.begin(enrolmentOf('device-2', 'porto'))).rejects.toThrow(/unsent/);
    const reopened = await openTab(disk);
    expect((await reopened.log.state())?.identity.device).toBe('device-1');
    expect(await reopened.ticket()).toBe('Bearer credential of device-1');
  });

  it('with another store keeps the credential over a restart', async () => {
    const disk = new MemoryDisk();
    const tab = await openTab(disk);
    await tab.device.begin(enrolmentOf('device-1'));
    await tab.device.begin(enrolmentOf('device-2', 'porto'));
    const reopened = await openTab(disk);
    expect(reopened.device.enrolment()).toEqual(enrolmentOf('device-2', 'porto'));
    expect(await reopened.ticket()).toBe('Bearer credential of device-2');
  });
});
