import { describe, expect, it } from 'vitest';
import { loadingView } from './loading-steps.ts';

const online = { connection: 'online', catchUp: null, lastHeardAtMs: 1, renewal: null } as const;

describe('a new device', () => {
  it('is not caught up before it has heard anything', () => {
    expect(
      loadingView({ connection: 'connecting', catchUp: null, lastHeardAtMs: null, renewal: null }, 0, false, 0),
    ).toMatchObject({
      caughtUp: false,
      canSell: false,
      items: { state: 'waiting' },
    });
  });

  it('can sell as soon as there are items, while the rest arrives event by event', () => {
    const view = loadingView({ ...online, catchUp: { position: 400, head: 9_000 } }, 380, false, 9_000);
    expect(view).toMatchObject({
      caughtUp: false,
      canSell: true,
      items: { state: 'running', count: 380 },
      stock: { state: 'running', events: { done: 400, total: 9_000 } },
      history: { state: 'waiting' },
    });
  });

  it('is done when nothing is on its way any more, also in an empty chain', () => {
    expect(loadingView(online, 2_400, true, 9_000)).toMatchObject({
      caughtUp: true,
      items: { state: 'done' },
      stock: { state: 'done' },
      history: { state: 'done', events: 9_000 },
    });
    expect(loadingView(online, 0, true, 0)).toMatchObject({ caughtUp: true, canSell: false });
  });

  it('waits for the items to be counted', () => {
    expect(loadingView(online, 460, false, 9_000)).toMatchObject({
      caughtUp: false,
      canSell: true,
      items: { state: 'running' },
      history: { state: 'done' },
    });
  });

  it('has items and stock before the rest of a snapshot, and is not done before it is in use', () => {
    const renewal = { step: 'fetching', done: 3_400_000, total: 10_000_000 } as const;
    const bytes = { done: 3_400_000, total: 10_000_000 };
    expect(loadingView({ ...online, renewal }, 0, true, 0)).toMatchObject({
      canSell: false,
      items: { state: 'running', bytes },
      stock: { state: 'waiting' },
      history: { state: 'waiting', bytes: null },
    });
    expect(loadingView({ ...online, renewal }, 2_400, true, 0)).toMatchObject({
      caughtUp: false,
      canSell: true,
      items: { state: 'done', count: 2_400, bytes: null },
      stock: { state: 'done' },
      history: { state: 'running', bytes },
    });
    expect(loadingView({ ...online, renewal: { ...renewal, step: 'waiting' } }, 0, true, 0)).toMatchObject({
      caughtUp: false,
      items: { state: 'waiting' },
    });
  });

  it('that loses its network half way is not done', () => {
    expect(loadingView({ ...online, connection: 'offline' }, 100, true, 9_000)).toMatchObject({
      caughtUp: false,
      canSell: true,
      history: { state: 'running' },
    });
  });
});
