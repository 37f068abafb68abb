// The log as head office reads it, imports into it, and its verification.
import { EVENTS_PAGE_MAX, EVENTS_SCANNED_MAX, type LogQuery, type Verification } from '@streamstock/api';
import type { BrowseQuery, CentralLog, StoredLine } from '@streamstock/event-log';
import { listItemEvents } from '@streamstock/inventory';
import { appendImport, findDraftProblem, type ImportBatch } from '../centre/writers.ts';
import type { Handlers } from '../http/mount.ts';
import { HttpProblem } from '../http/problems.ts';
import { logEntry } from '../read/log-entry.ts';
import type { Services } from '../services.ts';

const PAGE_DEFAULT = 100;

type LogHandlers = Pick<Handlers, 'events' | 'importBatches' | 'verify'>;

export function logRoutes(services: Services): LogHandlers {
  const { centre, clock, logger } = services;
  let verifying: Promise<Verification> | undefined;
  return {
    events: async ({ query }) => {
      const { position } = await centre.log.head();
      const limit = query.limit ?? PAGE_DEFAULT;
      const page =
        query.item === undefined
          ? await browse(centre.log, query, limit)
          : await browseItem(centre.log, query.item, query, limit);
      return { position, events: page.lines.map(logEntry), next: page.next };
    },
    importBatches: async ({ body }) => {
      const batches = body.batches as readonly ImportBatch[];
      const problem = findDraftProblem(batches);
      if (problem !== undefined) {
        const path = `batches.${problem.batch}.drafts.${problem.draft}`;
        throw new HttpProblem(
          'refused',
          `An event of this import can not be written: ${problem.detail} Nothing of it was written.`,
          'Set that row aside and send the rest again.',
          {
            code: 'invalid-draft',
            fields: [{ path, message: problem.detail.slice(0, 500) }],
          },
        );
      }
      const { appended, known } = await appendImport(centre.log, batches, clock(), centre.appendOwn);
      if (appended > 0) await centre.inReadModels();
      logger.info({ source: body.source, appended, known }, 'An import batch was written');
      return { appended, known, position: (await centre.log.head()).position };
    },
    verify: async () => {
      // One at a time: whoever asks meanwhile gets the same answer.
      verifying ??= centre.verify().finally(() => {
        verifying = undefined;
      });
      return await verifying;
    },
  };
}

interface Page {
  readonly lines: readonly StoredLine[];
  readonly next: number | null;
}

async function browse(log: CentralLog, { before, store, device, type }: LogQuery, limit: number): Promise<Page> {
  const query: BrowseQuery = {
    eventsMax: limit,
    ...(before === undefined ? {} : { before }),
    ...(store === undefined ? {} : { store }),
    ...(device === undefined ? {} : { device }),
    ...(type === undefined ? {} : { type }),
  };
  const lines = await log.browse(query);
  const last = lines.at(-1);
  return { lines, next: last === undefined || lines.length < limit || last.position === 1 ? null : last.position };
}

/** By item: the index gives ids, newest first, and answers most filters. A page may end early, within a bound. */
async function browseItem(log: CentralLog, item: string, filter: LogQuery, limit: number): Promise<Page> {
  const lines: StoredLine[] = [];
  let before = filter.before;
  for (let scanned = 0; scanned < EVENTS_SCANNED_MAX;) {
    const entries = await listItemEvents(log.tables, item, {
      rowsMax: EVENTS_PAGE_MAX,
      ...(before === undefined ? {} : { before }),
    });
    const wanted = entries.filter(
      (entry) =>
        (filter.store === undefined || entry.store === filter.store) &&
        (filter.type === undefined || entry.type === filter.type),
    );
    const found = new Map((await log.find(wanted.map(({ event }) => event))).map((line) => [line.id, line]));
    for (const { event, position } of wanted) {
      const line = found.get(event);
      before = position;
      if (line !== undefined && (filter.device === undefined || line.place?.device === filter.device)) lines.push(line);
      if (lines.length === limit) return { lines, next: position };
    }
    const last = entries.at(-1);
    if (last === undefined || entries.length < EVENTS_PAGE_MAX) return { lines, next: null };
    before = last.position;
    scanned += entries.length;
  }
  return { lines, next: before ?? null };
}
