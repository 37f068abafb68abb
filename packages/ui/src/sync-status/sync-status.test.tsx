import { expect, test } from 'vitest';
import { render, textOf } from '../testing/render.tsx';
import type { SyncStatusOf } from './status.ts';
import { syncStatusSettings } from './status.ts';
import { SyncStatus } from './sync-status.tsx';

const now = 1_800_000_000_000;
const minute = 60_000;

const status: SyncStatusOf = {
  connection: 'online',
  connectionSinceMs: now - 60 * minute,
  unsentCount: 0,
  oldestUnsentAgeMs: null,
  needsAttentionCount: 0,
  storageNearlyFull: false,
  falling: false,
};

const settings = { ...syncStatusSettings, allSentAfterMs: 0 };
const shown = (change: Partial<SyncStatusOf>): string =>
  textOf(
    render(<SyncStatus status={{ ...status, ...change }} now={now} settings={settings} onOpen={() => undefined} />),
  );

test.each<[Partial<SyncStatusOf>, string]>([
  [{}, 'Online All sent This device'],
  [{ unsentCount: 1, oldestUnsentAgeMs: 500 }, 'Online 1 · 1 unsent · just now This device'],
  [
    { connection: 'offline', unsentCount: 14, oldestUnsentAgeMs: 38 * minute },
    'Offline 14 unsent · 38 min 14 · 38 min This device',
  ],
  [
    { unsentCount: 14, oldestUnsentAgeMs: 3 * minute },
    'Online Not sending · 14 · 3 min · 14 unsent · 3 min This device',
  ],
  [{ connection: 'needsYou', needs: 'update' }, 'Update All sent This device'],
  [{ needsAttentionCount: 2 }, 'Online 2 need attention This device'],
  [
    { needsAttentionCount: 1, unsentCount: 3, oldestUnsentAgeMs: 5 * minute },
    'Online 1 needs attention · 3 unsent · 5 min This device',
  ],
])('%j reads "%s"', (change, expected) => {
  expect(shown(change)).toBe(expected);
});

test('offline is said by an icon and a word, and never in the colour of a warning', () => {
  const html = render(
    <SyncStatus status={{ ...status, connection: 'offline' }} now={now} settings={settings} onOpen={() => undefined} />,
  );
  expect(html).toContain('data-tone="quiet" data-state="offline"');
  expect(html).not.toContain('data-tone="warn"');
});
