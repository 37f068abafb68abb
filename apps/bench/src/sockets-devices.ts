// The devices of `bench sockets`, ten thousand sockets in a process of their own. What they measure is kept as one number a
// delivery: from handing an event to one device's socket to its line at another device of the store.
import { answerParent } from './ingest-child.ts';
import { SalesLog, type TillName } from './ingest-sales.ts';
import { BenchTill } from './ingest-till.ts';
import { processFigures, watchProcess, type ProcessFigures } from './process-figures.ts';
import { startProfile, stopProfile } from './profile.ts';

export interface Crowd {
  readonly port: number;
  readonly tills: readonly TillName[];
}

export interface TradeRun {
  readonly eventsPerSecond: number;
  readonly seconds: number;
}

export interface TradeFigures {
  readonly deliveries: number;
  readonly expected: number;
  readonly msP50: number;
  readonly msP99: number;
  readonly msMax: number;
  /** Of the devices' process: what it was late by is in every figure above. */
  readonly process: ProcessFigures;
}

const CONNECTING_AT_A_TIME = 100;
const HEARTBEAT_MS = 30_000;
/** After the last event: whatever has not arrived by then is counted as missing. */
const PATIENCE_MS = 10_000;
const TICK_MS = 10;

let tills: BenchTill[] = [];
let beats: NodeJS.Timeout[] = [];

async function enter({ port, tills: names }: Crowd): Promise<{ readonly connected: number }> {
  for (let first = 0; first < names.length; first += CONNECTING_AT_A_TIME) {
    const part = names.slice(first, first + CONNECTING_AT_A_TIME);
    tills.push(...(await Promise.all(part.map(async (name) => await BenchTill.enter(port, new SalesLog(name))))));
  }
  for (const [index, till] of tills.entries()) {
    const delayMs = (index * HEARTBEAT_MS) / tills.length;
    beats.push(setTimeout(() => beats.push(setInterval(() => till.heartbeat(), HEARTBEAT_MS)), delayMs));
  }
  return { connected: tills.length };
}

/** Each event from a device of another store than the one before; everyone of the store hears of it, its maker too. */
async function trade({ eventsPerSecond, seconds }: TradeRun): Promise<TradeFigures> {
  const stores = Map.groupBy(tills, ({ log }) => log.till.store);
  const order = [...stores.values()];
  const sentAt = new Map<string, number>();
  const tookMs: number[] = [];
  let expected = 0;
  for (const till of tills) {
    till.arrived = (id) => {
      const sent = sentAt.get(id);
      if (sent !== undefined) tookMs.push(performance.now() - sent);
    };
  }
  processFigures();
  const began = performance.now();
  const events = eventsPerSecond * seconds;
  for (let sent = 0; sent < events;) {
    const due = Math.min(events, Math.floor(((performance.now() - began) / 1_000) * eventsPerSecond) + 1);
    for (; sent < due; sent += 1) {
      const devices = order[sent % order.length] ?? [];
      const till = devices[Math.floor(sent / order.length) % devices.length];
      if (till === undefined) throw new Error('A store without devices.');
      till.log.sell(1, Date.now());
      sentAt.set(till.idAt(till.log.lines.length), performance.now());
      expected += devices.length;
      till.pushOne();
    }
    await wait(TICK_MS);
  }
  const patientUntil = performance.now() + PATIENCE_MS;
  while (tookMs.length < expected && performance.now() < patientUntil) await wait(TICK_MS);
  const taken = processFigures();
  for (const till of tills) till.arrived = null;
  tookMs.sort((x, y) => x - y);
  const at = (share: number) => tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * share))] ?? Number.NaN;
  return {
    deliveries: tookMs.length,
    expected,
    msP50: at(0.5),
    msP99: at(0.99),
    msMax: at(1),
    process: taken,
  };
}

async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** New devices that say hello with no cursor in stores with a long past, and then never read their sockets again. */
async function stall({ port, tills: names }: Crowd): Promise<{ readonly stalled: number }> {
  for (const name of names) {
    const till = await BenchTill.enter(port, new SalesLog(name));
    till.socket.pause();
  }
  return { stalled: names.length };
}

function leave(): null {
  for (const beat of beats) clearTimeout(beat);
  beats = [];
  for (const { socket } of tills) socket.terminate();
  tills = [];
  return null;
}

watchProcess();
answerParent({ enter, trade, stall, leave, startProfile, stopProfile });
