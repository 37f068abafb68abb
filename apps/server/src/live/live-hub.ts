// The live stream of head office: gathers what changed for a moment, writes it as text once, gives it to every reader. Owns
// the readers and their number; each reader owns its own bounded queue (subscriber.ts).
import {
  EVENTS_PAGE_MAX,
  LIVE_CHANGES_MAX,
  type Device,
  type LiveMessage,
  type LiveStockChange,
  type LogEntry,
  type StoreHead,
} from '@streamstock/api';
import type { DeviceId, Position } from '@streamstock/event-log';
import { liveText, Subscriber } from './subscriber.ts';

/** Readers at a time: past it a new one is refused. */
export const SUBSCRIBERS_MAX = 200;
/** Changes are gathered this long: a burst of sales is one message. */
const GATHER_MS = 50;
/** A line that keeps proxies and time-outs quiet, and finds readers that have gone. */
const HEARTBEAT_MS = 15_000;
/** Bytes of event lines in one `log` message; what does not fit is told by number. */
const LOG_BYTES_MAX = 256 * 1024;

export interface LiveSources {
  /** Where the read models stand. */
  readonly position: () => Position;
  readonly epoch: () => string;
  readonly clock: () => number;
  /** Newest events above a position, oldest first, within the bounds; `omitted`: how many more there were. */
  readonly events: (
    after: Position,
    eventsMax: number,
    bytesMax: number,
  ) => Promise<{ readonly events: readonly LogEntry[]; readonly omitted: number }>;
  readonly devices: (
    ids: readonly DeviceId[],
  ) => Promise<{ readonly devices: readonly Device[]; readonly stores: readonly StoreHead[] }>;
  /** Something could not be read: the stream goes on, the operator must hear of it. */
  readonly failed: (error: unknown) => void;
}

export interface LiveHub {
  /** null: too many readers. `stillAllowed` is asked at every heartbeat; no = the stream ends. */
  subscribe(stillAllowed: () => boolean): ReadableStream<Uint8Array> | null;
  readonly subscribers: number;
  stockChanged(changes: readonly LiveStockChange[]): void;
  logMoved(): void;
  deviceChanged(device: DeviceId): void;
  /** Another epoch, another state of the devices' coming back, another hole. */
  historyChanged(): void;
  /** What readers were told so far may lack something: they read everything again. */
  startAfresh(): void;
  close(): void;
}

export function createLiveHub(sources: LiveSources, heartbeatMs = HEARTBEAT_MS): LiveHub {
  return new Hub(sources, heartbeatMs);
}

class Hub implements LiveHub {
  readonly #sources: LiveSources;
  readonly #subscribers = new Map<Subscriber, () => boolean>();
  readonly #stock = new Map<string, LiveStockChange>();
  readonly #devices = new Set<DeviceId>();
  readonly #heartbeat: NodeJS.Timeout;
  #told: Position = 0;
  #logMoved = false;
  #historyChanged = false;
  #afresh = false;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(sources: LiveSources, heartbeatMs: number) {
    this.#sources = sources;
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs).unref();
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }

  subscribe(stillAllowed: () => boolean): ReadableStream<Uint8Array> | null {
    if (this.#closed || this.#subscribers.size >= SUBSCRIBERS_MAX) return null;
    // Nobody listened so far: what was before is what the reader is about to read.
    if (this.#subscribers.size === 0) this.#told = this.#sources.position();
    const subscriber = new Subscriber(
      () => liveText({ name: 'resync', data: { position: this.#sources.position() } }),
      () => this.#subscribers.delete(subscriber),
    );
    this.#subscribers.set(subscriber, stillAllowed);
    const { position, epoch, clock } = this.#sources;
    subscriber.send(liveText({ name: 'hello', data: { position: position(), epoch: epoch(), serverTimeMs: clock() } }));
    return subscriber.stream;
  }

  stockChanged(changes: readonly LiveStockChange[]): void {
    if (this.#subscribers.size === 0) return;
    for (const change of changes) this.#stock.set(`${change.store}|${change.item}`, change);
    if (changes.length > 0) this.#soon();
  }

  logMoved(): void {
    this.#logMoved = true;
    this.#soon();
  }

  deviceChanged(device: DeviceId): void {
    if (this.#subscribers.size === 0) return;
    this.#devices.add(device);
    this.#soon();
  }

  historyChanged(): void {
    this.#historyChanged = true;
    this.#soon();
  }

  startAfresh(): void {
    this.#afresh = true;
    this.#soon();
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#timer);
    for (const subscriber of this.#subscribers.keys()) subscriber.close();
  }

  #soon(): void {
    if (this.#timer !== undefined || this.#closed || this.#subscribers.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#flushing = this.#flushing.then(() => this.#flush()).catch(this.#sources.failed);
      this.#timer = undefined;
    }, GATHER_MS);
  }

  async #flush(): Promise<void> {
    const stock = [...this.#stock.values()];
    const devices = [...this.#devices];
    const logMoved = this.#logMoved;
    this.#stock.clear();
    this.#devices.clear();
    this.#logMoved = false;
    if (this.#historyChanged) this.#send({ name: 'history', data: { epoch: this.#sources.epoch() } });
    this.#historyChanged = false;
    const position = this.#sources.position();
    const tooMuch = this.#afresh || stock.length > LIVE_CHANGES_MAX || devices.length > LIVE_CHANGES_MAX;
    this.#afresh = false;
    if (tooMuch) this.#send({ name: 'resync', data: { position } });
    else if (stock.length > 0) this.#send({ name: 'stock', data: { position, changes: stock } });
    if (logMoved) await this.#tellLog();
    if (devices.length > 0 && !tooMuch) {
      const { devices: views, stores } = await this.#sources.devices(devices);
      this.#send({ name: 'devices', data: { devices: [...views], stores: [...stores] } });
    }
  }

  async #tellLog(): Promise<void> {
    const { events, omitted } = await this.#sources.events(this.#told, EVENTS_PAGE_MAX, LOG_BYTES_MAX);
    const last = events.at(-1);
    if (last === undefined) return;
    this.#told = last.position;
    this.#send({ name: 'log', data: { position: last.position, events: [...events], omitted } });
  }

  #send(message: LiveMessage): void {
    if (this.#subscribers.size === 0) return;
    const text = liveText(message);
    for (const subscriber of this.#subscribers.keys()) subscriber.send(text);
  }

  #beat(): void {
    for (const [subscriber, stillAllowed] of this.#subscribers) {
      if (stillAllowed()) subscriber.send(': still here\n\n');
      else subscriber.close();
    }
  }
}
