// Resupply: after a restore a device hands back events it holds, its own and received ones, that the centre has lost. Pure:
// judges each line by what is known of it and of who brings it. Owns whom to believe; gives no places.
import type { DeviceRecord } from './device-record.ts';
import { parseEventLine, type Event } from './event.ts';
import type { EventLine } from './event-line.ts';
import { readStoredLine } from './stored-line.ts';
import type { DeviceId, EventId } from './id.ts';
import { isSealedEvent } from './own-seal.ts';
import type { Seal } from './place.ts';
import type { KnownEvent } from './push-outcome.ts';
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

/**
 * Why a line is not taken in. `unsealed-ruling`: only the centre writes rulings, and nothing proves that it wrote this one.
 * `other-bytes`: its id is known with other bytes.
 */
export type RefusedReason = 'unreadable' | 'unsealed-ruling' | 'other-bytes';

export interface RefusedEntry {
  readonly line: EventLine;
  readonly id: EventId | null;
  readonly reason: RefusedReason;
}

export interface ResupplyPlan {
  readonly entries: readonly ResuppliedEntry[];
  readonly known: number;
  readonly refused: readonly RefusedEntry[];
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
  const refused: RefusedEntry[] = [];
  for (const { line, event } of lines) {
    if (event === null) {
      refused.push({ line, id: null, reason: 'unreadable' });
      continue;
    }
    const { id } = event;
    const held = seen.get(id) ?? known.get(id)?.line;
    const rulings = held === undefined ? judgeResupplied(judge, seal, line, event, supplier) : null;
    if (held === line) knownCount += 1;
    else if (held !== undefined) refused.push({ line, id, reason: 'other-bytes' });
    else if (rulings === null) refused.push({ line, id, reason: 'unsealed-ruling' });
    else {
      seen.set(id, line);
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
