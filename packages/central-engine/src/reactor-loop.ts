// Lets reactors follow the log, behind the read models. Owns each reactor's checkpoint, its retries, and when it is given what;
// the log owns the append, the gate whether anything runs at all.
//
//   idle ──read models stepped──▶ reacting: event by event ──drafts──▶ appended ──▶ read models hold them ──▶ next event
//                                    │ fails: again after a wait; after the last retry the reactor goes on without the event
//
// 1. An event is given only when the read models hold it, and only if it counts; a ruling that lets an earlier event count gives
// that one. 2. What was appended is folded before the next event is given: decisions see each other. 3. A checkpoint is noted
// after what it covers is on disk: a crash repeats, and a repeat writes nothing. 4. A reactor that was never noted begins at
// the head: the past is not its business. Rebuilding read models gives it nothing. 5. After a restore it is given again what
// stands before the cut, too: the copy may hold an event whose answer came after it.
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import {
  contributionOf,
  isRulingType,
  JUDGEMENTS_TABLE,
  NO_JUDGEMENT,
  readStoredLine,
  rulingTarget,
  type CentralLog,
  type EpochRecord,
  type Event,
  type EventDraft,
  type Judgement,
  type Position,
} from '@streamstock/event-log';
import { messageOf } from './group-commit.ts';
import { REACTOR_AGAIN_EVENTS_MAX, REACTOR_READ_BYTES_MAX, REACTOR_READ_EVENTS_MAX } from './limits.ts';
import type { Reactor, ReactorMemory, ReactorNotes } from './reactor.ts';

const RETRIES_MAX = 5;
const RETRY_DELAY_FIRST_MS = 50;
const RETRY_DELAY_MAX_MS = 10_000;

export interface ReactorProblem {
  readonly reactor: string;
  readonly position: Position;
  /** This reactor goes on without the event at `position`. */
  readonly leftOut: boolean;
  readonly detail: string;
}

export interface ReactorLoopOptions {
  readonly log: Pick<CentralLog, 'read' | 'find' | 'head' | 'epochs' | 'tables'>;
  readonly reactors: readonly Reactor[];
  readonly memory: ReactorMemory;
  /** Into the centre's own log, on disk when it resolves; known ids are skipped. */
  readonly append: (drafts: readonly EventDraft[]) => Promise<void>;
  /** Resolves when the read models hold everything that is committed now. */
  readonly folded: () => Promise<Position>;
  readonly isOpen: () => boolean;
  readonly moved: () => void;
  readonly failed: (problem: ReactorProblem) => void;
  readonly retryDelayFirstMs?: number;
}

export class ReactorLoop {
  readonly #options: ReactorLoopOptions;
  readonly #stop = new AbortController();
  readonly #checkpoints = new Map<string, Position>();
  #notes: ReactorNotes = { checkpoints: {}, resumedEpoch: null };
  #upTo: Position = 0;
  #running: Promise<void> | null = null;

  constructor(options: ReactorLoopOptions) {
    this.#options = options;
  }

  /** Reads what was noted. To be called once, before anything else. */
  async start(): Promise<ReactorNotes> {
    const { log, memory, reactors } = this.#options;
    this.#notes = await memory.load();
    const { position } = await log.head();
    const cut = cutSince(this.#notes.epoch, await log.epochs());
    for (const { name } of reactors) this.#checkpoints.set(name, this.#beginningOf(name, position, cut));
    if (reactors.length > 0) await this.#note();
    return this.#notes;
  }

  /** `cut`: up to where the log is the one that was noted. What was answered before it may have its answer behind it. */
  #beginningOf(name: string, head: Position, cut: Position): Position {
    const { checkpoints, since = {} } = this.#notes;
    const noted = checkpoints[name];
    if (noted === undefined) return this.#beginsAt(name, head);
    if (cut === Number.POSITIVE_INFINITY) return Math.min(noted, head);
    const first = this.#beginsAt(name, Math.min(since[name] ?? 0, cut));
    return Math.max(first, Math.min(noted, cut) - REACTOR_AGAIN_EVENTS_MAX);
  }

