// The thread that writes the log, as the server starts it, and what it tells of the read models (log-writer.worker.ts).
import { centralProjectors } from '@streamstock/inventory';
import type { WriterThreadOptions } from '@streamstock/log-sql';
import type { DataFiles } from '../data-folder.ts';
import { startThread } from '../own-thread.ts';
import type { RecordedWrite, WriteRecorder } from './recorded-writes.ts';

/** What the thread is given: the log's file and that of the key. */
export interface WriterTask {
  readonly path: string;
  readonly key: string;
}

export interface LogThread {
  readonly thread: WriterThreadOptions;
  /** Of what the thread's projectors wrote. */
  readonly recorder: WriteRecorder;
}

export function logThread({ log: path, key }: DataFiles): LogThread {
  let noted: readonly RecordedWrite[] = [];
  return {
    thread: {
      start: () => startThread(new URL('./log-writer.worker.ts', import.meta.url), { path, key } satisfies WriterTask),
      // Of every step one note, all of it committed.
      noted: (note) => {
        noted = noted.concat(note as readonly RecordedWrite[]);
      },
    },
    recorder: {
      projectors: centralProjectors,
      take: () => {
        const taken = noted;
        noted = [];
        return taken;
      },
      forget: () => {},
    },
  };
}
