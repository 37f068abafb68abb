// The devices of `bench ingest`, all in one process of their own: what they cost is not the centre's.
import { answerParent } from './ingest-child.ts';
import { SalesLog, type TillName } from './ingest-sales.ts';
import { BenchTill } from './ingest-till.ts';

export interface Trade {
  readonly tills: readonly TillName[];
  readonly eventsEach: number;
}

export interface PushRun {
  readonly port: number;
  /** Goes on behind what was pushed before. */
  readonly eventsEach: number;
  readonly batch: number;
}

let logs: SalesLog[] = [];

function prepare({ tills, eventsEach }: Trade): { readonly bytesPerEvent: number } {
  logs = tills.map((till) => new SalesLog(till));
  for (const log of logs) log.sell(eventsEach, Date.now());
  const first = logs[0]?.lines ?? [];
  return { bytesPerEvent: first.reduce((sum, line) => sum + line.length, 0) / first.length };
}

/** From the first push to the last `accepted`. */
async function push({ port, eventsEach, batch }: PushRun): Promise<{ readonly elapsedMs: number }> {
  const tills = await Promise.all(logs.map(async (log) => await BenchTill.enter(port, log)));
  const began = performance.now();
  await Promise.all(tills.map(async (till) => await till.pushAll(eventsEach, batch)));
  const elapsedMs = performance.now() - began;
  for (const till of tills) till.socket.terminate();
  return { elapsedMs };
}

export interface LatencyRun {
  readonly port: number;
  readonly writer: TillName;
  readonly reader: TillName;
  readonly eventsPerSecond: number;
  readonly events: number;
}

/** From handing an event to one device's socket to its line in another device of the same store. */
async function latency({ port, writer, reader, eventsPerSecond, events }: LatencyRun): Promise<readonly number[]> {
  const log = new SalesLog(writer);
  const from = await BenchTill.enter(port, log);
  const to = await BenchTill.enter(port, new SalesLog(reader));
  const sentAt = new Map<string, number>();
  const tookMs: number[] = [];
  const all = new Promise<void>((resolve) => {
    to.arrived = (id) => {
      const sent = sentAt.get(id);
      if (sent === undefined) return;
      tookMs.push(performance.now() - sent);
      if (tookMs.length === events) resolve();
    };
  });
  const began = performance.now();
  for (let index = 0; index < events; index += 1) {
    const dueMs = began + (index * 1_000) / eventsPerSecond;
    log.sell(1, Date.now());
    await new Promise((resolve) => {
      setTimeout(resolve, Math.max(0, dueMs - performance.now()));
    });
    sentAt.set(from.idAt(index + 1), performance.now());
    from.pushOne();
  }
  await Promise.race([all, from.failure(), to.failure()]);
  from.socket.terminate();
  to.socket.terminate();
  return tookMs;
}

answerParent({ prepare, push, latency });
