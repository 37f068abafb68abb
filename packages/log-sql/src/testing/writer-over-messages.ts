// A writer that is asked and answers by messages as over there in a thread, but in this one: the contract's planners and
// projectors, which are functions of the test, can be handed to the far side.
import { EventEmitter } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import type { CentralLog, Planner, Projector, Seal } from '@streamstock/event-log';
import { serveWriter } from '../serve-writer.ts';
import type { SqliteCentralLog } from '../sqlite-central-log.ts';
import type { WriterThreadOptions, WriterWorker } from '../writer-thread.ts';

export interface WriterOverMessages {
  readonly thread: WriterThreadOptions;
  /** The log as the contract asks it: what it hands over is what the far side has. */
  readonly asked: (log: SqliteCentralLog) => CentralLog;
}

export function writerOverMessages(path: string, seal: Seal): WriterOverMessages {
  let plan: Planner | null = null;
  let projectors: readonly Projector[] = [];
  const given: Planner = {
    push: (...push) => planner(plan).push(...push),
    resupply: (...resupply) => planner(plan).resupply(...resupply),
  };
  const start = (): WriterWorker => {
    const { port1: near, port2: far } = new MessageChannel();
    serveWriter(far, {
      path,
      seal,
      plan: given,
      get projectors() {
        return projectors;
      },
    });
    const worker = new EventEmitter();
    near.on('message', (message) => worker.emit('message', message));
    near.once('close', () => worker.emit('exit', 0));
    return Object.assign(worker, {
      postMessage: (message: unknown) => near.postMessage(message),
      ref: () => near.ref(),
      unref: () => near.unref(),
    });
  };
  const asked = (log: SqliteCentralLog): CentralLog =>
    new Proxy<CentralLog>(log, {
      get: (target, name) => {
        if (name === 'append') {
          return async (...[submissions, wanted]: Parameters<CentralLog['append']>) => {
            plan = wanted;
            return await log.append(submissions, wanted);
          };
        }
        if (name === 'project') {
          return async (...[wanted, eventsMax]: Parameters<CentralLog['project']>) => {
            projectors = wanted;
            return await log.project(wanted, eventsMax);
          };
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  return { thread: { start }, asked };
}

function planner(plan: Planner | null): Planner {
  if (plan === null) throw new Error('Nothing was appended yet.');
  return plan;
}
