// What was recorded on this device lately, for people: a short list beside the log, written in the commit of the record itself.
// Owns its stored shape. The log is the truth; this list only says where to look for "Reverse".
import type { Json, LocalWrite } from '@streamstock/event-log';
import { fieldsOf, isInteger, isText, listOf } from './stored-shape.ts';
import { SEATS } from './tab-seat.ts';

/** Records each tab remembers. */
export const RECENT_RECORDS_MAX = 25;

const KINDS = ['sale', 'delivery', 'return', 'adjustment', 'count'] as const;
const EVENTS_MAX = 100;
const ID_CHARACTERS_MAX = 64;
const ABOUT_CHARACTERS_MAX = 200;

export interface RecentRecord {
  readonly kind: (typeof KINDS)[number];
  /** The document's events, all of which a reversal names. */
  readonly events: readonly string[];
  readonly atMs: number;
  readonly lines: number;
  /** null where pieces do not add up to anything (weighed goods). */
  readonly pieces: number | null;
  /** Name of the only item, or the reference of the document. */
  readonly about: string | null;
}

const keyOf = (seat: number) => `recent-${seat}`;
const KEYS = SEATS.map(keyOf);

function parse(value: Json | undefined): readonly RecentRecord[] {
  return listOf(value, RECENT_RECORDS_MAX, readRecord) ?? [];
}

function readRecord(value: unknown): RecentRecord | null {
  const { kind: told, events: ids, atMs, lines, pieces, about } = fieldsOf(value) ?? {};
  const kind = KINDS.find((known) => known === told);
  const events = listOf(ids, EVENTS_MAX, (id) => (isText(id, ID_CHARACTERS_MAX) ? id : null));
  if (kind === undefined || events === null || events.length === 0 || !isInteger(atMs) || !isInteger(lines))
    return null;
  if ((pieces !== null && !isInteger(pieces)) || (about !== null && !isText(about, ABOUT_CHARACTERS_MAX))) return null;
  return { kind, events, atMs, lines, pieces, about };
}

/** Newest first, over all tabs. */
export async function readRecent(values: {
  getLocal(keys: readonly string[]): Promise<(Json | undefined)[]>;
}): Promise<RecentRecord[]> {
  const stored = await values.getLocal(KEYS);
  return stored.flatMap(parse).toSorted((a, b) => b.atMs - a.atMs);
}

/** This tab's part of the list, kept in memory between commits: nobody else writes it. */
export class RecentRecorder {
  readonly #key: string;
  #records: readonly RecentRecord[];

  private constructor(key: string, records: readonly RecentRecord[]) {
    this.#key = key;
    this.#records = records;
  }

  static async open(
    values: { getLocal(keys: readonly string[]): Promise<(Json | undefined)[]> },
    seat: number,
  ): Promise<RecentRecorder> {
    const [value] = await values.getLocal([keyOf(seat)]);
    return new RecentRecorder(keyOf(seat), parse(value));
  }

  /** The write that belongs into the record's own commit, and what to call once it is committed. */
  adding(record: RecentRecord): { readonly write: LocalWrite; readonly committed: () => void } {
    const records = [record, ...this.#records].slice(0, RECENT_RECORDS_MAX);
    return { write: this.#writeOf(records), committed: () => (this.#records = records) };
  }

  #writeOf(records: readonly RecentRecord[]): LocalWrite {
    return { key: this.#key, value: records.map((record) => ({ ...record, events: [...record.events] })) };
  }
}
