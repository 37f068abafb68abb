// What devices last said of themselves, and which are connected now. In memory; what was said is also kept in the directory
// (written behind, a few seconds late), so that "heard from on Thursday" survives a restart. The log knows nothing of it.
import type { DeviceReport } from '@streamstock/api';
import type { DeviceId, Position } from '@streamstock/event-log';
import type { Status } from '@streamstock/sync';
import * as z from 'zod/mini';
import type { Directory } from '../directory/directory.ts';

/** What devices said is written this often… */
const FLUSH_INTERVAL_MS = 5_000;
/** …in parts, for a transaction of ten thousand holds everybody up, with this between them. */
const REPORTS_PER_PART = 500;
const BETWEEN_PARTS_MS = 20;

const StoredReport = z.object({
  unsent: z.int(),
  oldestUnsentAtMs: z.nullable(z.int()),
  lastWriteAtMs: z.nullable(z.int()),
  clockOffsetMs: z.nullable(z.int()),
  appVersion: z.string(),
  needsAttention: z.int(),
  unsentFault: z.boolean(),
  storage: z.nullable(z.object({ usedBytes: z.int(), quotaBytes: z.int(), persisted: z.boolean() })),
  appliedPosition: z.nullable(z.int()),
});

export interface DeviceReports {
  report(device: DeviceId): DeviceReport | null;
  isConnected(device: DeviceId): boolean;
  connected(device: DeviceId, appVersion: string, nowMs: number): void;
  disconnected(device: DeviceId): void;
  /** It spoke. Every frame does this, so nobody is called back for it. */
  heard(device: DeviceId, nowMs: number): void;
  status(device: DeviceId, status: Status, nowMs: number): void;
  applied(device: DeviceId, position: Position, nowMs: number): void;
  /** Calls back when a device came, went, or said how it is. Returns the way to stop. */
  observe(observer: (device: DeviceId) => void): () => void;
  /** Writes what is not yet written, and stops writing behind. */
  close(): void;
}

const NOTHING_SAID: Omit<DeviceReport, 'heardAtMs'> = {
  unsent: 0,
  oldestUnsentAtMs: null,
  lastWriteAtMs: null,
  clockOffsetMs: null,
  appVersion: '',
  needsAttention: 0,
  unsentFault: false,
  storage: null,
  appliedPosition: null,
};

/** Changed in place, for every frame does it; given away as copies. */
type Known = { -readonly [Field in keyof DeviceReport]: DeviceReport[Field] };

export function createDeviceReports(directory: Pick<Directory, 'reports' | 'saveReports'>): DeviceReports {
  const reports = new Map<DeviceId, Known>(directory.reports().flatMap((row) => readReport(row)));
  const connected = new Set<DeviceId>();
  const observers = new Set<(device: DeviceId) => void>();
  const unwritten = new Set<DeviceId>();

  const changed = (device: DeviceId): void => {
    for (const observer of observers) observer(device);
  };
  const update = (device: DeviceId, nowMs: number, news: Partial<DeviceReport>): void => {
    const known = reports.get(device);
    if (known === undefined) reports.set(device, { ...NOTHING_SAID, ...news, heardAtMs: nowMs });
    else Object.assign(known, news).heardAtMs = nowMs;
    unwritten.add(device);
  };
  const writePart = (devices: readonly DeviceId[]): void => {
    for (const device of devices) unwritten.delete(device);
    directory.saveReports(devices.flatMap((device) => writeReport(device, reports.get(device))));
  };
  let nextPart: NodeJS.Timeout | null = null;
  const flush = (left: readonly DeviceId[]): void => {
    nextPart = null;
    if (left.length === 0) return;
    writePart(left.slice(0, REPORTS_PER_PART));
    const rest = left.slice(REPORTS_PER_PART);
    if (rest.length > 0) nextPart = setTimeout(() => flush(rest), BETWEEN_PARTS_MS).unref();
  };
  const timer = setInterval(() => {
    if (nextPart === null) flush([...unwritten]);
  }, FLUSH_INTERVAL_MS).unref();

  return {
    report: (device) => {
      const known = reports.get(device);
      return known === undefined ? null : { ...known };
    },
    isConnected: (device) => connected.has(device),
    connected: (device, appVersion, nowMs) => {
      connected.add(device);
      update(device, nowMs, { appVersion });
      changed(device);
    },
    disconnected: (device) => {
      connected.delete(device);
      changed(device);
    },
    heard: (device, nowMs) => update(device, nowMs, {}),
    status: (device, status, nowMs) => {
      update(device, nowMs, newsOf(status, nowMs));
      changed(device);
    },
    applied: (device, position, nowMs) => update(device, nowMs, { appliedPosition: position }),
    observe: (observer) => {
      observers.add(observer);
      return () => observers.delete(observer);
    },
    close: () => {
      clearInterval(timer);
      if (nextPart !== null) clearTimeout(nextPart);
      writePart([...unwritten]);
    },
  };
}

/** Ages come by the device's clock and are kept as moments of the centre's. */
function newsOf(status: Status, nowMs: number): Partial<DeviceReport> {
  const { unsent, oldestUnsentAgeMs, lastWriteAtMs, clockOffsetMs, appVersion, needsAttention, unsentFault, storage } =
    status;
  return {
    unsent,
    oldestUnsentAtMs: unsent === 0 || oldestUnsentAgeMs === null ? null : Math.max(0, nowMs - oldestUnsentAgeMs),
    lastWriteAtMs: lastWriteAtMs === null ? null : Math.max(0, Math.min(nowMs, lastWriteAtMs + (clockOffsetMs ?? 0))),
    clockOffsetMs,
    appVersion,
    needsAttention,
    unsentFault,
    storage,
  };
}

function readReport(row: {
  readonly device: string;
  readonly heardAtMs: number;
  readonly report: string;
}): [DeviceId, Known][] {
  const parsed = StoredReport.safeParse(JSON.parse(row.report));
  // Written by another version: the device says it anew within half a minute of coming back.
  return parsed.success ? [[row.device, { ...parsed.data, heardAtMs: row.heardAtMs }]] : [];
}

function writeReport(device: DeviceId, report: DeviceReport | undefined) {
  if (report === undefined) return [];
  const { heardAtMs, ...said } = report;
  return [{ device, heardAtMs, report: JSON.stringify(said) }];
}
