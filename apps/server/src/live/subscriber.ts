// One reader of the live stream, as Server-Sent Events over a byte stream. Owns its bounded queue: whoever reads too slowly
// misses what comes next and is told once, when there is room again, to read everything anew. Never grows the server.
//
//   following ──queue full──▶ behind (what comes is dropped) ──reader has room──▶ resync queued ──▶ following
//
// 1. What waits is at most QUEUE_BYTES_MAX. 2. After a message was dropped, the next one that is queued is `resync`.
import type { LiveMessage } from '@streamstock/api';

/** Text that waits for one reader. */
export const QUEUE_BYTES_MAX = 1024 * 1024;

/** A message once as text, for all readers. */
export function liveText({ name, data }: LiveMessage): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

export class Subscriber {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #resync: () => string;
  readonly #ended: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #behind = false;

  /** `resync`: the text that tells a reader to read anew, made when it is sent. `ended`: the reader has gone. */
  constructor(resync: () => string, ended: () => void) {
    this.#resync = resync;
    this.#ended = ended;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#catchUp(),
        cancel: () => this.#end(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: QUEUE_BYTES_MAX }),
    );
  }

  /** Returns false when the reader was too slow for it. */
  send(text: string): boolean {
    const controller = this.#controller;
    if (controller === undefined || this.#behind) return false;
    const bytes = this.#encoder.encode(text);
    if ((controller.desiredSize ?? 0) < bytes.length) {
      this.#behind = true;
      return false;
    }
    controller.enqueue(bytes);
    return true;
  }

  close(): void {
    const controller = this.#controller;
    this.#end();
    try {
      controller?.close();
    } catch {
      // The reader was faster.
    }
  }

  /** Called when the reader has taken something. */
  #catchUp(): void {
    if (!this.#behind || this.#controller === undefined) return;
    const bytes = this.#encoder.encode(this.#resync());
    if ((this.#controller.desiredSize ?? 0) < bytes.length) return;
    this.#behind = false;
    this.#controller.enqueue(bytes);
  }

  #end(): void {
    if (this.#controller === undefined) return;
    this.#controller = undefined;
    this.#ended();
  }
}
