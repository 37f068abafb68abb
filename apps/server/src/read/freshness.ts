// How fresh a store's figures are, from what its devices last said. Pure.
import type { Device, DeviceReport, Freshness, StoreHead } from '@streamstock/api';
import type { DeviceRecord } from '@streamstock/event-log';
import type { StoreRow } from '@streamstock/inventory';

/** A device with what is known of it now. */
export interface KnownDevice {
  readonly record: DeviceRecord;
  readonly report: DeviceReport | null;
  readonly connected: boolean;
}

/** A device of which nothing is known but its entry in the registry. */
export function recordView(record: DeviceRecord): Device {
  return deviceView({ record, report: null, connected: false });
}

export function deviceView({ record, report, connected }: KnownDevice): Device {
  const { device, store, kind, label, parent, enrolledAtMs, revokedAtMs, accepted } = record;
  return {
    device,
    store,
    kind,
    label,
    parent,
    enrolledAtMs,
    revokedAtMs,
    acceptedSeq: accepted.seq,
    connected,
    report,
  };
}

/** `devices`: all of the chain; those of other stores, revoked ones and the centre's own writers are left out here. */
export function storeHead(store: StoreRow, devices: readonly KnownDevice[], nowMs: number): StoreHead {
  const own = devices.filter(
    ({ record }) => record.store === store.store && record.kind === 'installation' && record.revokedAtMs === null,
  );
  return {
    store: store.store,
    name: store.name,
    currency: store.currency,
    timeZone: store.timeZone,
    silentAfterMs: store.silentAfterMs,
    devices: own.length,
    devicesConnected: own.filter(({ connected }) => connected).length,
    freshness: freshnessOf(own, store.silentAfterMs, nowMs),
  };
}

/**
 * A store is as fresh as its stalest device that has written: up to that device's oldest unsent event, or its last word. It
 * is silent when none of its devices was heard for longer than `silentAfterMs`; one never heard counts from its enrolment.
 */
export function freshnessOf(own: readonly KnownDevice[], silentAfterMs: number, nowMs: number): Freshness {
  const reports = own.flatMap(({ report }) => report ?? []);
  const writers = own.filter(hasWritten);
  const known =
    writers.length > 0
      ? writers.map(({ report }) => (report === null ? null : knownUpTo(report)))
      : [latest(reports.map(({ heardAtMs }) => heardAtMs))];
  const oldestUnsent = reports.flatMap(({ oldestUnsentAtMs }) => oldestUnsentAtMs ?? []);
  const lastWord = latest(own.map(({ record, report }) => report?.heardAtMs ?? record.enrolledAtMs));
  return {
    asOfMs: known.includes(null) ? null : Math.min(...known.map((at) => at ?? 0)),
    unsent: reports.reduce((sum, { unsent }) => sum + unsent, 0),
    oldestUnsentAtMs: oldestUnsent.length === 0 ? null : Math.min(...oldestUnsent),
    silent: lastWord !== null && nowMs - lastWord > silentAfterMs,
  };
}

function hasWritten({ record, report }: KnownDevice): boolean {
  return record.accepted.seq > 0 || (report !== null && (report.unsent > 0 || report.lastWriteAtMs !== null));
}

function knownUpTo(report: DeviceReport): number {
  return report.unsent > 0 && report.oldestUnsentAtMs !== null
    ? Math.min(report.oldestUnsentAtMs, report.heardAtMs)
    : report.heardAtMs;
}

function latest(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.max(...times);
}
