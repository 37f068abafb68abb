// A till on the wire for the benchmarks: says hello, pushes its log with a few pushes in flight, reports what it was sent as
// applied, and tells when what arrived. It checks nothing and keeps nothing: what is measured is the centre.
import { encodeFrame, PROTOCOL_VERSION, PUSHES_IN_FLIGHT_MAX, SUBPROTOCOL } from '@streamstock/sync';
import { WebSocket } from 'ws';
import type { SalesLog } from './ingest-sales.ts';

const CURSOR_AT_MOST = 1_200;
const ID_AT = '{"id":"'.length;
const ID_CHARACTERS = 36;

export class BenchTill {
  readonly log: SalesLog;
  readonly socket: WebSocket;
  /** Set by whoever listens: the id of an event that arrived. */
  arrived: ((id: string) => void) | null = null;
  acceptedSeq = 0;
  #sentSeq = 0;
  #inFlight = 0;
  #batch = 0;
  #pushUpTo = 0;
  #done: () => void = () => {};
  #welcomed: () => void = () => {};
  #heard = { serverTimeMs: 0, atMs: 0 };
  #failed: (error: Error) => void = () => {};

  private constructor(log: SalesLog, socket: WebSocket) {
    this.log = log;
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.#take(data.toString('utf8')));
    socket.on('error', (error) => this.#failed(error));
    socket.on('close', (code) => this.#failed(new Error(`${log.till.device} was closed with ${code}.`)));
  }

  static async enter(port: number, log: SalesLog): Promise<BenchTill> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/sync`, SUBPROTOCOL, { perMessageDeflate: false });
    const till = new BenchTill(log, socket);
    await new Promise<void>((resolve, reject) => {
      till.#failed = reject;
      till.#welcomed = resolve;
      socket.once('open', () => till.#hello());
    });
    return till;
  }

  /** Pushes everything up to `seq` in batches and resolves when all of it is accepted. */
  async pushAll(upTo: number, batch: number): Promise<void> {
    this.#batch = batch;
    this.#pushUpTo = upTo;
    await new Promise<void>((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
      this.#pushOn();
    });
  }

  /** Pushes the next event alone, as soon as fewer pushes are in flight than a device may have. */
  pushOne(): void {
    this.#batch = 1;
    this.#pushUpTo += 1;
    this.#pushOn();
  }

  /** The id of an event of this till's own log. */
  idAt(seq: number): string {
    return this.log.lines[seq - 1]?.slice(ID_AT, ID_AT + ID_CHARACTERS) ?? '';
  }

  /** Rejects when the connection fails. */
  async failure(): Promise<never> {
    return await new Promise<never>((_, reject) => (this.#failed = reject));
  }

  /** What a device says every 30 seconds. */
  heartbeat(): void {
    this.socket.send(encodeFrame({ type: 'ping', clock: this.#clock() }));
  }

  #hello(): void {
    const { till } = this.log;
    this.socket.send(
      encodeFrame({
        type: 'hello',
        protocol: PROTOCOL_VERSION,
        ticket: till.device,
        device: till.device,
        store: till.store,
        cursor: null,
        receive: true,
        head: { seq: this.log.lines.length, hash: this.log.hashAt(this.log.lines.length) },
        accepted: null,
        appVersion: 'bench',
        readModelVersion: 'bench',
        deviceTimeMs: Date.now(),
      }),
    );
  }

  #pushOn(): void {
    while (this.#inFlight < PUSHES_IN_FLIGHT_MAX && this.#sentSeq < this.#pushUpTo)
      this.#push(Math.min(this.#batch, this.#pushUpTo - this.#sentSeq));
  }

  #push(events: number): void {
    const before = this.#sentSeq;
    const after = before + events;
    const { lines } = this.log;
    const header = {
      type: 'push' as const,
      firstSeq: before + 1,
      hashBefore: this.log.hashAt(before),
      hashAfter: this.log.hashAt(after),
      alone: false,
      clock: this.#clock(),
    };
    this.#sentSeq = after;
    this.#inFlight += 1;
    this.socket.send(encodeFrame(header, lines.slice(before, after)));
  }

  #clock() {
    const agoMs = Math.round(performance.now() - this.#heard.atMs);
    return { steadySinceMs: null, sentAtMs: Date.now(), heard: { serverTimeMs: this.#heard.serverTimeMs, agoMs } };
  }

  #take(text: string): void {
    if (text.startsWith('{"type":"events"')) this.#takeEvents(text);
    else if (text.startsWith('{"type":"accepted"')) this.#takeAccepted(text);
    else if (text.startsWith('{"type":"welcome"')) {
      const { serverTimeMs } = JSON.parse(text) as { serverTimeMs: number };
      this.#heard = { serverTimeMs, atMs: performance.now() };
      this.#welcomed();
    } else if (!text.startsWith('{"type":"pong"')) this.#failed(new Error(`${this.log.till.device} was told ${text}`));
  }

  #takeAccepted(text: string): void {
    const { mark, serverTimeMs } = JSON.parse(text) as { mark: { seq: number }; serverTimeMs: number };
    this.#heard = { serverTimeMs, atMs: performance.now() };
    this.acceptedSeq = mark.seq;
    this.#inFlight -= 1;
    if (this.#pushUpTo === 0) return;
    if (this.acceptedSeq >= this.#pushUpTo) this.#done();
    else this.#pushOn();
  }

  #takeEvents(text: string): void {
    // The header of a large frame is not parsed: a device would do that on a core of its own.
    const to = text.indexOf('"to":{', 0) + '"to":'.length;
    const cursor = text.slice(to, text.indexOf('}', to) + 1);
    if (cursor.length > CURSOR_AT_MOST) throw new Error('The frame has no cursor where one is expected.');
    this.socket.send(`{"type":"applied","lines":0,"cursor":${cursor}}`);
    if (this.arrived === null) return;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
      this.arrived(text.slice(at + 1 + ID_AT, at + 1 + ID_AT + ID_CHARACTERS));
  }
}
