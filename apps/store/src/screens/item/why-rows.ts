// The till roll of one item as rows to show: baseline, what other buckets held, movements folded by kind and day, unsent ones
// by themselves. Pure; words are the component's.
import type { EventState } from '@streamstock/device-engine';
import { msFromHybridTime } from '@streamstock/event-log';
import type { AdjustReason, LineExplanation, RollRow } from '@streamstock/inventory';

export type WhyKind = RollRow['kind'];

export type WhyRow =
  /** The shelf's count: where the sum starts. */
  | { readonly kind: 'count'; readonly atMs: number; readonly quantity: number }
  /** What was set aside or damaged when the roll begins. */
  | { readonly kind: 'carried'; readonly bucket: 'picked' | 'unsellable'; readonly quantity: number }
  | { readonly kind: 'earlier'; readonly movements: number; readonly quantity: number }
  | {
      readonly kind: 'movement';
      readonly what: WhyKind;
      readonly reason: AdjustReason | null;
      readonly reference: string | null;
      readonly atMs: number;
      readonly quantity: number;
      readonly event: string;
      readonly state: EventState;
      /** Changed its bucket only: damaged, or put aside. */
      readonly moved: boolean;
    }
  | {
      readonly kind: 'folded';
      readonly what: WhyKind;
      readonly rows: readonly Extract<WhyRow, { kind: 'movement' }>[];
      readonly fromMs: number;
      readonly toMs: number;
      readonly quantity: number;
    };

export interface Why {
  readonly rows: readonly WhyRow[];
  readonly total: number;
  /** The device holds what lies before this moment as one figure; null: it holds everything. */
  readonly horizonMs: number | null;
  /** News from before the horizon waits for the line's history: the figure leaves it out. */
  readonly provisional: boolean;
  /** Happened before the count, arrived after it: the count had seen it. */
  readonly lateNews: readonly {
    readonly what: WhyKind;
    readonly atMs: number;
    readonly recordedAtMs: number;
    readonly quantity: number;
    readonly event: string;
  }[];
}

/** `dayOf`: names the day a moment lies in. `stateOf`: how far an event has come. */
export function whyRows(
  explanation: LineExplanation,
  stateOf: (event: string) => EventState,
  dayOf: (atMs: number) => string,
): Why {
  const { line, baseline, carried, earlier, movements, total, lateNews } = explanation;
  const rows: WhyRow[] = [];
  if (baseline !== null) rows.push({ kind: 'count', atMs: msFromHybridTime(baseline.at), quantity: baseline.quantity });
  for (const bucket of ['picked', 'unsellable'] as const) {
    if (carried[bucket] !== 0) rows.push({ kind: 'carried', bucket, quantity: carried[bucket] });
  }
  if (earlier.movements > 0) rows.push({ kind: 'earlier', movements: earlier.movements, quantity: earlier.change });
  rows.push(
    ...folded(
      movements.map((row) => movementOf(row, stateOf(row.event))),
      dayOf,
    ),
  );
  return {
    rows,
    total,
    horizonMs: line.horizon === undefined ? null : msFromHybridTime(line.horizon),
    provisional: line.provisional === true,
    lateNews: lateNews.map((row) => ({
      what: row.kind,
      atMs: msFromHybridTime(row.at),
      recordedAtMs: msFromHybridTime(row.recordedAt ?? row.at),
      quantity: row.change,
      event: row.event,
    })),
  };
}

type Movement = Extract<WhyRow, { kind: 'movement' }>;

function movementOf(row: RollRow, state: EventState): Movement {
  return {
    kind: 'movement',
    what: row.kind,
    reason: row.reason ?? null,
    reference: row.reference ?? null,
    atMs: msFromHybridTime(row.at),
    quantity: row.change,
    event: `${row.event} ${row.line}`,
    state,
    moved: row.change === 0,
  };
}

/** Neighbours of one kind (and reason) on one day become one row; what is unsent or awaits a person stands alone. */
function folded(movements: readonly Movement[], dayOf: (atMs: number) => string): WhyRow[] {
  const rows: WhyRow[] = [];
  let run: Movement[] = [];
  const close = (): void => {
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined) return;
    if (run.length === 1) rows.push(first);
    else
      rows.push({
        kind: 'folded',
        what: first.what,
        rows: run,
        fromMs: first.atMs,
        toMs: last.atMs,
        quantity: run.reduce((sum, { quantity }) => sum + quantity, 0),
      });
    run = [];
  };
  for (const movement of movements) {
    const [first] = run;
    const alone =
      movement.state === 'saved' || movement.state === 'attention' || movement.reference !== null || movement.moved;
    const joins =
      first !== undefined &&
      !alone &&
      first.what === movement.what &&
      first.reason === movement.reason &&
      dayOf(first.atMs) === dayOf(movement.atMs);
    if (!joins) close();
    if (alone) rows.push(movement);
    else run.push(movement);
  }
  close();
  return rows;
}
