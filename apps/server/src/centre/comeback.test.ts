import type { DeviceRecord, EpochRecord } from '@streamstock/event-log';
import { expect, test } from 'vitest';
import { comebackOf, liveDevices, LIVE_WITHIN_MS } from './comeback.ts';

const BEGAN = 100 * LIVE_WITHIN_MS;
const record = (device: string, over: Partial<DeviceRecord> = {}): DeviceRecord => ({
  device,
  store: 's',
  kind: 'installation',
  label: device,
  parent: null,
  enrolledAtMs: 1,
  revokedAtMs: null,
  revokedAtSeq: null,
  accepted: { seq: 1, hash: '' },
  ...over,
});
const epoch = (cause: EpochRecord['cause']): EpochRecord => ({
  epoch: 'e2',
  writer: 'w',
  cause,
  beganAtMs: BEGAN,
  base: { position: 1, hash: '' },
});
const heard = (times: Record<string, number>) => (device: string) => times[device] ?? null;

test('live are installations that wrote or spoke in the two weeks before', () => {
  const devices = [
    record('lately'),
    record('drawer'),
    record('revoked', { revokedAtMs: 5 }),
    record('importer', { kind: 'importer' }),
    record('later', { enrolledAtMs: BEGAN + 1 }),
    record('wrote, last word unknown'),
    record('never used', { accepted: { seq: 0, hash: '' } }),
    record('only watches', { accepted: { seq: 0, hash: '' } }),
  ];
  const words = heard({
    lately: BEGAN - LIVE_WITHIN_MS,
    drawer: BEGAN - LIVE_WITHIN_MS - 1,
    'only watches': BEGAN + 9,
  });
  expect(liveDevices(devices, words, BEGAN)).toEqual(['lately', 'wrote, last word unknown', 'only watches']);
});

test('while work is paused those are missing for whom the engine waits', () => {
  const waiting = { state: 'paused', waitingFor: ['b'] } as const;
  expect(comebackOf(epoch('restored'), ['a', 'b'], heard({ a: 1, b: BEGAN + 1 }), waiting)).toEqual({
    back: ['a'],
    awaited: ['b'],
    paused: true,
  });
});

test('once it goes on, whoever was not heard since is missing still', () => {
  const running = { state: 'running', waitingFor: [] } as const;
  expect(comebackOf(epoch('rolled-back'), ['a', 'b'], heard({ a: BEGAN, b: BEGAN - 1 }), running)).toEqual({
    back: ['a'],
    awaited: ['b'],
    paused: false,
  });
  expect(comebackOf(epoch('begun'), ['a', 'b'], heard({}), running)).toEqual({ back: [], awaited: [], paused: false });
});
