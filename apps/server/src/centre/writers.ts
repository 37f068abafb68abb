// The centre's own pens: head office's events go into the log of the centre's writer, an import's into the log of the importer
// of its store. All of it passes the same append as every device's events, and every draft is checked like a device's.
import {
  newEventId,
  type CentralLog,
  type DeviceId,
  type EventDraft,
  type EventId,
  type StoreId,
} from '@streamstock/event-log';
import { HEAD_OFFICE_TYPES, isStockFactType, parsePayload, type CommandContext } from '@streamstock/inventory';
import { randomBytes } from 'node:crypto';

/** Appends events to one of the centre's own logs: straight to the log, or through an engine that tells others of it. */
export type OwnAppender = (
  writer: DeviceId,
  drafts: readonly EventDraft[],
) => Promise<{ readonly appended: number; readonly known: number }>;

export interface ImportBatch {
  /** null: about the whole chain (catalogue, stores). */
  readonly store: StoreId | null;
  readonly drafts: readonly EventDraft[];
}

/** A draft that no log should hold: where it stands, and what is wrong with it, for a person. */
export interface DraftProblem {
  readonly batch: number;
  readonly draft: number;
  readonly detail: string;
}

/** A new event id by the server's clock. */
export function newId(nowMs: number): EventId {
  return newEventId(nowMs, randomBytes);
}

/** The context of a command that an admin gives at head office. */
export function headOfficeContext(store: StoreId | null, actor: string, nowMs: number): CommandContext {
  return { store, actor, newId: () => newId(nowMs) };
}

/** Appends head office's events to the log of the centre's writer. Resolves when they are on disk. */
export async function appendAtHeadOffice(
  log: CentralLog,
  append: OwnAppender,
  drafts: readonly EventDraft[],
): Promise<void> {
  await append((await log.head()).writer, drafts);
}

/** The first draft of an import that must not be written, or undefined. */
export function findDraftProblem(batches: readonly ImportBatch[]): DraftProblem | undefined {
  for (const [batch, { store, drafts }] of batches.entries()) {
    for (const [draft, one] of drafts.entries()) {
      const detail = draftProblem(store, one);
      if (detail !== undefined) return { batch, draft, detail };
    }
  }
  return undefined;
}

function draftProblem(store: StoreId | null, draft: EventDraft): string | undefined {
  const forChain = (HEAD_OFFICE_TYPES as readonly string[]).includes(draft.type);
  if (!forChain && !isStockFactType(draft.type) && draft.type !== 'EntryReversed')
    return `${draft.type} can not be imported.`;
  if (!forChain && draft.store !== store)
    return `The event is for store ${draft.store ?? 'none'}, its batch for ${store ?? 'the whole chain'}.`;
  const parsed = parsePayload(draft);
  return parsed.ok ? undefined : parsed.detail;
}

/**
 * Appends batches, each to its store's importer; known ids are skipped, so a repeat writes nothing. Each batch is one
 * transaction, in order: when it throws, the batches before it are written and a repeat goes on from there.
 */
export async function appendImport(
  log: CentralLog,
  batches: readonly ImportBatch[],
  nowMs: number,
  append: OwnAppender = async (writer, drafts) => await log.appendOwn(writer, drafts, nowMs),
): Promise<{ readonly appended: number; readonly known: number }> {
  let appended = 0;
  let known = 0;
  for (const { store, drafts } of batches) {
    const result = await append(await importerOf(log, store, nowMs), drafts);
    appended += result.appended;
    known += result.known;
  }
  return { appended, known };
}

/** The importer's id says epoch and store: a new epoch gets new logs, as every log that the centre writes itself. */
async function importerOf(log: CentralLog, store: StoreId | null, nowMs: number): Promise<DeviceId> {
  const { epoch } = await log.head();
  const known = (await log.devices()).find(
    (record) => record.kind === 'importer' && record.store === store && record.device.startsWith(importerPrefix(epoch)),
  );
  if (known !== undefined) return known.device;
  const device = `${importerPrefix(epoch)}${newId(nowMs)}`;
  await log.registerDevice({ device, store, kind: 'importer', label: 'Import', parent: null, enrolledAtMs: nowMs });
  return device;
}

function importerPrefix(epoch: string): string {
  return `import-${epoch.slice(-12)}-`;
}
