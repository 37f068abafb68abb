// A stage for one device session and a naive centre that began a new history: plays engine, log and centre, one step after
// the other, so that a test can cut in at every single one of them. Knows nothing of the real ones.
import type { DeviceLogState, EventId } from '@streamstock/event-log';
import type { DeviceEffect } from '../device-session-types.ts';
import { decodeFrame } from '../frame.ts';
import type { DeviceMessage } from '../protocol.ts';
import {
  chainOf,
  DEVICE,
  DeviceDriver,
  eventLine,
  EPOCH,
  logOf,
  markAt,
  restrictionOf,
  sealedCursorAt,
} from './drivers.ts';

/** Small pages, so that a few events take several rounds and parts. */
const PAGE = 3;
const PART = 2;
const STEPS_MAX = 2_000;

const ids = new Map<string, EventId>();
function idOf(line: string): EventId {
  const id = ids.get(line) ?? (JSON.parse(line) as { id: EventId }).id;
  ids.set(line, id);
  return id;
}

export class RenewalStage {
  driver = new DeviceDriver();
  /** The device's disk. */
  readonly own: string[];
  readonly received: readonly string[];
  acceptedSeq = 0;
  cursorEpoch = EPOCH;
  snapshotEpoch: string | null = null;
  /** The centre. */
  epoch = 'epoch-2';
  centreSeq: number;
  readonly centreHolds = new Set<EventId>();
  /** What happened, for the test. */
  steps = 0;
  readonly wrong: string[] = [];
  snapshots = 0;
  #queue: (() => void)[] = [];
  #epochs = 2;
  #chained = chainOf([]);

  /** The device holds `ownCount` events of its own and some of others; the restored centre only `atCentre` of its own. */
  constructor(ownCount: number, receivedCount: number, atCentre: number) {
    this.own = Array.from({ length: ownCount }, (_, index) => eventLine(index + 1));
    this.received = Array.from({ length: receivedCount }, (_, index) => eventLine(500 + index));
    this.centreSeq = atCentre;
    for (const line of this.own.slice(0, atCentre)) this.centreHolds.add(idOf(line));
  }

  get held(): readonly string[] {
    return [...this.own, ...this.received];
  }

  get isDone(): boolean {
    return this.cursorEpoch === this.epoch && this.driver.phase === 'live' && this.driver.view.restriction === null;
  }

  /** Plays until the device receives again; `at` cuts in before the step of that number. */
  play(cutInAt = -1, cutIn: () => void = () => {}): void {
    this.#take(() => this.driver.input({ type: 'start' }));
    while (this.steps < STEPS_MAX) {
      if (this.isDone && this.#queue.length === 0) return;
      if (this.steps === cutInAt) cutIn();
      this.steps += 1;
      const next = this.#queue.shift();
      if (next === undefined) this.#take(() => this.driver.input({ type: 'timer', timer: 'retry' }));
      else next();
    }
    this.wrong.push('It never came to an end.');
  }

  cutConnection(): void {
    this.#queue = [];
    this.#take(() => this.driver.input({ type: 'closed', connection: this.driver.connection }));
  }

  /** Power lost: nothing but the disk is left. */
  crash(): void {
    this.#queue = [];
    this.driver = new DeviceDriver();
    this.#take(() => this.driver.input({ type: 'start' }));
  }

  /** Restored once more, to the same backup. */
  beginEpoch(): void {
    this.#epochs += 1;
    this.epoch = `epoch-${this.#epochs}`;
    this.centreHolds.clear();
    this.centreSeq = 0;
    this.cutConnection();
  }

  /** A sale is saved. */
  save(): void {
    this.own.push(eventLine(900 + this.own.length));
    this.#take(() => this.driver.input({ type: 'logChanged' }));
  }

  #chain(): ReturnType<typeof chainOf> {
    if (this.#chained.placed.length !== this.own.length) this.#chained = chainOf(this.own);
    return this.#chained;
  }

  #take(act: () => void): void {
    act();
    for (const effect of this.driver.effects) this.#begin(effect);
  }

