import type { Hello } from '@streamstock/sync';
import { describe, expect, it } from 'vitest';
import { DeviceStatuses, type DeviceNews } from './device-statuses.ts';

function helloOf(device: string): Hello {
  return { device, store: 'porto', appVersion: '1', cursor: null } as Hello;
}

class Chain {
  nowMs = 1_000;
  readonly statuses: DeviceStatuses;

  constructor(devicesMax: number) {
    this.statuses = new DeviceStatuses(() => this.nowMs, devicesMax);
  }

  connect(...devices: readonly string[]): void {
    for (const device of devices) this.statuses.connected(helloOf(device));
  }

  disconnect(...devices: readonly string[]): void {
    for (const device of devices) this.statuses.disconnected(device);
  }

  get known(): readonly string[] {
    return this.statuses.all().map(({ device }) => device);
  }
}

describe('what devices last said', () => {
  it('stays as it was given away, whatever comes later', () => {
    const { statuses, nowMs } = new Chain(10);
    const changes: unknown[] = [];
    statuses.changes$.subscribe((status) => changes.push(status));
    statuses.connected(helloOf('till-1'));
    const before = statuses.all();
    expect(before).toMatchObject([{ lastHeardAtMs: nowMs, appliedPosition: null }]);
    statuses.heard('till-1');
    statuses.applied('till-1', 7);
    expect(before).toMatchObject([{ appliedPosition: null }]);
    expect(changes).toMatchObject([{ appliedPosition: null }, { appliedPosition: 7 }]);
    expect(statuses.all()).toMatchObject([{ appliedPosition: 7 }]);
  });

  it('is told to those who keep an account of their own, every frame of it', () => {
    const chain = new Chain(10);
    chain.connect('till-1');
    chain.statuses.heard('till-1');
    const news: DeviceNews[] = [];
    chain.statuses.news$.subscribe((one) => news.push(one));
    chain.nowMs = 2_000;
    chain.statuses.heard('till-1');
    chain.statuses.applied('till-1', 7);
    chain.disconnect('till-1');
    expect(news).toEqual([
      { kind: 'heard', device: 'till-1', atMs: 2_000 },
      { kind: 'applied', device: 'till-1', atMs: 2_000, position: 7 },
      { kind: 'disconnected', device: 'till-1', atMs: 2_000 },
    ]);
    expect(chain.statuses.all()).toMatchObject([{ connectedSinceMs: null, lastHeardAtMs: 2_000 }]);
  });

  it('is bounded: who was away longest is forgotten, never who is connected', () => {
    const chain = new Chain(3);
    chain.connect('till-1', 'till-2', 'till-3');
    chain.disconnect('till-2');
    chain.disconnect('till-1');
    chain.connect('till-4');
    expect(chain.known).toEqual(['till-3', 'till-1', 'till-4']);
    chain.connect('till-5');
    expect(chain.known).toEqual(['till-3', 'till-4', 'till-5']);
  });
});
