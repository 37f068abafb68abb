// The directory's own bounds, and what it keeps of secrets.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openKeys, type Keys } from '../secrets.ts';
import {
  openDirectory,
  PAIRING_CODE_LIFE_MS,
  PAIRING_CODES_MAX,
  SESSIONS_PER_ADMIN_MAX,
  type Directory,
} from './directory.ts';
import { createTickets, TICKETS_MAX } from './tickets.ts';

let folder: string;
let file: string;
let keys: Keys;
let directory: Directory;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'streamstock-directory-'));
  file = join(folder, 'directory.sqlite');
  keys = openKeys(join(folder, 'seal.key'));
  directory = openDirectory(file, keys);
});
afterEach(() => {
  directory.close();
  rmSync(folder, { recursive: true, force: true });
});

const till = (device: string) => ({ device, label: device });

describe('bounds', () => {
  test('past so many open codes the oldest stops working', () => {
    const codes = Array.from(
      { length: PAIRING_CODES_MAX + 1 },
      (_, index) => directory.createPairingCode('s', 1_000 + index).code,
    );
    expect(directory.pair(codes[0] ?? '', till('a'), 2_000)).toEqual({ ok: false, reason: 'unknown' });
    expect(directory.pair(codes[1] ?? '', till('b'), 2_000)).toMatchObject({ ok: true, store: 's' });
    expect(directory.pair(codes.at(-1) ?? '', till('c'), 2_000)).toMatchObject({ ok: true });
  });

  test('ended codes are told apart from unknown ones for a while, then forgotten', () => {
    const { code } = directory.createPairingCode('s', 0);
    directory.createPairingCode('s', PAIRING_CODE_LIFE_MS + 1);
    expect(directory.pair(code, till('a'), PAIRING_CODE_LIFE_MS + 1)).toEqual({ ok: false, reason: 'expired' });
    directory.createPairingCode('s', 2 * PAIRING_CODE_LIFE_MS);
    expect(directory.pair(code, till('a'), 2 * PAIRING_CODE_LIFE_MS)).toEqual({ ok: false, reason: 'unknown' });
  });

  test('past so many sessions of one admin the oldest ends', () => {
    const admin = directory.createFirstAdmin({ name: 'a', email: 'a@b.c', passwordHash: 'x' }, 1)?.admin.id ?? '';
    const sessions = Array.from(
      { length: SESSIONS_PER_ADMIN_MAX + 1 },
      (_, index) => directory.startSession(admin, 10 + index).secret,
    );
    expect(directory.hasSession(sessions[0] ?? '', 100)).toBe(false);
    expect(sessions.slice(1).every((secret) => directory.hasSession(secret, 100))).toBe(true);
  });

  test('past so many tickets the oldest stops working', () => {
    const tickets = createTickets(keys);
    const first = tickets.issue('a', 1).ticket;
    const second = tickets.issue('b', 1).ticket;
    for (let more = 0; more < TICKETS_MAX - 1; more += 1) tickets.issue('x', 1);
    expect(tickets.redeem(first, 2)).toBeUndefined();
    expect(tickets.redeem(second, 2)).toBe('b');
  });
});

describe('the file', () => {
  test('of a newer version is not touched', () => {
    directory.close();
    const newer = new DatabaseSync(file);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(() => openDirectory(file, keys)).toThrow(/newer version of StreamStock/);
    directory = openDirectory(join(folder, 'other.sqlite'), keys);
  });

  test('under another key opens nothing', () => {
    const made = directory.createFirstAdmin({ name: 'a', email: 'a@b.c', passwordHash: 'x' }, 1);
    const { secret } = directory.startSession(made?.admin.id ?? '', 1);
    expect(directory.apiKey(made?.apiKey ?? '')).toBeDefined();
    directory.close();
    directory = openDirectory(file, openKeys(join(folder, 'another.key')));
    expect(directory.apiKey(made?.apiKey ?? '')).toBeUndefined();
    expect(directory.hasSession(secret, 2)).toBe(false);
    expect(directory.hasAdmin()).toBe(true);
  });
});