  #later(input: Parameters<DeviceDriver['input']>[0]): void {
    this.#queue.push(() => this.#take(() => this.driver.input(input)));
  }

  #say(message: Parameters<DeviceDriver['frame']>[0]): void {
    const { connection } = this.driver;
    this.#queue.push(() => {
      if (connection === this.driver.connection) this.#take(() => this.driver.frame(message));
    });
  }

  #begin(effect: DeviceEffect): void {
    const chain = this.#chain();
    switch (effect.type) {
      case 'connect':
        return this.#later({ type: 'opened', connection: effect.connection, ticket: 'ticket' });
      case 'readLog':
        return this.#later({ type: 'logRead', connection: effect.connection, log: this.#log() });
      case 'readOutbox': {
        const { afterSeq, connection } = effect;
        const lines = chain.placed.filter(({ place }) => place.seq > afterSeq).slice(0, PART);
        const part = { before: chain.points[afterSeq] ?? null, hole: null, lines };
        return this.#later({ type: 'outboxRead', connection, afterSeq, part });
      }
      case 'storeMark':
        this.acceptedSeq = effect.mark.seq;
        return;
      case 'readHeld': {
        const held = this.held.map(idOf).toSorted();
        const { afterId, connection } = effect;
        const page = held.filter((id) => afterId === null || id > afterId).slice(0, PAGE);
        return this.#later({ type: 'heldRead', connection, ids: page });
      }
      case 'readLines': {
        const lines = effect.ids.flatMap((id) => this.held.find((line) => idOf(line) === id) ?? []);
        return this.#later({ type: 'linesRead', connection: effect.connection, lines: lines.slice(0, PART) });
      }
      case 'fetchSnapshot':
        return this.#install(effect.connection, effect.epoch);
      case 'applyFrame':
        this.wrong.push('A frame was applied.');
        return;
      case 'send': {
        const frame = decodeFrame(effect.text, 'device');
        if (!frame.ok) throw new Error(frame.problem.detail);
        return this.#atCentre(frame.message, frame.lines);
      }
      default:
        return;
    }
  }

  #log(): DeviceLogState {
    const head = this.#chain().points.at(-1) ?? { seq: 0, hash: '' };
    return logOf({ head, cursor: sealedCursorAt(this.cursorEpoch) });
  }

  #install(connection: number, epoch: string): void {
    if (epoch !== this.epoch) return;
    this.snapshots += 1;
    const missing = this.held.filter((line) => !this.centreHolds.has(idOf(line)));
    // What was saved while the offers went on is pushed; only then can it be on its way here.
    if (missing.some((line) => !this.own.slice(this.centreSeq).includes(line)))
      this.wrong.push('The snapshot was asked for before everything was handed over.');
    this.#queue.push(() => {
      this.cursorEpoch = epoch;
      this.#take(() => this.driver.input({ type: 'snapshotInstalled', connection, outcome: 'installed' }));
    });
  }

  #atCentre(message: DeviceMessage, lines: readonly string[]): void {
    const chain = this.#chain();
    const mark = () => markAt(chain.points[this.centreSeq] ?? { seq: 0, hash: '' }, this.epoch, DEVICE);
    switch (message.type) {
      case 'hello': {
        const isOther = message.cursor?.epoch !== this.epoch;
        const limits = {
          pushEventsMax: PART,
          pushBytesMax: 200_000,
          pushesInFlightMax: 2,
          eventsFramesOutstandingMax: 2,
        };
        const restriction = isOther ? restrictionOf('epoch') : null;
        const welcome = { protocol: 1, epoch: this.epoch, serverTimeMs: 0, headPosition: 0, limits, restriction };
        return this.#say({ type: 'welcome', ...welcome, accepted: mark() });
      }
      case 'push':
        if (message.firstSeq !== this.centreSeq + 1) return this.#say({ type: 'resend', mark: mark() });
        this.centreSeq += lines.length;
        for (const line of lines) this.centreHolds.add(idOf(line));
        return this.#say({ type: 'accepted', mark: mark(), serverTimeMs: 0 });
      case 'offer': {
        const ids = message.ids.filter((id) => !this.centreHolds.has(id));
        return this.#say({ type: 'want', round: message.round, ids });
      }
      case 'resupply': {
        const { round, part } = message;
        for (const line of lines) this.centreHolds.add(idOf(line));
        return this.#say({ type: 'resupplied', round, part, appended: lines.length, known: 0, refused: 0 });
      }
      default:
        return;
    }
  }
}
