import { MemoryCentralLog } from '@streamstock/event-log';
import { beforeEach, expect, test } from 'vitest';
import { authenticateWith } from './ticket-office.ts';

const NOW_MS = 7;
let log: MemoryCentralLog;
/** Writes that the log's disk still takes. */
let writesLeft: number;

beforeEach(async () => {
  writesLeft = Number.POSITIVE_INFINITY;
  const sync = async () => {
    writesLeft -= 1;
    if (writesLeft < 0) throw new Error('The disk is full.');
  };
  log = new MemoryCentralLog({ epoch: 'epoch-1', writer: 'centre-1', sync });
  const till = { device: 'till', store: 'lisbon', kind: 'installation', label: 'Till', parent: null } as const;
  await log.registerDevice({ ...till, enrolledAtMs: 1 });
});

/** Shows a ticket of `till`. */
async function show(shown: string, revoked: readonly string[], ticket = 'good'): Promise<string> {
  const authenticate = authenticateWith({
    tickets: { redeem: (secret) => (secret === 'good' ? 'till' : undefined) },
    log,
    revocations: { has: (device) => revoked.includes(device) },
    clock: () => NOW_MS,
  });
  const hello = { ticket, device: shown } as Parameters<typeof authenticate>[0];
  return (await authenticate(hello)).kind;
}

test('X14 a fork that a restore forgot is known again as revoked, under the installation whose credential it shows', async () => {
  expect(await show('fork', ['fork'])).toBe('granted');
  expect(await log.device('fork')).toMatchObject({ store: 'lisbon', parent: 'till', revokedAtMs: NOW_MS });
  expect((await log.device('till'))?.revokedAtMs).toBeNull();
});

test('X14 one that stands in the list and not in the log, which was full, is revoked there before it comes in', async () => {
  writesLeft = 1;
  await expect(show('fork', ['fork'])).rejects.toThrow('full');
  expect((await log.device('fork'))?.revokedAtMs).toBeNull();
  await expect(show('till', ['till'])).rejects.toThrow('full');
  writesLeft = Number.POSITIVE_INFINITY;
  for (const shown of ['fork', 'till']) {
    expect(await show(shown, ['fork', 'till'])).toBe('granted');
    expect((await log.device(shown))?.revokedAtMs).toBe(NOW_MS);
  }
});

test('nobody else is touched: not who is not in the list, not whose ticket is no good', async () => {
  expect(await show('fork', [])).toBe('granted');
  expect(await show('fork', ['fork'], 'bad')).toBe('refused');
  expect(await log.device('fork')).toBeNull();
});
