import { describe, expect, test } from 'vitest';
import { connectionChip, queueChip } from './chips.ts';
import type { ConnectionInput, ConnectionState, QueueInput, QueueState, Tone } from './chips.ts';
import type { SyncStatusOf } from './status.ts';

const now = 1_800_000_000_000;
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

interface ConnectionCase {
  readonly given: string;
  readonly connection: SyncStatusOf['connection'];
  readonly forMs: number;
  readonly shown: ConnectionState;
  readonly onceOnline?: boolean;
  readonly withoutSocketForMs?: number;
  readonly state: ConnectionState;
}

const connectionCases: ConnectionCase[] = [
  { given: 'a welcome just now', connection: 'online', forMs: 999, shown: 'quiet', state: 'quiet' },
  { given: 'a welcome, 1 s stable', connection: 'online', forMs: 1000, shown: 'quiet', state: 'online' },
  { given: 'back for less than 1 s', connection: 'online', forMs: 200, shown: 'offline', state: 'offline' },
  { given: 'back for 1 s', connection: 'online', forMs: 1000, shown: 'offline', state: 'online' },
  { given: 'first start, 3.9 s', connection: 'connecting', forMs: 3900, shown: 'quiet', state: 'quiet' },
  { given: 'first start, 4 s', connection: 'connecting', forMs: 4000, shown: 'quiet', state: 'connecting' },
  {
    given: 'the socket gone for 3.9 s',
    connection: 'offline',
    forMs: 3900,
    shown: 'online',
    onceOnline: true,
    state: 'online',
  },
  {
    given: 'the socket gone for 4 s',
    connection: 'offline',
    forMs: 4000,
    shown: 'online',
    onceOnline: true,
    state: 'offline',
  },
  {
    given: 'attempts that restart the state but not the wait',
    connection: 'connecting',
    forMs: 100,
    withoutSocketForMs: 4000,
    shown: 'online',
    onceOnline: true,
    state: 'offline',
  },
  { given: 'an attempt while offline', connection: 'connecting', forMs: 100, shown: 'offline', state: 'offline' },
  { given: 'the first attempt given up', connection: 'offline', forMs: 5000, shown: 'connecting', state: 'offline' },
  { given: 'a busy server', connection: 'waiting', forMs: 0, shown: 'online', state: 'waiting' },
  { given: 'a refusal', connection: 'needsYou', forMs: 0, shown: 'online', state: 'needsYou' },
];

describe('the connection chip', () => {
  test.each(connectionCases)('after $given says $state', (example) => {
    const input: ConnectionInput = {
      status: { connection: example.connection, connectionSinceMs: now - example.forMs },
      nowMs: now,
      shown: example.shown,
      withoutSocketSinceMs: example.withoutSocketForMs === undefined ? null : now - example.withoutSocketForMs,
      onceOnline: example.onceOnline ?? false,
    };
    expect(connectionChip(input).state).toBe(example.state);
  });

  test('offline is never a warning; being needed is', () => {
    const input = { nowMs: now, shown: 'offline', withoutSocketSinceMs: now - hour, onceOnline: true } as const;
    expect(connectionChip({ ...input, status: { connection: 'offline', connectionSinceMs: now - hour } }).tone).toBe(
      'quiet',
    );
    expect(connectionChip({ ...input, status: { connection: 'needsYou', connectionSinceMs: now } }).tone).toBe('warn');
  });
});

const calm: SyncStatusOf = {
  connection: 'online',
  connectionSinceMs: now - hour,
  unsentCount: 0,
  oldestUnsentAgeMs: null,
  needsAttentionCount: 0,
  storageNearlyFull: false,
  falling: false,
};

interface QueueCase extends Partial<SyncStatusOf> {
  readonly given: string;
  readonly shownConnection?: ConnectionState;
  readonly emptyForMs?: number;
  readonly state: QueueState;
  readonly tone: Tone;
}

const online = { connection: 'online', shownConnection: 'online' } as const;
const offline = { connection: 'offline', shownConnection: 'offline' } as const;

