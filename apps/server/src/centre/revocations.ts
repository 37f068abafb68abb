// Devices whose access was taken back, in a file that no restore touches: a backup from before would give it back otherwise.
// Owns the file; the log's registry is what sessions ask, and every start brings it into line with the file.
//
// 1. A device stands in the file, on disk, before the log hears of it: a crash in between is made up for at the next start.
// 2. Lines are only added. One torn by a crash was never confirmed and is cut off; one that can not be read is told, not skipped in silence.
import type { CentralLog, DeviceId, DeviceRecord } from '@streamstock/event-log';
import * as z from 'zod/mini';
import { appendLines, cutFile, readTextOrNull } from '../durable-file.ts';

const Line = z.object({
  device: z.string().check(z.minLength(1), z.maxLength(100)),
  atMs: z.int().check(z.minimum(0)),
});

export interface Revocations {
  has(device: DeviceId): boolean;
  /** Numbers of lines that say nothing readable; whom they named is not known. */
  readonly unreadable: readonly number[];
  /** On disk when it returns. */
  add(devices: readonly DeviceId[], atMs: number): void;
  /** Revokes in the log whoever of the file it holds as active. Resolves with those. */
  applyTo(log: Pick<CentralLog, 'devices' | 'revokeDevice'>): Promise<readonly DeviceId[]>;
}

export function openRevocations(file: string): Revocations {
  const { times, unreadable } = readLines(file);
  return {
    has: (device) => times.has(device),
    unreadable,
    add: (devices, atMs) => {
      const added = devices.filter((device) => !times.has(device));
      if (added.length === 0) return;
      appendLines(
        file,
        added.map((device) => JSON.stringify({ device, atMs } satisfies z.infer<typeof Line>)),
      );
      for (const device of added) times.set(device, atMs);
    },
    applyTo: async (log) => {
      const active = (await log.devices()).filter(
        ({ device, revokedAtMs }) => revokedAtMs === null && times.has(device),
      );
      for (const { device } of active) await log.revokeDevice(device, times.get(device) ?? 0);
      return active.map(({ device }) => device);
    },
  };
}

function readLines(file: string): { times: Map<DeviceId, number>; unreadable: number[] } {
  const text = readTextOrNull(file) ?? '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) cutFile(file, Buffer.byteLength(whole));
  const times = new Map<DeviceId, number>();
  const unreadable: number[] = [];
  for (const [index, line] of whole.split('\n').slice(0, -1).entries()) {
    const parsed = Line.safeParse(parseJson(line));
    if (!parsed.success) unreadable.push(index + 1);
    else if (!times.has(parsed.data.device)) times.set(parsed.data.device, parsed.data.atMs);
  }
  return { times, unreadable };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A device and all that descend from it by forks. */
export function withDescendants(device: DeviceId, devices: readonly DeviceRecord[]): readonly DeviceId[] {
  const found = new Set([device]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const record of devices) if (record.parent !== null && found.has(record.parent)) found.add(record.device);
  }
  return [...found];
}
