// What devices fetch beside the socket: snapshots in pages, and the whole journal of one line. The routes carry streams and are
// not in the route table; the header is event-log's `SnapshotHeader`.
import { SNAPSHOT_PAGES_FORM } from '@streamstock/event-log';
import * as z from 'zod/mini';
import { EntityId, Position } from './common.ts';

export const SNAPSHOT_PATH = '/sync/snapshot';
/** Query `from`: the first page wanted, 0-based. The answer: one page's text a line. */
export const SNAPSHOT_PAGES_PATH = '/sync/snapshot/:id/pages';
export const JOURNAL_PATH = '/sync/journal';
export const PAGES_MEDIA_TYPE = 'application/x-ndjson';

/** Rows of one journal that are answered; a line has that many in years. */
export const JOURNAL_ROWS_MAX = 20_000;

/**
 * - `device`: under which id the device writes now (the credential may have been given to one it was forked from).
 * - `readModels`: names the projectors of the app and their versions, as in `hello`.
 * - `pages`: how the app can read pages; absent: row by row.
 */
export const SnapshotQuery = z.object({
  device: EntityId,
  readModels: z.string().check(z.minLength(1), z.maxLength(64)),
  pages: z.optional(z.string().check(z.maxLength(64))),
});
export type SnapshotQuery = z.infer<typeof SnapshotQuery>;

const Digits = z.string().check(z.regex(/^\d{1,16}$/));

export const SnapshotPagesQuery = z.object({ from: z.optional(Digits) });

/** `position`: up to which the device has applied everything. */
export const JournalQuery = z.object({ device: EntityId, item: EntityId, position: Digits });
export type JournalQuery = z.infer<typeof JournalQuery>;

/** Rows of the line's journal, keys and values as the read models hold them, of events up to `position`. */
export const Journal = z.object({
  position: Position,
  rows: z
    .array(z.object({ key: z.string().check(z.maxLength(512)), value: z.unknown() }))
    .check(z.maxLength(JOURNAL_ROWS_MAX)),
});
export type Journal = z.infer<typeof Journal>;

/** The path of a call; parts are encoded. */
export const snapshotPaths = {
  header: ({ device, readModels }: Omit<SnapshotQuery, 'pages'>): string =>
    `${SNAPSHOT_PATH}?device=${encodeURIComponent(device)}&readModels=${encodeURIComponent(readModels)}&pages=${SNAPSHOT_PAGES_FORM}`,
  pages: (id: string, from: number): string =>
    `${SNAPSHOT_PAGES_PATH.replace(':id', encodeURIComponent(id))}?from=${from}`,
  journal: (device: string, item: string, position: number): string =>
    `${JOURNAL_PATH}?device=${encodeURIComponent(device)}&item=${encodeURIComponent(item)}&position=${position}`,
} as const;
