import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from './connection.ts';
import type { Connections } from './connections.ts';
import { IDLE_TELL_MS, TELL_CONNECTIONS_PER_TURN } from './limits.ts';
import { Publisher } from './publisher.ts';
import type { SessionInput } from './log-answers.ts';

/** What the publisher needs of connections; what each was told. */
class Crowd {
  readonly told: string[] = [];
  readonly stores = new Map<string, Connection[]>();
  readonly waiting: Connection[] = [];

  member(name: string): Connection {
    const step = (input: SessionInput) => {
      if (input.type === 'headMoved')
        this.told.push(`${name} ${input.position} ${input.inAudience ? 'concerned' : 'idle'}`);
    };
    return { step } as unknown as Connection;
  }

  get connections(): Connections {
    return {
      all: () => [...[...this.stores.values()].flat(), ...this.waiting],
      each: () => [...[...this.stores.values()].flat(), ...this.waiting],
      ofStore: (store: string) => this.stores.get(store) ?? [],
      greeting: this.waiting,
    } as unknown as Connections;
  }
}

describe('telling of a commit', () => {
  let crowd: Crowd;
  beforeEach(() => {
    vi.useFakeTimers();
    crowd = new Crowd();
    crowd.stores.set('porto', [crowd.member('porto-1'), crowd.member('porto-2')]);
    crowd.stores.set('braga', [crowd.member('braga-1')]);
    crowd.waiting.push(crowd.member('greeting'));
  });
  afterEach(() => vi.useRealTimers());

  it('goes at once to those whom it concerns and to those who are still greeting', () => {
    new Publisher(crowd.connections, 0).publish(7, new Set(['porto', 'faro']));
    expect(crowd.told).toEqual(['porto-1 7 concerned', 'porto-2 7 concerned', 'greeting 7 concerned']);
  });

  it('goes to everyone when everyone may be concerned', () => {
    new Publisher(crowd.connections, 0).publish(7, 'all');
    expect(crowd.told).toHaveLength(4);
    expect(crowd.told.every((line) => line.endsWith('7 concerned'))).toBe(true);
  });

  it('goes to the others soon, with the newest position, once for many commits', async () => {
    const publisher = new Publisher(crowd.connections, 0);
    publisher.publish(7, new Set(['porto']));
    publisher.publish(8, new Set(['porto']));
    crowd.told.length = 0;
    await vi.advanceTimersByTimeAsync(IDLE_TELL_MS);
    expect(crowd.told).toEqual(['porto-1 8 idle', 'porto-2 8 idle', 'braga-1 8 idle', 'greeting 8 idle']);
    await vi.advanceTimersByTimeAsync(10 * IDLE_TELL_MS);
    expect(crowd.told).toHaveLength(4);
    publisher.publish(9, new Set());
    await vi.advanceTimersByTimeAsync(IDLE_TELL_MS);
    expect(crowd.told).toContain('braga-1 9 idle');
  });

  it('tells a part of them a turn, so that nobody else waits', async () => {
    const names = Array.from({ length: 3 * TELL_CONNECTIONS_PER_TURN }, (_, index) => `faro-${index}`);
    crowd.stores.set(
      'faro',
      names.map((name) => crowd.member(name)),
    );
    new Publisher(crowd.connections, 0).publish(7, new Set());
    crowd.told.length = 0;
    vi.advanceTimersByTime(IDLE_TELL_MS);
    expect(crowd.told).toHaveLength(TELL_CONNECTIONS_PER_TURN);
    await vi.runAllTimersAsync();
    expect(new Set(crowd.told).size).toBe(names.length + 4);
  });

  it('holds nobody up when it concerns thousands; who still waits is told once, of the newest commit', async () => {
    const names = Array.from({ length: 3 * TELL_CONNECTIONS_PER_TURN }, (_, index) => `faro-${index}`);
    crowd.stores.set(
      'faro',
      names.map((name) => crowd.member(name)),
    );
    crowd.waiting.length = 0;
    const publisher = new Publisher(crowd.connections, 0);
    publisher.publish(7, new Set(['faro']));
    expect(crowd.told).toEqual(names.slice(0, TELL_CONNECTIONS_PER_TURN).map((name) => `${name} 7 concerned`));
    publisher.publish(8, new Set(['faro', 'braga']));
    expect(crowd.told).toHaveLength(TELL_CONNECTIONS_PER_TURN);
    await vi.advanceTimersByTimeAsync(IDLE_TELL_MS / 2);
    const later = crowd.told.slice(TELL_CONNECTIONS_PER_TURN);
    expect(later.every((line) => line.endsWith(' 8 concerned'))).toBe(true);
    expect(new Set(later)).toEqual(new Set([...names, 'braga-1'].map((name) => `${name} 8 concerned`)));
    expect(later).toHaveLength(names.length + 1);
  });

  it('stops when it is closed', async () => {
    const publisher = new Publisher(crowd.connections, 0);
    publisher.publish(7, new Set());
    publisher.close();
    crowd.told.length = 0;
    await vi.runAllTimersAsync();
    expect(crowd.told).toEqual([]);
  });
});
