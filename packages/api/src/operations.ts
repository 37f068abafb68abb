// Routes for operators and integrators: health, import, verification.
import {
  AUDIENCE_STORES_MAX,
  META_ENTRIES_MAX,
  META_VALUE_CHARACTERS_MAX,
  HYBRID_TIME_MAX,
} from '@streamstock/event-log';
import * as z from 'zod/mini';
import { Count, EntityId, EventId, Position, TimeMs } from './common.ts';
import {
  IMPORT_EVENTS_MAX,
  NAME_CHARACTERS_MAX,
  STORES_MAX,
  TEXT_CHARACTERS_MAX,
  VERIFY_FAULTS_MAX,
} from './limits.ts';

export const Health = z.object({ status: z.literal('ok'), epoch: z.string(), position: Position });
export type Health = z.infer<typeof Health>;

/** `behind`: events that the read models have not folded yet. */
export const Readiness = z.object({ status: z.literal('ready'), position: Position, behind: Count });
export type Readiness = z.infer<typeof Readiness>;

/** An event before the log stamps it; the same shape as event-log's EventDraft. */
export const Draft = z.object({
  id: EventId,
  type: z.string().check(z.regex(/^[A-Z][A-Za-z]{2,63}$/)),
  schemaVersion: z.int().check(z.minimum(1), z.maximum(1_000)),
  store: z.nullable(EntityId),
  audience: z.union([z.literal('all'), z.array(EntityId).check(z.maxLength(AUDIENCE_STORES_MAX))]),
  occurredAt: z.optional(z.int().check(z.minimum(0), z.maximum(HYBRID_TIME_MAX))),
  actor: EntityId,
  causationId: z.optional(EventId),
  correlationId: z.optional(EventId),
  meta: z.optional(
    z
      .record(z.string().check(z.maxLength(64)), z.string().check(z.maxLength(META_VALUE_CHARACTERS_MAX)))
      .check(z.refine((meta) => Object.keys(meta).length <= META_ENTRIES_MAX)),
  ),
  payload: z.record(z.string(), z.unknown()),
});

/**
 * Events of one import, each batch into the log of the importer of its store (null: of the chain). Ids are derived from
 * the source rows, so a repeat is known and writes nothing. ≤ 2,000 drafts over all batches.
 */
export const ImportRequest = z.object({
  source: z.string().check(z.minLength(1), z.maxLength(NAME_CHARACTERS_MAX)),
  batches: z
    .array(
      z.object({
        store: z.nullable(EntityId),
        drafts: z.array(Draft).check(z.minLength(1), z.maxLength(IMPORT_EVENTS_MAX)),
      }),
    )
    .check(
      z.minLength(1),
      z.maxLength(STORES_MAX),
      z.refine(
        (batches) => batches.reduce((sum, batch) => sum + batch.drafts.length, 0) <= IMPORT_EVENTS_MAX,
        `One request carries at most ${IMPORT_EVENTS_MAX} events.`,
      ),
    ),
});
export type ImportRequest = z.infer<typeof ImportRequest>;

/** Committed and synced to disk when it is answered. */
export const ImportResult = z.object({ appended: Count, known: Count, position: Position });
export type ImportResult = z.infer<typeof ImportResult>;

const Text = z.string().check(z.maxLength(TEXT_CHARACTERS_MAX));

/**
 * - `chains`: device chains and the central chain recomputed from the stored bytes.
 * - `readModels`: the stored tables against a new folding of the whole log.
 */
export const Verification = z.object({
  intact: z.boolean(),
  position: Position,
  tookMs: TimeMs,
  chains: z.object({
    faults: Count,
    first: z.array(z.object({ where: Text, detail: Text })).check(z.maxLength(VERIFY_FAULTS_MAX)),
  }),
  readModels: z.object({
    rows: Count,
    differences: Count,
    first: z.array(z.object({ table: Text, key: Text, detail: Text })).check(z.maxLength(VERIFY_FAULTS_MAX)),
  }),
});
export type Verification = z.infer<typeof Verification>;
