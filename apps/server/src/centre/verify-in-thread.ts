// Runs the verification in its thread (verify.worker.ts) and answers what that asks of the server.
//
//   start ──▶ folding ──pause──▶ (read models held still) comparing ──resume──▶ done ──▶ the thread ends
//
// 1. However the thread ends, the read models go on. 2. One outcome or one error.
import type { Verification } from '@streamstock/api';
import type { Position } from '@streamstock/event-log';
import { startThread } from '../own-thread.ts';
import type { VerifyOptions } from './verify-log.ts';

/** What the thread is given: the log's file. */
export interface VerifierTask {
  readonly path: string;
}

export type VerifierMessage =
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'done'; readonly outcome: Verification };

/** The answer to `pause`: where the read models stand still. */
export interface VerifierReply {
  readonly position: Position;
}

/** Rejects when the log can not be read at all, or the thread dies. */
export async function verifyInThread(
  path: string,
  pauseProjection: VerifyOptions['pauseProjection'],
): Promise<Verification> {
  const workerData: VerifierTask = { path };
  const worker = startThread(new URL('./verify.worker.ts', import.meta.url), workerData);
  let held: { readonly resume: () => void } | null = null;
  let ended = false;
  const release = (): void => {
    held?.resume();
    held = null;
  };
  const hold = async (): Promise<void> => {
    const paused = await pauseProjection();
    held = paused;
    if (ended) release();
    else worker.postMessage({ position: paused.position } satisfies VerifierReply);
  };
  try {
    return await new Promise<Verification>((resolve, reject) => {
      worker.on('message', (message: VerifierMessage) => {
        if (message.kind === 'done') resolve(message.outcome);
        else if (message.kind === 'resume') release();
        else hold().catch(reject);
      });
      worker.once('error', reject);
      worker.once('exit', (code) =>
        reject(new Error(`The verification ended without an outcome (exit code ${code}).`)),
      );
    });
  } finally {
    ended = true;
    release();
    await worker.terminate();
  }
}
