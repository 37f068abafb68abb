import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLiveClient, type LiveClient } from './live-client.ts';
import { retryDelayMaxMs, silenceMs } from './live-session.ts';

interface Line {
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  readonly end: () => void;
}

const hello = (position: number) =>
  `event: hello\ndata: ${JSON.stringify({ position, epoch: 'e1', serverTimeMs: 1 })}\n\n`;

/** A server that answers every request with a stream we speak into, or with a status. */
function server(): { lines: Line[]; status: { value: number }; client: LiveClient; heard: string[] } {
  const lines: Line[] = [];
  const status = { value: 200 };
  const heard: string[] = [];
  const client = createLiveClient({
    clock: () => Date.now(),
    random: () => 0.5,
    fetch: async (_url, init) => {
      if (status.value === 0) throw new TypeError('network');
      if (status.value !== 200) return new Response(null, { status: status.value });
      const encoder = new TextEncoder();
      let say: Line['say'] = () => undefined;
      let end: Line['end'] = () => undefined;
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          say = (text) => controller.enqueue(encoder.encode(text));
          end = () => controller.close();
          init.signal?.addEventListener('abort', () => controller.error(new Error('aborted')));
        },
      });
      lines.push({ signal: init.signal as AbortSignal, say, end });
      return await Promise.resolve(new Response(body));
    },
  });
  client.messages$.subscribe((message) =>
    heard.push(`${message.name} ${'position' in message.data ? message.data.position : ''}`),
  );
  return { lines, status, client, heard };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const settle = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(0);
};

test('it hands on messages, and after an end it comes back by itself and says hello again', async () => {
  const { lines, client, heard } = server();
  client.start();
  await settle();
  lines[0]?.say(hello(7));
  lines[0]?.say(`event: stock\ndata: ${JSON.stringify({ position: 8, changes: [] })}\n\n`);
  await settle();
  expect(client.state().kind).toBe('live');
  lines[0]?.end();
  await settle();
  expect(client.state().kind).toBe('waiting');
  await vi.advanceTimersByTimeAsync(retryDelayMaxMs);
  lines[1]?.say(hello(9));
  await settle();
  expect(client.state().kind).toBe('live');
  expect(heard).toEqual(['hello 7', 'stock 8', 'hello 9']);
  client.stop();
});

test('a damaged message asks for reading everything again instead of passing in silence', async () => {
  const { lines, client, heard } = server();
  client.start();
  await settle();
  lines[0]?.say(hello(1) + 'event: stock\ndata: {"position":"x"}\n\n');
  await settle();
  expect(heard).toEqual(['hello 1', 'resync 0']);
  client.stop();
});

test('a cut cable is noticed by silence, and the dead connection is hung up', async () => {
  const { lines, client } = server();
  client.start();
  await settle();
  lines[0]?.say(hello(1));
  await vi.advanceTimersByTimeAsync(silenceMs - 1);
  expect(lines[0]?.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1 + retryDelayMaxMs);
  expect(lines[0]?.signal.aborted).toBe(true);
  expect(lines.length).toBeGreaterThan(1);
  client.stop();
});

test('it goes on trying while the server is away, and ends when the session did', async () => {
  const { lines, status, client } = server();
  status.value = 0;
  client.start();
  await vi.advanceTimersByTimeAsync(10 * retryDelayMaxMs);
  expect(client.state().kind).toBe('waiting');
  status.value = 401;
  await vi.advanceTimersByTimeAsync(retryDelayMaxMs);
  expect(client.state().kind).toBe('signed-out');
  status.value = 200;
  client.start();
  await settle();
  expect(lines).toHaveLength(1);
  client.stop();
  expect(lines[0]?.signal.aborted).toBe(true);
  expect(client.state().kind).toBe('idle');
});
