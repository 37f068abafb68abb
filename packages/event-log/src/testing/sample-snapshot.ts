// A small naive centre for tests of snapshots: keeps lines by position, folds them plainly, cuts snapshots and frames out
// of them as a centre would. Everything is in every audience.
import type { AppendedEvent } from '../device-append.ts';
import type { DeviceFrame, DeliveredLine } from '../device-log.ts';
import { utf8Length } from '../event-line.ts';
import type { EventId } from '../id.ts';
import { MemoryTables } from '../memory-tables.ts';
import type { AcceptedMark, Cursor, Position, Seq } from '../place.ts';
import { projectBatch, type Projector } from '../projection.ts';
import { isRulingType, rulingTarget } from '../ruling.ts';
import { snapshotPageText } from '../rows-to-columns.ts';
import type { SnapshotHeader, SnapshotPage } from '../snapshot.ts';
import type { Row } from '../tables.ts';
import { cursorAt, delivered, EPOCH, STORE, tallyProjector } from './sample-log.ts';

export type SampleEvent = Pick<AppendedEvent, 'event' | 'line' | 'place'>;

export interface SampleSnapshot {
  readonly header: SnapshotHeader;
  readonly pages: readonly SnapshotPage[];
}

export interface SnapshotWishes {
  readonly id: string;
  readonly position: Position;
  readonly own: { readonly accepted: AcceptedMark; readonly notIn?: readonly Seq[] };
  readonly rowsPerPage?: number;
  /** Positions that the centre could not fold. */
  readonly unfolded?: readonly Position[];
  /** Projectors that could not; the others' rows hold those events. Absent: none could. */
  readonly unfoldedBy?: readonly string[];
}

/** The tables that a set of events gives, whatever their order. */
export async function foldPlainly(
  events: readonly SampleEvent[],
  projectors: readonly Projector[] = [tallyProjector()],
): Promise<MemoryTables> {
  const tables = new MemoryTables();
  await projectBatch(
    tables,
    events.map(({ event }) => ({ event })),
    projectors,
    async () => [],
  );
  return tables;
}

/** Cuts rows into pages of one table each. */
export function pagesOf(
  tables: Readonly<Record<string, readonly Row<unknown>[]>>,
  rowsPerPage: number,
): Pick<SampleSnapshot, 'pages'> & { readonly heads: SnapshotHeader['pages'] } {
  const heads: SnapshotHeader['pages'] = [];
  const pages: SnapshotPage[] = [];
  for (const [table, rows] of Object.entries(tables)) {
    for (let start = 0; start < rows.length; start += rowsPerPage) {
      const part = rows.slice(start, start + rowsPerPage);
      const text = snapshotPageText(part);
      const [firstKey, lastKey] = [part[0]?.key ?? '', part.at(-1)?.key ?? ''];
      heads.push({ table, rows: part.length, firstKey, lastKey, bytes: utf8Length(text) });
      pages.push({ index: pages.length, text });
    }
  }
  return { heads, pages };
}

export class SampleCentre {
  readonly #events: SampleEvent[] = [];
  readonly #positions = new Map<EventId, Position>();
  readonly #projectors: readonly Projector[];
  readonly epoch: string;

  constructor(projectors: readonly Projector[] = [tallyProjector()], epoch: string = EPOCH) {
    this.#projectors = projectors;
    this.epoch = epoch;
  }

  get head(): Position {
    return this.#events.length;
  }

  /** Known ids keep their position. */
  append(...events: readonly SampleEvent[]): void {
    for (const event of events) {
      if (this.#positions.has(event.event.id)) continue;
      this.#events.push(event);
      this.#positions.set(event.event.id, this.#events.length);
    }
  }

  positionOf(id: EventId): Position | undefined {
    return this.#positions.get(id);
  }

  eventsTo(position: Position): readonly SampleEvent[] {
    return this.#events.slice(0, position);
  }

  cursorAt(position: Position): Cursor {
    return cursorAt(position, this.epoch);
  }

  #deliveredAt(position: Position): DeliveredLine {
    const event = this.#events[position - 1];
    if (event === undefined) throw new Error(`Nothing stands at ${position}.`);
    return delivered(event, position);
  }

  /** With the targets of rulings that stand at or before `from`. */
  frame(from: Cursor | null, to: Position): DeviceFrame {
    const after = from?.position ?? 0;
    const companions = new Set<Position>();
    for (const { event } of this.#events.slice(after, to)) {
      const target = isRulingType(event.type) ? rulingTarget(event) : undefined;
      const position = target === undefined ? undefined : this.#positions.get(target);
      if (position !== undefined && position <= after) companions.add(position);
    }
    const behind = Array.from({ length: to - after }, (_, index) => after + 1 + index);
    const lines = [...companions, ...behind].map((position) => this.#deliveredAt(position));
    return { from, to: this.cursorAt(to), lines };
  }

  async snapshot({
    id,
    position,
    own,
    rowsPerPage = 3,
    unfolded = [],
    unfoldedBy,
  }: SnapshotWishes): Promise<SampleSnapshot> {
    const all = this.eventsTo(position);
    const folded = all.filter((_, index) => !unfolded.includes(index + 1));
    const lacks = ({ name }: Projector) => unfoldedBy === undefined || unfoldedBy.includes(name);
    const tables = new MemoryTables();
    for (const projector of this.#projectors) {
      const rows = (await foldPlainly(lacks(projector) ? folded : all, [projector])).dump();
      for (const [table, held] of Object.entries(rows)) await tables.putMany(table, held);
    }
    const { heads, pages } = pagesOf(tables.dump(), rowsPerPage);
    const header: SnapshotHeader = {
      id,
      store: STORE,
      cursor: this.cursorAt(position),
      folds: this.#projectors.map(({ name, version }) => ({ name, version })),
      pages: heads,
      unfolded: unfolded.map((at) => {
        const line = this.#deliveredAt(at);
        return { ...line, ...(unfoldedBy === undefined ? {} : { projectors: [...unfoldedBy] }) };
      }),
      own: { accepted: own.accepted, notIn: [...(own.notIn ?? [])] },
    };
    return { header, pages };
  }
}
