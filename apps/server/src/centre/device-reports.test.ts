import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Directory } from '../directory/directory.ts';
import { createDeviceReports } from './device-reports.ts';

type Saved = Parameters<Directory['saveReports']>[0][number];

/** The directory as far as reports go; what each transaction wrote. */
class Shelf {
  readonly rows = new Map<string, Saved>();
  readonly transactions: string[][] = [];

  reports(): readonly Saved[] {
    return [...this.rows.values()];
  }

  saveReports(reports: readonly Saved[]): void {
    this.transactions.push(reports.map(({ device }) => device));
    for (const report of reports) this.rows.set(report.device, report);
  }
}

describe('what devices last said', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  it('is kept through a restart', () => {
    const shelf = new Shelf();
    const reports = createDeviceReports(shelf);
    reports.connected('till-1', '1.2', 5_000);
    reports.applied('till-1', 7, 6_000);
    vi.advanceTimersByTime(5_000);
    expect(shelf.transactions).toEqual([['till-1']]);
    reports.heard('till-1', 9_000);
    reports.close();
    const again = createDeviceReports(shelf);
    expect(again.report('till-1')).toMatchObject({ appVersion: '1.2', appliedPosition: 7, heardAtMs: 9_000 });
    again.close();
  });

  it('stays as it was given away', () => {
    const reports = createDeviceReports(new Shelf());
    reports.connected('till-1', '1.2', 5_000);
    const before = reports.report('till-1');
    reports.applied('till-1', 7, 6_000);
    expect(before).toMatchObject({ appliedPosition: null, heardAtMs: 5_000 });
    reports.close();
  });

  it('is written in parts where thousands spoke, each device once, while everybody else has a turn', () => {
    const shelf = new Shelf();
    const reports = createDeviceReports(shelf);
    const devices = Array.from({ length: 1_200 }, (_, index) => `till-${index}`);
    for (const device of devices) reports.heard(device, 1_000);
    vi.advanceTimersByTime(5_000);
    expect(shelf.transactions.map((part) => part.length)).toEqual([500]);
    vi.advanceTimersByTime(1_000);
    expect(shelf.transactions.map((part) => part.length)).toEqual([500, 500, 200]);
    expect(shelf.transactions.flat()).toEqual(devices);
    vi.advanceTimersByTime(10_000);
    expect(shelf.transactions).toHaveLength(3);
    reports.close();
  });

  it('is all on disk once it is closed, in the middle of a round too', () => {
    const shelf = new Shelf();
    const reports = createDeviceReports(shelf);
    for (let index = 0; index < 1_200; index += 1) reports.heard(`till-${index}`, 1_000);
    vi.advanceTimersByTime(5_000);
    reports.close();
    expect(shelf.rows.size).toBe(1_200);
    vi.advanceTimersByTime(10_000);
    expect(shelf.transactions).toHaveLength(2);
  });
});
