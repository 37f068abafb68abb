// For tests: a thread that answers, throws, or exits without an answer, as its job says.
import { parentPort } from 'node:worker_threads';

parentPort?.on('message', (job: string) => {
  if (job === 'throw') throw new Error('It threw.');
  if (job === 'exit') {
    process.stderr.write('These are its last words.\n');
    setTimeout(() => process.exit(7), 20);
    return;
  }
  parentPort?.postMessage(`did ${job}`);
});
