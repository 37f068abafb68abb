import type { LogEntry } from '@streamstock/api';
import {
  centralChainOn,
  centralChainStart,
  deviceChainStart,
  nextCentralHash,
  nextDeviceHash,
  sha256,
} from '@streamstock/event-log';
import { expect, test } from 'vitest';
import { centralLink, deviceLink } from './chain-links.ts';

function chain(count: number): LogEntry[] {
  const entries: LogEntry[] = [];
  for (let seq = 1; seq <= count; seq += 1) {
    const before = entries.at(-1);
    const line = JSON.stringify({ id: `event-${seq}`, payload: { seq } });
    entries.push({
      position: seq,
      resuppliedBy: null,
      place: {
        device: 'till-1',
        seq,
        hash: nextDeviceHash(sha256, before?.place?.hash ?? deviceChainStart(sha256, 'till-1'), line),
      },
      hash: nextCentralHash(sha256, before?.hash ?? centralChainStart(sha256, 'epoch-1'), `event-${seq}`, line),
      arrivedAtMs: seq,
      line,
    });
  }
  return entries;
}
const [first, second, third] = chain(3) as [LogEntry, LogEntry, LogEntry];

const begun = { epoch: 'epoch-1', cause: 'begun', position: 0 } as const;

test("an epoch's first entry goes on from the epoch's own link, and from no other", () => {
  const restored = { epoch: 'epoch-2', cause: 'restored', position: 2 } as const;
  const link = centralChainOn(sha256, 'epoch-2', { position: 2, hash: second.hash });
  const after = { ...third, hash: nextCentralHash(sha256, link, 'event-3', third.line) };
  expect(centralLink(after, second, [restored, begun]).sound).toBe(true);
  expect(centralLink(third, second, [restored, begun]).sound).toBe(false);
  expect(centralLink(after, second, [begun]).sound).toBe(false);
  expect(centralLink(after, undefined, [restored, begun]).sound).toBeNull();
});

test('an event that was brought back stands in no device chain yet', () => {
  expect(deviceLink({ ...second, place: null, resuppliedBy: 'till-2' }, first)).toBeNull();
});

test('an entry that follows is sound, from the very first on', () => {
  expect(deviceLink(first, undefined)?.sound).toBe(true);
  expect(deviceLink(second, first)?.sound).toBe(true);
  expect(centralLink(first, undefined, [begun]).sound).toBe(true);
  expect(centralLink(second, first, [begun]).sound).toBe(true);
});

test('one changed byte, in it or in what is taken for the entry before, is seen', () => {
  const changed = { ...second, line: second.line.replace('"seq":2', '"seq":3') };
  expect(deviceLink(changed, first)?.sound).toBe(false);
  expect(centralLink(changed, first, []).sound).toBe(false);
  const other = { ...first, hash: first.hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) };
  expect(centralLink(second, other, []).sound).toBe(false);
});

test('what can not be checked is not called sound', () => {
  expect(deviceLink(third, first)?.sound).toBeNull();
  expect(deviceLink(third, undefined)?.sound).toBeNull();
  expect(centralLink(third, first, [begun]).sound).toBeNull();
  expect(centralLink(first, undefined, []).sound).toBeNull();
});
