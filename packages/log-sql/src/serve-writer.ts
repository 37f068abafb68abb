// The far side of writer-thread.ts: does in this thread what is asked of it, in order, on a connection of its own. What the
// apps know (who judges, which projectors) is given by the app's worker file that calls this.
import type { MessagePort } from 'node:worker_threads';
import type { Planner, Projector, Seal } from '@streamstock/event-log';
import { nativeSha256 } from './bytes.ts';
import { Checkpoints } from './checkpoints.ts';
import { openWriter } from './connection.ts';
import { WriteSide } from './write-side.ts';
import {
  packLines,
  sentProblem,
  type ProjectorKey,
  type WriterMessage,
  type WriterQuestion,
} from './writer-messages.ts';

export interface ServedWriter {
  /** Of a log that is there, and that the other side holds the lock of. */
  readonly path: string;
  readonly seal: Seal;
  /** The other side's planner is not used: this one is, and must be made of the same parts. */
  readonly plan: Planner;
  /** The other side's by name and version, or it is refused. */
  readonly projectors: readonly Projector[];
  /** What projectors noted while they folded: told to the other side after each committed step, forgotten after others. */
  readonly notes?: { take(): unknown; forget(): void };
}

/** Serves until it is asked to close. */
export function serveWriter(port: MessagePort, served: ServedWriter): void {
  const { path, seal, plan, notes } = served;
  const side = new WriteSide(openWriter(path), new Checkpoints(path), nativeSha256, seal);
  const tell = (message: WriterMessage): void => port.postMessage(message);
  const wanted = (keys: readonly ProjectorKey[]): Projector[] =>
    keys.map(({ name, version }) => {
      const known = served.projectors.find((one) => one.name === name && one.version === version);
      if (known === undefined) throw new Error(`The thread that writes the log has no projector ${name} ${version}.`);
      return known;
    });
  const projected = async (keys: readonly ProjectorKey[], eventsMax: number) => {
    try {
      const step = await side.project(wanted(keys), eventsMax);
      if (notes !== undefined) tell({ kind: 'noted', note: notes.take() });
      return step;
    } catch (error) {
      notes?.forget();
      throw error;
    }
  };
  const answer = async (question: WriterQuestion): Promise<unknown> => {
    switch (question.name) {
      case 'append':
        return await side.append(question.given[0], plan);
      case 'appendOwn':
        return await side.appendOwn(...question.given);
      case 'beginEpoch':
        return await side.beginEpoch(...question.given);
      case 'registerDevice':
        return await side.registerDevice(...question.given);
      case 'revokeDevice':
        return await side.revokeDevice(...question.given);
      case 'project':
        return await projected(...question.given);
      case 'deadLetter':
        return await side.deadLetter(...question.given);
      case 'close':
        return await side.close();
    }
  };
  side.follow((entries) => tell({ kind: 'committed', lines: packLines(entries) }));
  port.on('message', (question: WriterQuestion) => {
    const { number, name } = question;
    answer(question)
      .then(
        (value) => tell({ kind: 'done', number, value }),
        (error: unknown) => tell({ kind: 'failed', number, problem: sentProblem(error) }),
      )
      .finally(() => {
        if (name === 'close') port.close();
      });
  });
}
