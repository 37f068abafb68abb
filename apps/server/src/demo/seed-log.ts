// Writes the made-up chain into an empty log, as its tills would have: each shop's till has its own device log and pushes what
// it wrote at the moment it wrote it, through the same planner as every device's push.
import {
  appendToDeviceChain,
  deviceChainStart,
  pushPlanner,
  type CentralLog,
  type DeviceHead,
  type Push,
} from '@streamstock/event-log';
import { judgeEvent } from '@streamstock/inventory';
import { sampleChain, type SampleMoment } from '@streamstock/inventory/sample-chain';
import { nativeSha256 } from '@streamstock/log-sql';
import { newId } from '../centre/writers.ts';

/** Pushes committed together; each keeps its own moment of arrival. */
const PUSHES_PER_COMMIT = 250;
const DRAFTS_PER_APPEND = 1_000;
const SEED = 20_261_121;
/** What a till measures on a good line. */
const CLOCK_UNCERTAINTY_MS = 40;
const SENT_AFTER_MS = 300;
/** Nothing is handed back here, so no seal is ever looked at. */
const NO_SEAL = 'none';

export interface SeededTill {
  readonly device: string;
  readonly store: string;
  readonly storeName: string;
  /** When it wrote its last event. */
  readonly lastWriteAtMs: number;
}

export interface SeedProgress {
  readonly stores: number;
  readonly items: number;
  readonly events: number;
  /** Share of the history that is written, 0 to 1. */
  readonly done: number;
}

/** Resolves when everything is on disk; read models are the caller's business. */
export async function seedLog(
  log: CentralLog,
  endMs: number,
  onProgress: (progress: SeedProgress) => void,
): Promise<readonly SeededTill[]> {
  const chain = sampleChain({ seed: SEED, endMs });
  const { writer } = await log.head();
  for (let start = 0; start < chain.catalogue.length; start += DRAFTS_PER_APPEND) {
    await log.appendOwn(writer, chain.catalogue.slice(start, start + DRAFTS_PER_APPEND), chain.startMs);
  }
  const tills = new Map<string, Till>();
  for (const { store, name } of chain.stores) {
    const till = new Till(store, name);
    await log.registerDevice({
      device: till.device,
      store,
      kind: 'installation',
      label: 'till-1',
      parent: null,
      enrolledAtMs: chain.startMs,
    });
    tills.set(store, till);
  }
  const items = chain.catalogue.filter(({ type }) => type === 'ItemRegistered').length;
  await pushAll(log, chain.moments(), tills, (events, atMs) => {
    onProgress({ stores: tills.size, items, events, done: (atMs - chain.startMs) / (endMs - chain.startMs) });
  });
  return [...tills.values()].map((till) => till.summary());
}

async function pushAll(
  log: CentralLog,
  moments: Iterable<SampleMoment>,
  tills: ReadonlyMap<string, Till>,
  onCommit: (events: number, atMs: number) => void,
): Promise<void> {
  const plan = pushPlanner(
    nativeSha256,
    (device) => deviceChainStart(nativeSha256, device),
    judgeEvent,
    () => NO_SEAL,
  );
  let pushes: Push[] = [];
  let events = 0;
  const commit = async () => {
    const outcomes = await log.append(pushes, plan);
    if (outcomes.some(({ kind }) => kind !== 'accepted')) throw new Error('The log did not accept the made-up chain.');
    events += pushes.reduce((sum, push) => sum + push.lines.length, 0);
    onCommit(events, pushes.at(-1)?.arrival.arrivalMs ?? 0);
    pushes = [];
  };
  for (const moment of moments) {
    const push = tills.get(moment.store)?.write(moment);
    if (push !== undefined) pushes.push(push);
    if (pushes.length >= PUSHES_PER_COMMIT) await commit();
  }
  if (pushes.length > 0) await commit();
}

/** One made-up till with its device log. */
class Till {
  readonly device: string;
  readonly #store: string;
  readonly #storeName: string;
  #head: DeviceHead;
  #lastWriteAtMs = 0;

  constructor(store: string, storeName: string) {
    this.device = newId(Date.now());
    this.#store = store;
    this.#storeName = storeName;
    this.#head = { seq: 0, hash: deviceChainStart(nativeSha256, this.device), lastStamp: null };
  }

  write({ atMs, drafts }: SampleMoment): Push {
    const clock = { nowMs: atMs, uncertaintyMs: CLOCK_UNCERTAINTY_MS };
    const { head, appended } = appendToDeviceChain(nativeSha256, this.device, this.#head, drafts, clock);
    const push: Push = {
      kind: 'push',
      device: this.device,
      firstSeq: this.#head.seq + 1,
      hashBefore: this.#head.hash,
      hashAfter: head.hash,
      lines: appended.map(({ line }) => line),
      arrival: {
        arrivalMs: atMs + SENT_AFTER_MS,
        clockOffsetMs: 0,
        measureUncertaintyMs: CLOCK_UNCERTAINTY_MS,
        steadySinceMs: 0,
      },
    };
    this.#head = head;
    this.#lastWriteAtMs = atMs;
    return push;
  }

  summary(): SeededTill {
    return { device: this.device, store: this.#store, storeName: this.#storeName, lastWriteAtMs: this.#lastWriteAtMs };
  }
}
