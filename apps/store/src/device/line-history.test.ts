import type { DeviceStatus } from '@streamstock/device-engine';
import { MemoryTables, type DeviceLogChange } from '@streamstock/event-log';
import { STOCK_PARKED_TABLE } from '@streamstock/inventory';
import { BehaviorSubject, Subject } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { BEFORE_FIRST_WORD } from './before-first-word.ts';
import { followHistories, type HistoryOutcome } from './line-histories.ts';
import { fetchHistory, itemsWithParkedNews } from './line-history.ts';

const ONLINE: DeviceStatus = { ...BEFORE_FIRST_WORD, connection: 'online' };

function journalAnswer(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status });
}

async function outcomeOf(answer: () => Promise<Response>) {
  const repair = vi.fn<() => Promise<void>>(async () => {});
  const asked: string[] = [];
  const outcome = await fetchHistory(
    {
      engine: { appliedPosition: async () => 41, repair, tables: new MemoryTables() },
      fetch: async (url, { headers }) => {
        asked.push(`${url} ${headers['authorization']}`);
        return await answer();
      },
      credential: 'secret',
      device: 'till-1',
    },
    'lisboa',
    'rice 1',
  );
  return { outcome, repaired: repair.mock.calls.length, asked };
}

describe('the history of a line', () => {
  it('X32 is asked for up to where the device stands, and put in its place', async () => {
    const { outcome, repaired, asked } = await outcomeOf(async () => journalAnswer(200, { position: 41, rows: [] }));
    expect(outcome).toBe('fetched');
    expect(repaired).toBe(1);
    expect(asked).toEqual(['/sync/journal?device=till-1&item=rice%201&position=41 Bearer secret']);
  });

  it('that does not come changes nothing, and says why', async () => {
    expect(await outcomeOf(() => Promise.reject(new TypeError('network')))).toMatchObject({
      outcome: 'unreachable',
      repaired: 0,
    });
    expect(await outcomeOf(async () => journalAnswer(503, {}))).toMatchObject({ outcome: 'later', repaired: 0 });
    expect(await outcomeOf(async () => journalAnswer(404, {}))).toMatchObject({ outcome: 'none', repaired: 0 });
    expect(await outcomeOf(async () => journalAnswer(200, { rows: 7 }))).toMatchObject({
      outcome: 'none',
      repaired: 0,
    });
  });

  it('X32 is fetched by itself for lines with news from before their horizon, one after another, while online', async () => {
    const tables = new MemoryTables();
    await tables.putMany(
      STOCK_PARKED_TABLE,
      ['lisboa|rice|e1|000', 'lisboa|rice|e2|000', 'lisboa|salt|e1|001', 'porto|rice|e1|000'].map((key) => ({
        key,
        value: { entry: null },
      })),
    );
    expect(await itemsWithParkedNews(tables, 'lisboa')).toEqual(['rice', 'salt']);

    const status$ = new BehaviorSubject<DeviceStatus>({ ...ONLINE, connection: 'offline' });
    const changes$ = new Subject<DeviceLogChange>();
    const fetched: string[] = [];
    const outcomes: HistoryOutcome[] = ['fetched', 'unreachable', 'fetched'];
    const stop = followHistories({
      engine: { status$, changes$, tables },
      store: () => 'lisboa',
      itemsWithNews: (store) => itemsWithParkedNews(tables, store),
      fetch: async (_store, item) => {
        fetched.push(item);
        return outcomes.shift() ?? 'none';
      },
    });
    changes$.next({ cause: 'frame' });
    await Promise.resolve();
    expect(fetched).toEqual([]);
    status$.next(ONLINE);
    await vi.waitFor(() => expect(fetched).toEqual(['rice', 'salt']), { timeout: 20_000 });
    stop();
  });
});
