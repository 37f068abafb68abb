// A device that speaks the protocol by hand: frames out, frames in, nothing done by itself. Its log is a fixture's.
import type { Cursor } from '@streamstock/event-log';
import type { TestDevice } from '@streamstock/event-log/testing/central-fixtures';
import {
  decodeFrame,
  encodeFrame,
  PROTOCOL_VERSION,
  SUBPROTOCOL,
  type CentreMessage,
  type Hello,
  type Outgoing,
} from '@streamstock/sync';
import { WebSocket } from 'ws';
import { testClock } from './test-centre.ts';

export type Received<Type extends CentreMessage['type'] = CentreMessage['type']> = Extract<
  CentreMessage,
  { type: Type }
> & {
  readonly rawLines: readonly string[];
};

/** Only ends a test that hangs: an answer comes in milliseconds on a machine that is not busy. */
const WAIT_MS = 20_000;
let tickets = 0;

export function newTicket(device: string): string {
  tickets += 1;
  return `${device} ${tickets}`;
}

export class RawDevice {
  readonly socket: WebSocket;
  readonly log: TestDevice;
  readonly received: Received[] = [];
  cursor: Cursor | null = null;
  closeCode: number | null = null;
  #serverTimeMs = testClock();
  #changed: () => void = () => {};

  private constructor(socket: WebSocket, log: TestDevice) {
    this.socket = socket;
    this.log = log;
    socket.on('message', (data: Buffer) => this.#take(data.toString('utf8')));
    socket.on('error', () => {});
    socket.on('close', (code) => {
      this.closeCode = code;
      this.#changed();
    });
  }

  static async open(url: string, log: TestDevice): Promise<RawDevice> {
    const socket = new WebSocket(url, SUBPROTOCOL, { perMessageDeflate: false });
    const device = new RawDevice(socket, log);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return device;
  }

  /** Connected, and welcomed. */
  static async enter(url: string, log: TestDevice, changes: Partial<Hello> = {}): Promise<RawDevice> {
    const device = await RawDevice.open(url, log);
    device.hello(changes);
    await device.next('welcome');
    return device;
  }

  send(message: Outgoing, lines: readonly string[] = []): void {
    this.socket.send(encodeFrame(message, lines));
  }

  hello(changes: Partial<Hello> = {}): void {
    const { device, store, head } = this.log;
    const { lines: _, ...more } = { lines: 0, ...changes };
    this.send({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      ticket: newTicket(device),
      device,
      store,
      cursor: this.cursor,
      head: { seq: head.seq, hash: head.hash },
      accepted: null,
      receive: true,
      appVersion: '1.0.0',
      readModelVersion: 'test-1',
      deviceTimeMs: testClock(),
      ...more,
    });
  }

  push(firstSeq: number, lastSeq = this.log.log.length): void {
    const { hashBefore, hashAfter, lines } = this.log.push(firstSeq, lastSeq);
    const clock = { sentAtMs: testClock(), steadySinceMs: null, heard: { serverTimeMs: this.#serverTimeMs, agoMs: 0 } };
    this.send({ type: 'push', firstSeq, hashBefore, hashAfter, alone: false, clock }, lines);
  }

  /** Reports a frame as applied. */
  applied(frame: Received<'events'>): void {
    this.cursor = frame.to;
    this.send({ type: 'applied', cursor: frame.to });
  }

  /** The first message of a type that was not taken yet. */
  async next<Type extends CentreMessage['type']>(type: Type): Promise<Received<Type>> {
    const isIt = (message: Received): message is Received<Type> => message.type === type;
    await this.#until(() => this.received.some(isIt), `no ${type}`);
    const message = this.received.find(isIt);
    if (message === undefined) throw new Error('It was there.');
    this.received.splice(this.received.indexOf(message), 1);
    return message;
  }

  /** Applies frames until it holds everything up to a position; returns the lines with their positions. */
  async readUpTo(position: number): Promise<{ readonly position: number; readonly line: string }[]> {
    const lines: { position: number; line: string }[] = [];
    while ((this.cursor?.position ?? 0) < position) {
      const frame = await this.next('events');
      lines.push(...frame.rawLines.map((line, index) => ({ position: frame.positions[index] ?? 0, line })));
      this.applied(frame);
    }
    return lines;
  }

  async closed(): Promise<number> {
    await this.#until(() => this.closeCode !== null, 'not closed');
    return this.closeCode ?? 0;
  }

  async leave(): Promise<void> {
    this.socket.close();
    await this.closed();
  }

  async #until(holds: () => boolean, otherwise: string): Promise<void> {
    const deadline = performance.now() + WAIT_MS;
    while (!holds()) {
      const leftMs = deadline - performance.now();
      const seen = this.received.map((message) => JSON.stringify(message).slice(0, 200)).join('\n');
      if (leftMs <= 0) throw new Error(`${this.log.device}: ${otherwise} came. Instead:\n${seen}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  #take(text: string): void {
    const frame = decodeFrame(text, 'centre');
    if (!frame.ok) throw new Error(`The centre sent a bad frame: ${frame.problem.detail}`);
    if ('serverTimeMs' in frame.message) this.#serverTimeMs = frame.message.serverTimeMs;
    this.received.push({ ...frame.message, rawLines: frame.lines });
    this.#changed();
  }
}
