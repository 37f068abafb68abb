// Resupply: after a restore a device hands back events it holds, its own and received ones, that the centre has lost. Pure:
// judges each line by what is known of it and of who brings it. Owns whom to believe; gives no places.
import type { KnownEvent } from './central-append.ts';
import type { DeviceRecord } from './device-record.ts';
import { parseEventLine, readStoredLine, type Event, type EventLine } from './event.ts';
import type { DeviceId, EventId } from './id.ts';
import { isSealedEvent } from './own-seal.ts';
import type { Seal } from './place.ts';
import type { Arrival } from './retiming.ts';
import { isRulingType, type RulingDraft } from './ruling.ts';
import { judgeContent, setAside, type Judge } from './sender-judge.ts';

export interface Resupply {
  readonly kind: 'resupply';
  /** The device that brings them; they may be anyone's. */
  readonly supplier: DeviceId;
  readonly lines: readonly EventLine[];
  readonly arrival: Arrival;
}

/** A line that gets a position, rulings right behind it. */
export interface ResuppliedEntry {
  readonly line: EventLine;
  readonly event: Event;
  readonly rulings: readonly RulingDraft[];
}

export interface ResupplyPlan {
  readonly entries: readonly ResuppliedEntry[];
  readonly known: number;
  readonly refused: number;
}

/** What of a resupply is new. `known`: what is held of the ids of its lines. */
export type PlanResupply = (
  lines: readonly ResuppliedLine[],
  supplier: DeviceRecord,
  known: ReadonlyMap<EventId, KnownEvent>,
) => ResupplyPlan;

/** A line with its envelope; null: it is no event. */
export interface ResuppliedLine {
  readonly line: EventLine;
  readonly event: Event | null;
}

export function parseResupply({ lines }: Resupply): ResuppliedLine[] {
  return lines.map((line) => {
    const parsed = parseEventLine(line);
    return { line, event: parsed.ok ? parsed.event : null };
  });
}

export function planResupply(
  judge: Judge,
  seal: Seal,
  lines: readonly ResuppliedLine[],
  supplier: DeviceRecord,
  known: ReadonlyMap<EventId, KnownEvent>,
): ResupplyPlan {
  const entries: ResuppliedEntry[] = [];
  const seen = new Map<EventId, EventLine>();
  let knownCount = 0;
  let refused = 0;
  for (const { line, event } of lines) {
    const held = event === null ? undefined : (seen.get(event.id) ?? known.get(event.id)?.line);
    const rulings = event === null || held !== undefined ? null : judgeResupplied(judge, seal, line, event, supplier);
    if (held !== undefined && held === line) knownCount += 1;
    else if (event === null || rulings === null) refused += 1;
    else {
      seen.set(event.id, line);
      entries.push({ line, event, rulings });
    }
  }
  return { entries, known: knownCount, refused };
}

/** null: refused. The centre's own events are believed by their seal, a store's by its own devices, all others wait. */
function judgeResupplied(
  judge: Judge,
  seal: Seal,
  line: EventLine,
  event: Event,
  supplier: DeviceRecord,
): readonly RulingDraft[] | null {
  if (isSealedLine(seal, line)) return [];
  if (isRulingType(event.type)) return null;
  if (isOfSupplier(event, supplier)) return judgeContent(judge, event, supplier);
  return [
    setAside(event, 'resupplied', `A device of store ${supplier.store ?? 'none'} handed it back, not its maker.`),
  ];
}

/** Whether it is believed on this device's word alone. */
export function isOfSupplier(event: Pick<Event, 'store'>, supplier: Pick<DeviceRecord, 'store'>): boolean {
  return event.store !== null && event.store === supplier.store;
}

/** Whether these are, byte for byte, an event that the centre wrote. */
function isSealedLine(seal: Seal, line: EventLine): boolean {
  const event = readStoredLine(line);
  return JSON.stringify(event) === line && isSealedEvent(seal, event);
}