  #beginsAt(name: string, position: Position): Position {
    this.#notes = { ...this.#notes, since: { ...this.#notes.since, [name]: position } };
    return position;
  }

  get checkpoints(): Readonly<Record<string, Position>> {
    return Object.fromEntries(this.#checkpoints);
  }

  /** The read models hold everything up to here; less than before, while one is filled anew. */
  follow(checkpoint: Position): void {
    this.#upTo = checkpoint;
    this.poke();
  }

  /** There may be something to do: the gate opened. */
  poke(): void {
    if (this.#stop.signal.aborted || !this.#isBehind()) return;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
      if (this.#isBehind()) this.poke();
    });
  }

  async noteResumed(epoch: string): Promise<void> {
    this.#notes = { ...this.#notes, resumedEpoch: epoch };
    await this.#note();
  }

  /** Resolves when no reactor runs. */
  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  #isBehind(): boolean {
    if (!this.#options.isOpen()) return false;
    return [...this.#checkpoints.values()].some((checkpoint) => checkpoint < this.#upTo);
  }

  #mayGoOn(): boolean {
    return !this.#stop.signal.aborted && this.#options.isOpen();
  }

  async #run(): Promise<void> {
    for (const reactor of this.#options.reactors) {
      while (this.#mayGoOn() && this.#checkpointOf(reactor) < this.#upTo) {
        await nextTurn();
        await this.#part(reactor);
        await this.#note();
        this.#options.moved();
      }
    }
  }

  /** The next events of one reactor. */
  async #part(reactor: Reactor): Promise<void> {
    const limit = { eventsMax: REACTOR_READ_EVENTS_MAX, bytesMax: REACTOR_READ_BYTES_MAX };
    const lines = await this.#options.log.read(this.#checkpointOf(reactor), limit);
    for (const { position, line } of lines) {
      if (position > this.#upTo || !this.#mayGoOn()) return;
      await this.#give(reactor, position, readStoredLine(line));
      this.#checkpoints.set(reactor.name, position);
    }
  }

  async #give(reactor: Reactor, position: Position, event: Event): Promise<void> {
    const { failed, retryDelayFirstMs = RETRY_DELAY_FIRST_MS } = this.#options;
    for (let failures = 0; this.#mayGoOn();) {
      try {
        await this.#react(reactor, event);
        return;
      } catch (error) {
        failures += 1;
        const leftOut = failures > RETRIES_MAX;
        failed({ reactor: reactor.name, position, leftOut, detail: messageOf(error) });
        if (leftOut) return;
        const waitMs = Math.min(RETRY_DELAY_MAX_MS, retryDelayFirstMs * 2 ** (failures - 1));
        await delay(waitMs, undefined, { signal: this.#stop.signal, ref: false }).catch(() => {});
      }
    }
  }

  async #react(reactor: Reactor, event: Event): Promise<void> {
    const { log, append, folded } = this.#options;
    const subject = await this.#subjectOf(event);
    if (subject === null) return;
    const drafts = await reactor.react(subject, log.tables);
    for (const { id, causationId } of drafts) {
      if (causationId === subject.id && id[UUID_VERSION_AT] === '8') continue;
      throw new Error(`${reactor.name} wrote ${id}, whose id or cause is not derived from ${subject.id}.`);
    }
    if (drafts.length === 0) return;
    await append(drafts);
    this.#upTo = Math.max(this.#upTo, await folded());
  }

  /** The event that counts by what just arrived: itself, or the one that a ruling is about; null: none does. */
  async #subjectOf(event: Event): Promise<Event | null> {
    const { log } = this.#options;
    let subject: Event | undefined = event;
    if (isRulingType(event.type)) {
      const target = rulingTarget(event);
      const [found] = target === undefined ? [] : await log.find([target]);
      subject = found === undefined ? undefined : readStoredLine(found.line);
    }
    if (subject === undefined || isRulingType(subject.type)) return null;
    const [judgement = NO_JUDGEMENT] = await log.tables.getMany<Judgement>(JUDGEMENTS_TABLE, [subject.id]);
    return contributionOf(subject, judgement) === null ? null : subject;
  }

  #checkpointOf({ name }: Reactor): Position {
    return this.#checkpoints.get(name) ?? 0;
  }

  async #note(): Promise<void> {
    const { log, memory } = this.#options;
    const { epoch } = await log.head();
    this.#notes = { ...this.#notes, epoch, checkpoints: { ...this.#notes.checkpoints, ...this.checkpoints } };
    await memory.save(this.#notes);
  }
}

/** Where the first epoch after `noted` began; infinite: there is none. An epoch that the log does not know may lie anywhere. */
function cutSince(noted: string | undefined, epochs: readonly EpochRecord[]): Position {
  const index = epochs.findIndex(({ epoch }) => epoch === noted);
  const later = epochs.slice(Math.max(0, index) + 1);
  return Math.min(...later.map(({ base }) => base.position), Number.POSITIVE_INFINITY);
}

const UUID_VERSION_AT = 14;
