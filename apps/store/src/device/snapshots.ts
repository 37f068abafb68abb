// Snapshots over HTTP with this device's credential: the header, and the pages as they stream in. Says in the engine's words why
// there is none. Keeps nothing; a fetch that is cut off is gone on with by whoever asks again.
import { PROBLEM_MEDIA_TYPE, Problem, problemKind, snapshotPaths } from '@streamstock/api';
import { SnapshotFailed, type SnapshotSource } from '@streamstock/device-engine';
import { SnapshotHeader, type DeviceId, type SnapshotPage } from '@streamstock/event-log';

/** The browser's `fetch`, without a timeout of its own: a snapshot streams for as long as it does. */
export type StreamFetch = (
  url: string,
  init: { readonly headers: Record<string, string>; readonly signal: AbortSignal; readonly credentials: 'omit' },
) => Promise<Response>;

export interface HttpSnapshots {
  readonly fetch: StreamFetch;
  /** null: this device was never paired. */
  readonly credential: () => Promise<string | null>;
  /** Under which id this device writes now. */
  readonly device: () => DeviceId | null;
  readonly readModels: string;
}

/** Pages handed on at a time: each batch is one transaction. */
const BATCH_PAGES_MAX = 12;
/** A stream that says nothing for so long is given up. */
const IDLE_TIMEOUT_MS = 30_000;

export function httpSnapshots(options: HttpSnapshots): SnapshotSource {
  return {
    header: async (signal) => {
      const device = options.device();
      if (device === null) throw new SnapshotFailed({ kind: 'refused' });
      const path = snapshotPaths.header({ device, readModels: options.readModels });
      const answer = await ask(options, path, AbortSignal.any([signal, AbortSignal.timeout(IDLE_TIMEOUT_MS)]));
      if (!answer.ok) throw new SnapshotFailed(await failureOf(answer));
      const parsed = SnapshotHeader.safeParse(await answer.json());
      if (!parsed.success) throw new SnapshotFailed({ kind: 'unreachable' }, { cause: parsed.error });
      return parsed.data;
    },
    pages: (id, from, signal) => streamedPages(options, id, from, signal),
  };
}

async function ask({ fetch, credential }: HttpSnapshots, path: string, signal: AbortSignal): Promise<Response> {
  const token = await credential();
  if (token === null) throw new SnapshotFailed({ kind: 'refused' });
  const headers = { authorization: `Bearer ${token}`, accept: `*/*, ${PROBLEM_MEDIA_TYPE}` };
  return await fetch(path, { headers, signal, credentials: 'omit' });
}

async function* streamedPages(
  options: HttpSnapshots,
  id: string,
  from: number,
  signal: AbortSignal,
): AsyncGenerator<readonly SnapshotPage[]> {
  const idle = new IdleTimeout();
  try {
    const answer = await ask(options, snapshotPaths.pages(id, from), AbortSignal.any([signal, idle.signal]));
    if (!answer.ok || answer.body === null) {
      const failure = await failureOf(answer);
      // It was replaced meanwhile: whoever asks for the header again is given another one.
      throw new SnapshotFailed(failure.kind === 'none' ? { kind: 'unreachable' } : failure);
    }
    let index = from;
    let batch: SnapshotPage[] = [];
    for await (const lines of linesOf(answer.body, idle)) {
      for (const text of lines) {
        batch.push({ index, text });
        index += 1;
        if (batch.length < BATCH_PAGES_MAX) continue;
        idle.rest();
        yield batch;
        batch = [];
      }
    }
    idle.rest();
    if (batch.length > 0) yield batch;
  } finally {
    idle.stop();
  }
}

/** The whole lines of each chunk. */
async function* linesOf(body: ReadableStream<Uint8Array>, idle: IdleTimeout): AsyncGenerator<readonly string[]> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  // A page is many chunks long: they are put together once, at its end.
  let begun: string[] = [];
  try {
    for (;;) {
      idle.restart();
      const { done, value } = await reader.read();
      if (done) return;
      const parts = decoder.decode(value, { stream: true }).split('\n');
      const rest = parts.pop() ?? '';
      const [first] = parts;
      if (first !== undefined) {
        parts[0] = begun.join('') + first;
        begun = [];
        yield parts;
      }
      begun.push(rest);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

class IdleTimeout {
  readonly #stop = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  get signal(): AbortSignal {
    return this.#stop.signal;
  }
  restart(): void {
    this.rest();
    this.#timer = setTimeout(() => this.#stop.abort(), IDLE_TIMEOUT_MS);
  }
  /** The other side is not waited for. */
  rest(): void {
    clearTimeout(this.#timer);
  }
  stop(): void {
    this.rest();
  }
}

async function failureOf(answer: Response): Promise<SnapshotFailed['failure']> {
  const problem = Problem.safeParse(await answer.json().catch(() => null));
  if (!problem.success) return { kind: 'unreachable' };
  switch (problemKind(problem.data)) {
    case 'not-ready':
    case 'too-many-requests':
      return { kind: 'busy', retryAfterMs: problem.data.retryAfterMs ?? null };
    case 'update':
      return { kind: 'update' };
    case 'snapshot-none':
      return { kind: 'none' };
    case 'not-signed-in':
    case 'not-allowed':
    case 'revoked':
      return { kind: 'refused' };
    default:
      return { kind: 'unreachable' };
  }
}
