// Runs the building of a snapshot in its thread (build.worker.ts): one outcome or one error, and the thread is gone.
import { randomBytes } from 'node:crypto';
import { removeSnapshot, type SnapshotBuilt, type SnapshotRecord } from '@streamstock/central-engine';
import type { StoreId } from '@streamstock/event-log';
import { startThread } from '../own-thread.ts';

/** What the thread is given: the log's file, and what to build where. */
export interface BuilderTask {
  readonly path: string;
  readonly id: string;
  readonly store: StoreId;
  readonly folder: string;
}

export type BuilderMessage = SnapshotBuilt;

/** null: there is nothing to build from yet. Rejects when it can not be built; nothing of it is left then. */
export async function buildInThread(path: string, folder: string, store: StoreId): Promise<SnapshotRecord | null> {
  const workerData: BuilderTask = { path, folder, store, id: `snapshot-${randomBytes(12).toString('hex')}` };
  const worker = startThread(new URL('./build.worker.ts', import.meta.url), workerData);
  try {
    const message = await new Promise<BuilderMessage>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`A snapshot was not built (exit code ${code}).`)));
    });
    return message.kind === 'built' ? message.record : null;
  } catch (error) {
    removeSnapshot(folder, workerData.id);
    throw error;
  } finally {
    await worker.terminate();
  }
}
