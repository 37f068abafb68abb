import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeviceRecord } from '@streamstock/event-log';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRevocations, withDescendants } from './revocations.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamstock-revocations-'));
  file = join(folder, 'revocations.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function record(device: string, over: Partial<DeviceRecord> = {}): DeviceRecord {
  return {
    device,
    store: 'a',
    kind: 'installation',
    label: device,
    parent: null,
    enrolledAtMs: 0,
    revokedAtMs: null,
    revokedAtSeq: null,
    accepted: { seq: 0, hash: '' },
    ...over,
  };
}

/** A registry that remembers who was revoked in it. */
function registry(records: readonly DeviceRecord[]) {
  const revoked = new Map<string, number>();
  return {
    revoked,
    devices: async () => records.map((one) => ({ ...one, revokedAtMs: revoked.get(one.device) ?? one.revokedAtMs })),
    revokeDevice: async (device: string, nowMs: number) => void revoked.set(device, nowMs),
  };
}

test('who was revoked once is revoked in every log that is opened later', async () => {
  openRevocations(file).add(['till-1', 'till-9'], 5_000);
  const log = registry([record('till-1'), record('till-2')]);
  const again = openRevocations(file);
  expect(await again.applyTo(log)).toEqual(['till-1']);
  expect([...log.revoked]).toEqual([['till-1', 5_000]]);
  expect(await again.applyTo(log)).toEqual([]);
  expect(again.has('till-9')).toBe(true);
  expect(again.has('till-2')).toBe(false);
});

test('lines are only added, and a device stands there once', () => {
  const revocations = openRevocations(file);
  revocations.add(['till-1'], 1);
  revocations.add(['till-1', 'till-2'], 2);
  expect(readFileSync(file, 'utf8')).toBe('{"device":"till-1","atMs":1}\n{"device":"till-2","atMs":2}\n');
});

test('a line torn by a crash was never confirmed: it goes, and the next one is whole', () => {
  openRevocations(file).add(['till-1'], 1);
  appendFileSync(file, '{"device":"till-2","at');
  const revocations = openRevocations(file);
  expect(revocations.unreadable).toEqual([]);
  expect(revocations.has('till-2')).toBe(false);
  revocations.add(['till-3'], 3);
  expect(openRevocations(file).has('till-3')).toBe(true);
  expect(readFileSync(file, 'utf8')).not.toContain('till-2');
});

test('a line that says nothing readable is told by number; the others hold', () => {
  writeFileSync(file, '{"device":"till-1","atMs":1}\n{"dev###\n{"device":"till-3","atMs":1}\n');
  const revocations = openRevocations(file);
  expect(revocations.unreadable).toEqual([2]);
  expect(revocations.has('till-1') && revocations.has('till-3')).toBe(true);
});

test('descendants: the clone of a clone, whatever the order of the list', () => {
  const records = [record('c', { parent: 'b' }), record('b', { parent: 'a' }), record('a'), record('x')];
  expect(withDescendants('a', records).toSorted()).toEqual(['a', 'b', 'c']);
  expect(withDescendants('c', records)).toEqual(['c']);
});
