// Answers of the log to a session: new ids for forks, within their bound, and whose ticket is good for whom.
import { MemoryCentralLog, type CentralLog, type DeviceId } from '@streamstock/event-log';
import { FORKS_PER_DEVICE_DAY_MAX, FORKS_RETRY_AFTER_MS } from '@streamstock/sync';
import { describe, expect, it } from 'vitest';
import { answerFromLog, type RemovedToo, type SessionInput } from './log-answers.ts';

const DAY_MS = 86_400_000;
const START_MS = 1_700_000_000_000;

async function logWith(...devices: readonly DeviceId[]): Promise<CentralLog> {
  const log = new MemoryCentralLog({ epoch: 'epoch-1', writer: 'centre-1' });
  for (const device of devices) {
    const record = { device, store: 'porto', kind: 'installation', label: device, parent: null } as const;
    await log.registerDevice({ ...record, enrolledAtMs: START_MS });
  }
  return log;
}

async function mint(
  log: CentralLog,
  parent: DeviceId,
  nowMs: number,
  removedToo: RemovedToo = () => {},
): Promise<SessionInput> {
  const authenticate = () => Promise.reject(new Error('Nobody asks for a ticket.'));
  const effect = { type: 'mintDevice', parent, store: 'porto', commonSeq: 0 } as const;
  return await answerFromLog({ log, authenticate, clock: () => nowMs, removedToo }, effect);
}

function minted(answer: SessionInput): DeviceId {
  if (answer.type !== 'deviceMinted') throw new Error(`It was answered ${answer.type}.`);
  return answer.device;
}

describe('new ids for forks', () => {
  it('are bounded by the day for one installation, whatever it became; others, and the next day, are not touched', async () => {
    const log = await logWith('till-a', 'till-b');
    let last = 'till-a';
    for (let fork = 0; fork < FORKS_PER_DEVICE_DAY_MAX; fork += 1)
      last = minted(await mint(log, last, START_MS + fork));
    const refused = { type: 'mintRefused', retryAfterMs: FORKS_RETRY_AFTER_MS };
    expect(await mint(log, last, START_MS + 1_000)).toEqual(refused);
    expect(await mint(log, 'till-a', START_MS + 1_000)).toEqual(refused);
    minted(await mint(log, 'till-b', START_MS + 1_000));
    minted(await mint(log, last, START_MS + DAY_MS + 1));
  });

  it('descend from the fork, and are removed where that is', async () => {
    const log = await logWith('till-a');
    const first = minted(await mint(log, 'till-a', START_MS));
    expect(await log.device(first)).toMatchObject({ parent: 'till-a', store: 'porto', revokedAtMs: null });
    await log.revokeDevice('till-a', START_MS + 5);
    const second = minted(await mint(log, first, START_MS + 9));
    expect(await log.device(second)).toMatchObject({ parent: first, revokedAtMs: START_MS + 9 });
  });

  it('X14 are told as removed before they are, so that no restore can forget it; no other is', async () => {
    const log = await logWith('till-a', 'till-b');
    await log.revokeDevice('till-a', START_MS);
    const told: [DeviceId, number | null | undefined][] = [];
    const known = new Map<DeviceId, Promise<unknown>>();
    const removedToo = (device: DeviceId): void => {
      known.set(
        device,
        log.device(device).then((record) => told.push([device, record?.revokedAtMs])),
      );
    };
    const fork = minted(await mint(log, 'till-a', START_MS + 1, removedToo));
    minted(await mint(log, 'till-b', START_MS + 1, removedToo));
    await Promise.all(known.values());
    expect(told).toEqual([[fork, null]]);
  });

  it('are removed, too, where the removal comes while they are made', async () => {
    const log = await logWith('till-a');
    const registerDevice: CentralLog['registerDevice'] = async (device) => {
      await log.revokeDevice('till-a', START_MS);
      await log.registerDevice(device);
    };
    const slow = new Proxy(log, {
      get: (target, name) => {
        if (name === 'registerDevice') return registerDevice;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    const fork = minted(await mint(slow, 'till-a', START_MS + 1));
    expect(await log.device(fork)).toMatchObject({ revokedAtMs: START_MS + 1 });
  });
});
