// Compares what is stored with a simulated chain that really has shelves. Returns the differences as text, so that a
// simulator can report them and a test can expect none.
import type { TableReader } from '@streamstock/event-log';
import { countVariances } from '../stock/count-variances.ts';
import { readShipment } from '../transfer/transfer-queries.ts';
import type { ChainDays } from './chain-days.ts';

/** What any fold of lines says of one. */
export interface FoldedLine {
  readonly sellable: number;
  readonly picked: number;
  readonly unsellable: number;
  readonly recount: boolean;
}

const BUCKETS = ['sellable', 'picked', 'unsellable'] as const;

/** Lines of which a bucket differs from the shelf; `flagged`: those that ask for a recount are forgiven. */
export function compareWithShelves(
  { shops }: ChainDays,
  items: readonly string[],
  lineOf: (store: string, item: string) => FoldedLine | undefined,
  flagged: 'forgiven' | 'wrong',
): string[] {
  const problems: string[] = [];
  for (const [store, shop] of shops) {
    for (const item of items) {
      const line = lineOf(store, item);
      if (line?.recount === true && flagged === 'forgiven') continue;
      if (line?.recount === true) problems.push(`shelf ${store}|${item}: asks for a recount`);
      for (const bucket of BUCKETS) {
        const stands = shop[bucket](item);
        const says = line?.[bucket] ?? 0;
        if (says !== stands) problems.push(`shelf ${store}|${item}: ${bucket} is ${says}, ${stands} stand there`);
      }
    }
  }
  return problems;
}

/** Shipments of which what is in transit or lost differs from the truck. */
export async function compareOnTheWay({ loads }: ChainDays, reader: TableReader): Promise<string[]> {
  const problems: string[] = [];
  for (const [id, { item, aboard, missing, closed }] of loads) {
    const line = (await readShipment(reader, id, 0))?.lines.find((one) => one.item === item);
    const gone = aboard + missing;
    const says = `${line?.inTransit ?? 0} in transit, ${line?.lost ?? 0} lost`;
    const is = closed ? `0 in transit, ${gone} lost` : `${gone} in transit, 0 lost`;
    if (says !== is) problems.push(`truck ${id}: stored ${says}; it is ${is}`);
  }
  return problems;
}

/** Counts that found something else than what went unrecorded since the count before. */
export async function compareVariances(
  { shops, variances }: ChainDays,
  items: readonly string[],
  reader: TableReader,
): Promise<string[]> {
  const found = new Map<string, number>();
  for (const store of shops.keys()) {
    for (const item of items) {
      for (const { bucket, session, variance } of await countVariances(reader, store, item)) {
        found.set(`${store}|${item}|${bucket}|${session}`, variance);
      }
    }
  }
  const keys = [...new Set([...found.keys(), ...variances.keys()])].sort();
  return keys
    .filter((key) => found.get(key) !== variances.get(key))
    .map(
      (key) => `variance ${key}: stored ${found.get(key) ?? 'none'}, ${variances.get(key) ?? 'none'} went unrecorded`,
    );
}
