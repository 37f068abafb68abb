// Threads of the server: each loads its program anew, so compiled code is kept between them and between starts.
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Where the compiled code of this program is kept. Where it can not be kept, nothing is lost but a third of a second a thread. */
export const COMPILED_CODE_FOLDER = fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));

export function startThread(program: URL, workerData: unknown): Worker {
  // A thread heeds the variable alone, not what the process was told later.
  const env = { NODE_COMPILE_CACHE: COMPILED_CODE_FOLDER, ...process.env };
  return new Worker(program, { workerData, env });
}
