// The independent book of values, for tests: every line recomputed from the whole set of events by the plainest reading of
// the rules. Shares no arithmetic with the fold; slow on purpose.
import type { Event } from '@streamstock/event-log';
import { understands } from '../testing/compare-book.ts';
import { groups, inOrder, latestOf, readSet, sum } from '../testing/naive-set.ts';
import { movesOf, waitingSessions } from '../testing/naive-stock.ts';

export interface NaiveValue {
  readonly store: string;
  readonly item: string;
  readonly onHand: number;
  readonly value: string | null;
  readonly averageCost: string | null;
}

interface Step {
  readonly at: number;
  readonly id: string;
  /** Orders what one event says. */
  readonly part: number;
  readonly line: string;
  readonly moves?: Record<string, number>;
  readonly cost?: bigint;
  readonly counted?: { readonly bucket: string; readonly quantity: number };
}

const ONE = 1_000_000_000_000n;

function halfUp(numerator: bigint, denominator: bigint): bigint {
  const whole = numerator / denominator;
  return (numerator - whole * denominator) * 2n >= denominator ? whole + 1n : whole;
}

function text(picos: bigint): string {
  const fraction = (picos % ONE).toString().padStart(12, '0').replace(/0+$/, '');
  return `${picos / ONE}${fraction === '' ? '' : `.${fraction}`}`;
}

function valueLine(steps: readonly Step[]): Omit<NaiveValue, 'store' | 'item'> {
  const held: Record<string, number> = { sellable: 0, picked: 0, unsellable: 0 };
  let worth = 0n;
  let unit: bigint | null = null;
  for (const step of steps) {
    const before = sum(Object.values(held));
    if (step.counted !== undefined) held[step.counted.bucket] = step.counted.quantity;
    for (const [bucket, change] of Object.entries(step.moves ?? {})) held[bucket] = (held[bucket] ?? 0) + change;
    const after = sum(Object.values(held));
    if (step.cost !== undefined && after > before) {
      if (after <= 0) [worth, unit] = [0n, step.cost];
      else {
        const own = before <= 0 || unit === null;
        worth = own ? BigInt(after) * step.cost : worth + BigInt(after - before) * step.cost;
        unit = halfUp(worth, BigInt(after));
      }
    } else if (after <= 0 || unit === null) worth = 0n;
    else worth = before > 0 ? halfUp(worth * BigInt(after), BigInt(before)) : BigInt(after) * unit;
  }
  const onHand = sum(Object.values(held));
  return { onHand, value: unit === null ? null : text(worth), averageCost: unit === null ? null : text(unit) };
}

/** By (store, item), as `listValues` lists them. */
export function naiveValues(events: readonly Event[]): NaiveValue[] {
  const set = readSet(events, understands);
  const waiting = waitingSessions(set);
  const steps: Step[] = [];
  const seen: { key: string; at: number; id: string; part: string; quantity: number }[] = [];
  for (const fact of set.facts) {
    for (const line of fact.lines) {
      const key = `${fact.store}|${line.item}`;
      const { session, area, counter } = fact.payload as Record<string, string>;
      if (fact.type === 'StockCounted') {
        if (waiting.has(`${fact.store}|${session}`)) continue;
        const bucket = line.bucket ?? '';
        const part = `${area}/${counter}`;
        seen.push({ key: `${key}|${bucket}|${session}`, at: fact.at, id: fact.id, part, quantity: line.quantity });
        continue;
      }
      const comesFromWorld = ['opening', 'found', 'corrected-up'].includes(String(fact.payload['reason']));
      const costed = ['StockReceived', 'TransferReceived'].includes(fact.type) || comesFromWorld;
      const cost = costed && line.unitCost ? line.unitCost : undefined;
      steps.push({
        at: fact.at,
        id: fact.id,
        part: line.index,
        line: key,
        moves: movesOf(fact, line) ?? {},
        ...(cost === undefined ? {} : { cost: (BigInt(cost.minorUnits) * ONE) / 10n ** BigInt(cost.scale) }),
      });
    }
  }
  for (const [key, observations] of groups(seen, (one) => one.key)) {
    const [store, item, bucket = ''] = key.split('|');
    const parts = [...groups(observations, (one) => one.part).values()].flatMap((part) => latestOf(part) ?? []);
    const last = latestOf(parts);
    if (last === undefined) continue;
    const counted = { bucket, quantity: sum(parts.map((part) => part.quantity)) };
    steps.push({ at: last.at, id: last.id, part: bucket === 'sellable' ? 0 : 1, line: `${store}|${item}`, counted });
  }
  return [...groups(steps, ({ line }) => line)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([line, own]) => {
      const [store = '', item = ''] = line.split('|');
      return { store, item, ...valueLine(inOrder(own.toSorted((a, b) => a.part - b.part))) };
    });
}
