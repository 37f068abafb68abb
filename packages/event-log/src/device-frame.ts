// Taking delivered lines into a device's records: what is new, what is known, what can not be read. Pure over the
// transaction; the caller checks and moves the cursor and folds what is new.
import { isKnown, standingOf, toLogged, type DeviceFolds } from './device-fold.ts';
import type { DeviceWork } from './device-reading.ts';
import { readSound } from './kept-event.ts';
import type { DeliveredLine } from './device-log.ts';
import type { KeptEvent, Standing } from './device-storage.ts';
import { parseEventLine, type Event, type ParsedLine } from './event.ts';
import type { EventId } from './id.ts';
import { lineSum } from './line-sum.ts';
import { noteDelivered, type DeliveredAttention } from './needs-attention.ts';
import { NEEDS_ATTENTION_TABLE } from './attention-table.ts';
import type { Position } from './place.ts';
import type { LoggedEvent } from './projection.ts';

/** A delivered line, parsed before the transaction opens. */
export interface ReadLine {
  readonly delivered: DeliveredLine;
  readonly parsed: ParsedLine;
}

export function readDelivered(delivered: DeliveredLine): ReadLine {
  return { delivered, parsed: parseEventLine(delivered.line) };
}

export interface Delivered {
  /** What is to be folded, each for the first time in the life of these read models. */
  readonly fresh: readonly LoggedEvent[];
  readonly parked: number;
  /** Events whose damaged bytes were replaced by sound ones. */
  readonly healed: readonly EventId[];
}

/**
 * Keeps the lines and returns what is to be folded. A known event only gets its position; its own bytes stay (they are
 * in this device's chain), and where the delivered ones differ a person hears of it. A line at or before `inBaseTo` comes
 * along with a ruling about it: the base holds what it contributes, so it is kept and not folded.
 */
export async function deliver(
  folds: DeviceFolds,
  work: DeviceWork,
  lines: readonly ReadLine[],
  inBaseTo: Position | null,
): Promise<Delivered> {
  const { records, tables, meta } = work;
  const ids = lines.flatMap(({ parsed }) => (parsed.ok ? [parsed.event.id] : []));
  const known = new Map<EventId, KeptEvent>();
  for (const kept of await records.events(ids)) if (kept !== undefined) known.set(kept.id, kept);

  const fresh: LoggedEvent[] = [];
  const kept = new Map<EventId, KeptEvent>();
  const attention: DeliveredAttention[] = [];
  const healed = new Set<EventId>();
  let parked = 0;
  for (const { delivered, parsed } of lines) {
    const { position, place, line } = delivered;
    if (!parsed.ok) {
      attention.push({ kind: 'unreadable', position, delivered: line, problem: parsed.problem.kind });
      continue;
    }
    const { event } = parsed;
    const before = kept.get(event.id) ?? known.get(event.id);
    const standing: Standing =
      inBaseTo !== null && position <= inBaseTo && meta.base !== null ? 'in-base' : standingOf(folds, event);
    const now = { id: event.id, line, position, generation: meta.generation, standing, sum: lineSum(line) };
    const begins = (taken: KeptEvent, folded: Event): void => {
      kept.set(event.id, taken);
      if (standing === 'parked') parked += 1;
      if (standing === 'folded') fresh.push(toLogged(taken, folded));
    };
    if (before === undefined) {
      begins({ ...now, place, own: place?.device === meta.identity.device }, event);
      continue;
    }
    const sound = readSound(before);
    if (sound !== undefined && before.own && before.line !== line)
      attention.push({ kind: 'bytes-differ', event: event.id, delivered: line });
    const stays = sound !== undefined && (before.own || isKnown(meta, before));
    const bytes = stays ? { line: before.line, sum: before.sum } : { line, sum: now.sum };
    if (stays && !before.own && before.line !== line)
      attention.push({ kind: 'bytes-differ', event: event.id, delivered: line });
    const taken = { ...now, ...bytes, place: before.place ?? place, own: before.own };
    const placed = { ...before, ...bytes, place: taken.place, generation: meta.generation };
    if (before.standing === 'damaged') {
      healed.add(event.id);
      begins(taken, event);
    } else if (!isKnown(meta, before)) begins(taken, stays && sound !== undefined ? sound : event);
    else if (before.position === null || !stays)
      kept.set(event.id, { ...placed, position: before.position ?? position });
  }
  await records.putEvents([...kept.values()]);
  await noteDelivered(tables, attention);
  if (healed.size > 0) await tables.deleteMany(NEEDS_ATTENTION_TABLE, [...healed]);
  return { fresh, parked, healed: [...healed] };
}
