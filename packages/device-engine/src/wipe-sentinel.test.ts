import type { DeviceLogState } from '@streamstock/event-log';
import { describe, expect, it } from 'vitest';
import { WipeSentinel } from './wipe-sentinel.ts';

const state = (unsent: number): DeviceLogState => ({
  identity: { device: 'device-1', store: 'store-a' },
  head: { seq: unsent, hash: '' },
  accepted: null,
  cursor: null,
  pending: { events: unsent, oldestRecordedAtMs: null },
  lastAppendAtMs: null,
  needsAttention: 0,
  needsSnapshot: false,
  base: null,
  parked: 0,
  compactedTo: { seq: 0, hash: '0'.repeat(64) },
  damaged: 0,
});

function storage() {
  const values = new Map<string, string>();
  let writes = 0;
  return {
    values,
    writes: () => writes,
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => {
      writes += 1;
      values.set(key, value);
    },
  };
}

describe('the wipe sentinel', () => {
  it('remembers who this installation was and what only it held, per database', () => {
    const keyValues = storage();
    new WipeSentinel(keyValues, 'main').write(state(3));
    expect(new WipeSentinel(keyValues, 'main').read()).toEqual({ device: 'device-1', store: 'store-a', unsent: 3 });
    expect(new WipeSentinel(keyValues, 'other').read()).toBeNull();
  });

  it('writes only what changed', () => {
    const keyValues = storage();
    const sentinel = new WipeSentinel(keyValues, 'main');
    sentinel.write(state(1));
    sentinel.write(state(1));
    sentinel.write(state(0));
    expect(keyValues.writes()).toBe(2);
  });

  it.each(['', 'null', '7', '{"device":1}', '{"device":"d","store":"s","unsent":"many"}', '{'])(
    'takes %j for none',
    (text) => {
      const keyValues = storage();
      new WipeSentinel(keyValues, 'main').write(state(1));
      for (const key of keyValues.values.keys()) keyValues.values.set(key, text);
      expect(new WipeSentinel(keyValues, 'main').read()).toBeNull();
    },
  );

  it('does without storage that is forbidden or full', () => {
    const refuse = () => {
      throw new DOMException('no', 'SecurityError');
    };
    const sentinel = new WipeSentinel({ getItem: refuse, setItem: refuse }, 'main');
    sentinel.write(state(1));
    expect(sentinel.read()).toBeNull();
    expect(new WipeSentinel(null, 'main').read()).toBeNull();
  });
});
