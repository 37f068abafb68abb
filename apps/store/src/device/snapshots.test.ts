// Snapshots over HTTP against answers as the server gives them.
import { problemType, PROBLEM_MEDIA_TYPE, type ProblemKind } from '@streamstock/api';
import { SnapshotFailed } from '@streamstock/device-engine';
import { describe, expect, it } from 'vitest';
import { httpSnapshots, type StreamFetch } from './snapshots.ts';

const HASH = 'a'.repeat(64);
const HEADER = {
  id: 'snapshot-1',
  store: 'lisboa',
  cursor: { epoch: 'epoch-1', position: 9, hash: HASH, mac: 'm' },
  folds: [{ name: 'stores', version: 2 }],
  pages: [],
  unfolded: [],
  own: { accepted: { epoch: 'epoch-1', seq: 0, hash: HASH, mac: 'm' }, notIn: [] },
};

function source(answer: () => Response, asked: string[] = []) {
  const fetch: StreamFetch = async (url, { headers }) => {
    asked.push(`${url} ${headers['authorization'] ?? ''}`);
    return answer();
  };
  return httpSnapshots({ fetch, credential: async () => 'ssd_x', device: () => 'till/1', readModels: 'v 1' });
}

function problem(kind: ProblemKind, status: number, retryAfterMs?: number): Response {
  const body = { type: problemType(kind), title: 't', status, detail: 'd', ...(retryAfterMs ? { retryAfterMs } : {}) };
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': PROBLEM_MEDIA_TYPE } });
}

/** The text in chunks of so many bytes: lines and letters are cut anywhere. */
function streamed(text: string, chunkBytes: number): Response {
  const bytes = new TextEncoder().encode(text);
  let next = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (next >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(next, (next += chunkBytes)));
    },
  });
  return new Response(body);
}

const never = new AbortController().signal;

async function failure(answer: () => Response): Promise<unknown> {
  const error: unknown = await source(answer)
    .header(never)
    .catch((thrown: unknown) => thrown);
  return error instanceof SnapshotFailed ? error.failure : error;
}

describe('the header', () => {
  it('is asked for with the device, its read models and its credential, and is checked', async () => {
    const asked: string[] = [];
    expect(await source(() => Response.json(HEADER), asked).header(never)).toEqual(HEADER);
    expect(asked).toEqual(['/sync/snapshot?device=till%2F1&readModels=v%201&pages=columns Bearer ssd_x']);
    expect(await failure(() => Response.json({ ...HEADER, cursor: null }))).toEqual({ kind: 'unreachable' });
  });

  it('says why there is none, in the words of the session', async () => {
    expect(await failure(() => problem('not-ready', 503, 5_000))).toEqual({ kind: 'busy', retryAfterMs: 5_000 });
    expect(await failure(() => problem('too-many-requests', 429))).toEqual({ kind: 'busy', retryAfterMs: null });
    expect(await failure(() => problem('update', 409))).toEqual({ kind: 'update' });
    expect(await failure(() => problem('snapshot-none', 404))).toEqual({ kind: 'none' });
    expect(await failure(() => problem('revoked', 403))).toEqual({ kind: 'refused' });
    expect(await failure(() => problem('internal', 500))).toEqual({ kind: 'unreachable' });
    expect(await failure(() => new Response('<h1>Proxy</h1>', { status: 502 }))).toEqual({ kind: 'unreachable' });
  });

  it('is not asked for by a device that was never paired', async () => {
    const unpaired = httpSnapshots({
      fetch: async () => Response.json(HEADER),
      credential: async () => null,
      device: () => 'till-1',
      readModels: 'v',
    });
    await expect(unpaired.header(never)).rejects.toMatchObject({ failure: { kind: 'refused' } });
  });
});

describe('the pages', () => {
  const texts = Array.from({ length: 60 }, (_, page) => `[["k${page}",{"name":"${'ã🎈'.repeat(page)}"}]]`);

  it.each([1, 7, 1_000, 1_000_000])('come whole and in order however they are cut: %i bytes', async (chunkBytes) => {
    const asked: string[] = [];
    const text = texts
      .slice(5)
      .map((page) => `${page}\n`)
      .join('');
    const pages = [];
    for await (const batch of source(() => streamed(text, chunkBytes), asked).pages('snapshot-1', 5, never)) {
      expect(batch.length).toBeLessThanOrEqual(64);
      pages.push(...batch);
    }
    expect(pages).toEqual(texts.slice(5).map((page, offset) => ({ index: 5 + offset, text: page })));
    expect(asked).toEqual(['/sync/snapshot/snapshot-1/pages?from=5 Bearer ssd_x']);
  });

  it('a page that was cut off is not handed on', async () => {
    const pages = [];
    for await (const batch of source(() => streamed('[1]\n[2', 2)).pages('s', 0, never)) pages.push(...batch);
    expect(pages).toEqual([{ index: 0, text: '[1]' }]);
  });

  it('a snapshot that was replaced is asked for anew, not given up', async () => {
    const read = async (): Promise<void> => {
      for await (const _ of source(() => problem('snapshot-none', 404)).pages('s', 0, never)) expect(_).toBeUndefined();
    };
    await expect(read()).rejects.toMatchObject({ failure: { kind: 'unreachable' } });
  });
});
