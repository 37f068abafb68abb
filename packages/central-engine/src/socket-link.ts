// One WebSocket: text in, text out, and its end, exactly once. Owns the socket and the bound on what waits in it; knows nothing
// of what the text means.
import type { Writable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { SOCKET_BUFFERED_BYTES_MAX, SOCKET_LOW_WATER_BYTES } from './limits.ts';

export interface SocketEvents {
  text(text: string): void;
  badFrame(kind: 'bad-frame' | 'too-large', detail: string): void;
  closed(): void;
}

/** Texts of at least this length are likely to go to several sockets. */
const SHARED_CHARACTERS_MIN = 512;

/** The last long text and its bytes: one frame for many devices is encoded once, and waits in memory once. */
let lastLong: { readonly text: string; readonly bytes: Buffer } = { text: '', bytes: Buffer.alloc(0) };

function bytesOf(text: string): Buffer {
  if (text.length < SHARED_CHARACTERS_MIN) return Buffer.from(text);
  if (lastLong.text !== text) lastLong = { text, bytes: Buffer.from(text) };
  return lastLong.bytes;
}

/** The TCP connection under a WebSocket, as far as what goes out on it can be held together. */
export type Wire = Pick<Writable, 'cork' | 'uncork'>;

const NORMAL_CLOSURE = 1_000;
const AS_TEXT = { binary: false };
/** What the WebSocket protocol puts before a frame. */
const HEADER_BYTES_MAX = 10;
const PAYLOAD_TOO_LARGE = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';

/** Links that were sent something in this turn of the event loop. */
let held: SocketLink[] = [];

export class SocketLink {
  readonly #socket: WebSocket;
  readonly #wire: Wire | null;
  #isHeld = false;
  readonly #bufferedBytesMax: number;
  /** null: nobody does. */
  #waiting: (() => void)[] | null = null;

  /** `wire` null: each frame goes out by itself. */
  constructor(
    socket: WebSocket,
    wire: Wire | null,
    events: SocketEvents,
    bufferedBytesMax = SOCKET_BUFFERED_BYTES_MAX,
  ) {
    this.#socket = socket;
    this.#wire = wire;
    this.#bufferedBytesMax = bufferedBytesMax;
    socket.on('message', (data, isBinary) => {
      if (isBinary) events.badFrame('bad-frame', 'A frame is text.');
      else events.text(textOf(data));
    });
    // The library closes the socket after an error by itself; here it only must not be unheard.
    socket.on('error', (error) => {
      const tooLarge = 'code' in error && error.code === PAYLOAD_TOO_LARGE;
      events.badFrame(tooLarge ? 'too-large' : 'bad-frame', error.message);
    });
    socket.on('close', () => {
      this.#release();
      events.closed();
    });
  }

  /** Sends, or cuts the connection of a peer that lets too much wait. */
  send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > this.#bufferedBytesMax) {
      this.#socket.terminate();
      return;
    }
    this.#hold();
    const bytes = bytesOf(text);
    // A failed write ends in `close`. Nobody can wait for what leaves room behind it: then there is nothing to be told.
    if (this.#socket.bufferedAmount + bytes.length + HEADER_BYTES_MAX <= SOCKET_LOW_WATER_BYTES)
      this.#socket.send(bytes, AS_TEXT);
    else
      this.#socket.send(bytes, AS_TEXT, () => {
        if (this.hasRoom) this.#release();
      });
  }

  /**
   * Holds what is sent until this turn of the event loop is through: the answers of a commit, and the news of it, are one write
   * to the system. Each write costs as much as the rest of a frame.
   */
  #hold(): void {
    if (this.#wire === null || this.#isHeld) return;
    this.#isHeld = true;
    this.#wire.cork();
    if (held.push(this) === 1) process.nextTick(SocketLink.#letGo);
  }

  static #letGo(this: void): void {
    const links = held;
    held = [];
    for (const link of links) {
      link.#isHeld = false;
      link.#wire?.uncork();
    }
  }

  /** Little waits in the socket. */
  get hasRoom(): boolean {
    return this.#socket.readyState !== this.#socket.OPEN || this.#socket.bufferedAmount <= SOCKET_LOW_WATER_BYTES;
  }

  /** Resolves when little waits in the socket, or when it is closed: who does not read is not read for. */
  async drained(): Promise<void> {
    if (this.hasRoom) return;
    await new Promise<void>((resolve) => (this.#waiting ??= []).push(resolve));
  }

  /** What was sent before still goes out; a peer that does not answer is cut by the library. */
  close(): void {
    this.#socket.close(NORMAL_CLOSURE);
  }

  cut(): void {
    this.#socket.terminate();
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const resolve of waiting ?? []) resolve();
  }
}

function textOf(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString('utf8');
  return Array.isArray(data) ? Buffer.concat(data).toString('utf8') : Buffer.from(data).toString('utf8');
}
