// The made-up chain for demos and tests: 8 shops, about 2,400 items and 400 days that look lived-in. Pure and seeded: the
// same seed and end give the same events. It says what was written down and when; appending it is the caller's business.
import { deriveEventId, sha256, type EventDraft } from '@streamstock/event-log';
import { openStore } from '../catalogue/catalogue-deciders.ts';
import { draftsOf, sampleContext } from './sample-context.ts';
import { sampleGoods } from './sample-goods.ts';
import { DAY_MS, SampleShop, type SampleMoment, type SampleStore } from './sample-shop.ts';
import { seededRandom } from './seeded-random.ts';

export type { SampleMoment, SampleStore } from './sample-shop.ts';

export interface SampleChainOptions {
  readonly seed: number;
  /** The history ends here, Unix milliseconds. */
  readonly endMs: number;
  /** Days of history; 400 unless stated. */
  readonly days?: number;
}

export interface SampleChain {
  readonly startMs: number;
  readonly stores: readonly SampleStore[];
  /** Stores and catalogue, written by head office at `startMs`. */
  readonly catalogue: readonly EventDraft[];
  /** Everything the shops wrote down, in order of time. */
  moments(): Iterable<SampleMoment>;
}

const STORES: readonly Omit<SampleStore, 'store'>[] = [
  { name: 'Lisboa Baixa', carries: 0.7, linesPerDay: 26, staff: ['ana', 'rui', 'marta'] },
  { name: 'Porto Aliados', carries: 0.6, linesPerDay: 22, staff: ['joana', 'tiago'] },
  { name: 'Braga', carries: 0.4, linesPerDay: 14, staff: ['luis', 'sofia'] },
  { name: 'Coimbra', carries: 0.45, linesPerDay: 15, staff: ['ines', 'pedro'] },
  { name: 'Faro', carries: 0.4, linesPerDay: 13, staff: ['carla', 'nuno'] },
  { name: 'Warehouse', carries: 0.95, linesPerDay: 6, staff: ['jorge'] },
  { name: 'Setúbal', carries: 0.35, linesPerDay: 11, staff: ['rita', 'hugo'] },
  { name: 'Aveiro', carries: 0.35, linesPerDay: 11, staff: ['paula', 'vasco'] },
];

const DAYS = 400;
const OVERSOLD_ITEM = 'Oat drink 1 L';
const OVERSOLD_BEFORE_END_MS = 60 * 60 * 1_000;
const SILENT_AFTER_MS = 2 * 60 * 60 * 1_000;

export function sampleChain({ seed, endMs, days = DAYS }: SampleChainOptions): SampleChain {
  const startMs = Math.floor(endMs / DAY_MS) * DAY_MS - days * DAY_MS;
  const context = sampleContext(seed, startMs, seededRandom(seed));
  const stores = STORES.map((store): SampleStore => {
    const id = deriveEventId(sha256, 'sample-store', `${seed} ${store.name}`);
    return { ...store, store: id };
  });
  const goods = sampleGoods(context);
  const opened = stores.flatMap(({ store, name }) => {
    const fields = {
      store,
      name,
      currency: 'EUR',
      timeZone: 'Europe/Lisbon',
      areas: [],
      silentAfterMs: SILENT_AFTER_MS,
    };
    return draftsOf(openStore(fields, context.headOffice));
  });
  function* moments(): Generator<SampleMoment> {
    const shops = stores.map((store, number) => new SampleShop(store, goods.items, context, number));
    for (const shop of shops) yield shop.opening(startMs);
    for (let day = 0; day <= days; day += 1) {
      const midnightMs = startMs + day * DAY_MS;
      const today = shops.flatMap((shop) => [...shop.day(midnightMs, days - day, endMs)]);
      if (day === days) today.push(...(shops[0]?.oversell(OVERSOLD_ITEM, endMs - OVERSOLD_BEFORE_END_MS) ?? []));
      yield* today.sort((a, b) => a.atMs - b.atMs);
    }
  }
  return { startMs, stores, catalogue: [...opened, ...goods.drafts], moments };
}
