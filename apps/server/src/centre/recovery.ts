// What the centre does about devices that must not write any more, and about epochs: revoking, who is back, letting automatic
// work go on. Holds what the engine last said of its reactors; the engine decides when they run.
import type { CentralEngine, ReactorsStatus } from '@streamstock/central-engine';
import type { CentralLog, DeviceId, EpochRecord } from '@streamstock/event-log';
import type { Directory } from '../directory/directory.ts';
import type { LiveHub } from '../live/live-hub.ts';
import { historyView, refusedBytes, refusedPage } from '../read/history-view.ts';
import type { Centre } from '../services.ts';
import { comebackOf, liveDevices, type LastWord } from './comeback.ts';
import type { Revocations } from './revocations.ts';
import { revokeDevice } from './revoke.ts';

export type Recovery = Pick<
  Centre,
  'registerDevice' | 'revokeDevice' | 'history' | 'refusedEvents' | 'refusedBytes' | 'resumeAutomaticWork'
>;

export interface RecoveryOptions {
  readonly log: CentralLog;
  readonly engine: CentralEngine;
  readonly hub: Pick<LiveHub, 'deviceChanged' | 'historyChanged'>;
  readonly revocations: Revocations;
  readonly directory: Pick<Directory, 'epochNote' | 'noteResumed'>;
  readonly heardAtMs: LastWord;
  readonly clock: () => number;
}

/** Devices that were live when the present epoch began. */
export async function liveNow(
  log: Pick<CentralLog, 'devices' | 'epochs'>,
  heardAtMs: LastWord,
): Promise<readonly DeviceId[]> {
  const { beganAtMs } = await presentEpoch(log);
  return liveDevices(await log.devices(), heardAtMs, beganAtMs);
}

/** Every log has one. */
async function presentEpoch(log: Pick<CentralLog, 'epochs'>): Promise<EpochRecord> {
  const present = (await log.epochs()).at(-1);
  if (present === undefined) throw new Error('The log has no epoch.');
  return present;
}

export function createRecovery(options: RecoveryOptions): Recovery {
  const { log, engine, hub, revocations, directory, heardAtMs, clock } = options;
  let work: Pick<ReactorsStatus, 'state' | 'waitingFor'> = { state: 'running', waitingFor: [] };
  engine.reactors$.subscribe((status) => {
    work = status;
    hub.historyChanged();
  });
  return {
    registerDevice: async (device) => {
      await log.registerDevice(device);
      if (revocations.has(device.device)) await engine.revokeDevice(device.device);
    },
    revokeDevice: async (device) => {
      const inLog = async (): Promise<void> => await engine.revokeDevice(device);
      const revoked = await revokeDevice({ log, revocations }, device, clock(), inLog);
      for (const one of revoked) hub.deviceChanged(one);
      hub.historyChanged();
      return revoked;
    },
    history: async () => {
      const comeback = comebackOf(await presentEpoch(log), await liveNow(log, heardAtMs), heardAtMs, work);
      return await historyView(log, (epoch) => directory.epochNote(epoch), comeback);
    },
    refusedEvents: async (after) => await refusedPage(log, after),
    refusedBytes: async (sum) => await refusedBytes(log, sum),
    resumeAutomaticWork: async (by) => {
      const { epoch } = await log.head();
      directory.noteResumed(epoch, by, clock());
      engine.resumeReactors();
      hub.historyChanged();
    },
  };
}
