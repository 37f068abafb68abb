// What was recorded on this device lately, for people: a short list beside the log, written in the commit of the record itself.
// Owns its stored shape. The log is the truth; this list only says where to look for "Reverse".
import type { Json, LocalWrite } from '@streamstock/event-log';
import * as z from 'zod/mini';
import { SEATS } from './tab-seat.ts';

/** Records each tab remembers. */
export const RECENT_RECORDS_MAX = 25;

const Kind = z.enum(['sale', 'delivery', 'return', 'adjustment', 'count']);
const RecentRecord = z.object({
  kind: Kind,
  /** The document's events, all of which a reversal names. */
  events: z.array(z.string().check(z.maxLength(64))).check(z.minLength(1), z.maxLength(100)),
  atMs: z.int(),
  lines: z.int(),
  /** null where pieces do not add up to anything (weighed goods). */
  pieces: z.nullable(z.int()),
  /** Name of the only item, or the reference of the document. */
  about: z.nullable(z.string().check(z.maxLength(200))),
});
export type RecentRecord = z.infer<typeof RecentRecord>;
const RecentRecords = z.array(RecentRecord).check(z.maxLength(RECENT_RECORDS_MAX));

const keyOf = (seat: number) => `recent-${seat}`;
const KEYS = SEATS.map(keyOf);

function parse(value: Json | undefined): readonly RecentRecord[] {
  const parsed = z.safeParse(RecentRecords, value);
  return parsed.success ? parsed.data : [];
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
