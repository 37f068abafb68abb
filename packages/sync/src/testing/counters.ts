// The simulator's own little domain: counters that are moved and moves that are reversed. Enough to show a lost,
// doubled, misplaced or wrongly timed event in a table, and nothing of what a shop does (law 7).
import {
  tableKey,
  type Change,
  type Event,
  type EventDraft,
  type EventId,
  type Judge,
  type Projector,
  type StoreId,
  type Tables,
} from '@streamstock/event-log';

export const MOVES_TABLE = 'moves';
export const COUNTERS_TABLE = 'counters';
export const REVERSALS_TABLE = 'reversals';

export interface MoveRow {
  readonly counter: string;
  readonly amount: number;
  readonly effectiveAt: number;
}

interface DraftBase {
  readonly id: EventId;
  readonly store: StoreId;
  readonly audience: 'all' | readonly StoreId[];
}

/** `poison`: the judge sets it aside. `padding`: text to make the event as long as wanted. */
export function counterMoved(
  base: DraftBase,
  move: { readonly key: string; readonly amount: number; readonly poison?: boolean; readonly padding?: string },
): EventDraft {
  return { ...base, type: 'CounterMoved', schemaVersion: 1, actor: 'somebody', payload: { ...move } };
}

export function counterReversed(base: DraftBase, target: EventId): EventDraft {
  return { ...base, type: 'CounterReversed', schemaVersion: 1, actor: 'somebody', payload: { target } };
}

/** Known to the newer app only. */
export function counterNudged(base: DraftBase, move: { readonly key: string; readonly amount: number }): EventDraft {
  return { ...base, type: 'CounterNudged', schemaVersion: 1, actor: 'somebody', payload: { ...move } };
}

export const counterJudge: Judge = (event) =>
  event.payload['poison'] === true
    ? [
        {
          type: 'EventSetAside',
          payload: { target: event.id, reason: 'poison', detail: 'Nobody should swallow this.' },
        },
      ]
    : [];

/** Apps of two versions: the older one does not know nudges. */
export type AppVersion = 1 | 2;

/** A nudge moves a counter like a move does, but only the newer app knows it. */
const MOVES_KNOWN: Readonly<Record<AppVersion, readonly string[]>> = {
  1: ['CounterMoved'],
  2: ['CounterMoved', 'CounterNudged'],
};

function projectorOf(version: AppVersion): Projector {
  const known = new Set(MOVES_KNOWN[version]);
  return {
    name: 'counters',
    version,
    tables: [MOVES_TABLE, COUNTERS_TABLE, REVERSALS_TABLE],
    // In each of them meet what several stores did to one counter, and each store hears only some of it.
    snapshot: { [MOVES_TABLE]: 'heard', [COUNTERS_TABLE]: 'heard', [REVERSALS_TABLE]: 'heard' },
    heard: { types: [...known, 'CounterReversed'] },
    async project(tables, changes) {
      for (const change of changes) {
        if (known.has(change.event.type)) await projectMove(tables, change);
        if (change.event.type === 'CounterReversed') await projectReversal(tables, change);
      }
    },
  };
}

export const COUNTER_PROJECTORS: Readonly<Record<AppVersion, Projector>> = { 1: projectorOf(1), 2: projectorOf(2) };

/** Whether an app of this version knows an event's type. */
export function understandsCounters(version: AppVersion): (event: Event) => boolean {
  return ({ type }) => version === 2 || type !== 'CounterNudged';
}

async function projectMove(tables: Tables, { event, before, after }: Change): Promise<void> {
  const { key, amount } = event.payload as { key: string; amount: number };
  const counter = tableKey(event.store ?? '', key);
  if (after === null) await tables.deleteMany(MOVES_TABLE, [event.id]);
  else
    await tables.putMany(MOVES_TABLE, [{ key: event.id, value: { counter, amount, effectiveAt: after.effectiveAt } }]);
  const [reversals] = await tables.getMany<readonly EventId[]>(REVERSALS_TABLE, [event.id]);
  if (reversals !== undefined || (before === null) === (after === null)) return;
  await add(tables, counter, after === null ? -amount : amount);
}

async function projectReversal(tables: Tables, { event, before, after }: Change): Promise<void> {
  if ((before === null) === (after === null)) return;
  const target = event.payload['target'] as EventId;
  const [stored] = await tables.getMany<readonly EventId[]>(REVERSALS_TABLE, [target]);
  const known = stored ?? [];
  const now = after === null ? known.filter((id) => id !== event.id) : [...known, event.id].sort();
  if (now.length === 0) await tables.deleteMany(REVERSALS_TABLE, [target]);
  else await tables.putMany(REVERSALS_TABLE, [{ key: target, value: now }]);
  const [move] = await tables.getMany<MoveRow>(MOVES_TABLE, [target]);
  if (move === undefined || (known.length === 0) === (now.length === 0)) return;
  await add(tables, move.counter, now.length === 0 ? move.amount : -move.amount);
}

async function add(tables: Tables, counter: string, amount: number): Promise<void> {
  const [value] = await tables.getMany<number>(COUNTERS_TABLE, [counter]);
  await tables.putMany(COUNTERS_TABLE, [{ key: counter, value: (value ?? 0) + amount }]);
}