const queueCases: QueueCase[] = [
  { given: 'nothing unsent for 599 ms', ...online, emptyForMs: 599, state: 'settling', tone: 'quiet' },
  { given: 'nothing unsent for 600 ms', ...online, emptyForMs: 600, state: 'allSent', tone: 'quiet' },
  {
    given: 'one saved 2.9 s ago',
    ...online,
    unsentCount: 1,
    oldestUnsentAgeMs: 2999,
    state: 'justSaved',
    tone: 'quiet',
  },
  { given: 'one saved 3 s ago', ...online, unsentCount: 1, oldestUnsentAgeMs: 3000, state: 'unsent', tone: 'quiet' },
  {
    given: 'one saved just now, offline',
    ...offline,
    unsentCount: 1,
    oldestUnsentAgeMs: 0,
    state: 'unsent',
    tone: 'quiet',
  },
  {
    given: 'the first save before any connection',
    shownConnection: 'quiet',
    connection: 'connecting',
    unsentCount: 1,
    oldestUnsentAgeMs: 0,
    state: 'justSaved',
    tone: 'quiet',
  },
  {
    given: '20 going down',
    ...online,
    unsentCount: 20,
    oldestUnsentAgeMs: 5000,
    falling: true,
    state: 'unsent',
    tone: 'quiet',
  },
  {
    given: '21 going down',
    ...online,
    unsentCount: 21,
    oldestUnsentAgeMs: 5000,
    falling: true,
    state: 'catchingUp',
    tone: 'quiet',
  },
  {
    given: '214 three days old, going down',
    ...online,
    unsentCount: 214,
    oldestUnsentAgeMs: 72 * hour,
    falling: true,
    state: 'catchingUp',
    tone: 'quiet',
  },
  {
    given: '14 for 60 s, online',
    ...online,
    unsentCount: 14,
    oldestUnsentAgeMs: minute,
    state: 'unsent',
    tone: 'quiet',
  },
  {
    given: '14 for over 60 s, online',
    ...online,
    unsentCount: 14,
    oldestUnsentAgeMs: minute + 1,
    state: 'notSending',
    tone: 'warn',
  },
  {
    given: '14 for 38 min, online for 10 s',
    ...online,
    connectionSinceMs: now - 10 * second,
    unsentCount: 14,
    oldestUnsentAgeMs: 38 * minute,
    state: 'unsent',
    tone: 'quiet',
  },
  {
    given: '14 for 38 min, offline',
    ...offline,
    unsentCount: 14,
    oldestUnsentAgeMs: 38 * minute,
    state: 'unsent',
    tone: 'quiet',
  },
  {
    given: '14 for 4 h, offline',
    ...offline,
    unsentCount: 14,
    oldestUnsentAgeMs: 4 * hour,
    state: 'waitingLong',
    tone: 'warn',
  },
  {
    given: '14 for 4 h, server busy',
    connection: 'waiting',
    shownConnection: 'waiting',
    unsentCount: 14,
    oldestUnsentAgeMs: 4 * hour,
    state: 'waitingLong',
    tone: 'warn',
  },
  {
    given: '14 for 24 h, offline',
    ...offline,
    unsentCount: 14,
    oldestUnsentAgeMs: 24 * hour,
    state: 'tooOld',
    tone: 'crit',
  },
  {
    given: 'one new, disk nearly full',
    ...offline,
    unsentCount: 1,
    oldestUnsentAgeMs: 0,
    storageNearlyFull: true,
    state: 'tooOld',
    tone: 'crit',
  },
  {
    given: 'none unsent, disk nearly full',
    ...online,
    storageNearlyFull: true,
    emptyForMs: 600,
    state: 'allSent',
    tone: 'quiet',
  },
  {
    given: 'one set aside, nothing unsent',
    ...online,
    needsAttentionCount: 1,
    emptyForMs: 600,
    state: 'needsAttention',
    tone: 'crit',
  },
  {
    given: 'one set aside, 14 unsent',
    ...offline,
    needsAttentionCount: 1,
    unsentCount: 14,
    oldestUnsentAgeMs: hour,
    state: 'needsAttention',
    tone: 'crit',
  },
  {
    given: 'one set aside, 14 for a day',
    ...offline,
    needsAttentionCount: 1,
    unsentCount: 14,
    oldestUnsentAgeMs: 30 * hour,
    state: 'tooOld',
    tone: 'crit',
  },
];

describe('the queue chip', () => {
  test.each(queueCases)(
    'with $given says $state',
    ({ given: _given, state, tone, shownConnection, emptyForMs, ...status }) => {
      const input: QueueInput = {
        status: { ...calm, ...status },
        nowMs: now,
        connection: shownConnection ?? 'online',
        emptySinceMs: emptyForMs === undefined ? null : now - emptyForMs,
      };
      expect(queueChip(input)).toMatchObject({ state, tone });
    },
  );
});
