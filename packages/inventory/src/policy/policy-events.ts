// How an item is to be kept in a store: the policy's event. Owns its schema, nothing else.
import * as z from 'zod/mini';
import { EntityId } from '@streamstock/event-log';
import { COVER_DAYS_MAX, LEAD_TIME_DAYS_MAX, PACK_SIZE_MAX, QUANTITY_MAX } from '../limits.ts';

const Level = z.nullable(z.int().check(z.minimum(0), z.maximum(QUANTITY_MAX)));

/** When a sale takes the shelf below zero: say nothing, warn, or ask for a manager's PIN. It is never refused. */
export const NegativeStock = z.enum(['silent', 'warn', 'manager-pin']);
export type NegativeStock = z.infer<typeof NegativeStock>;

/** Every field a policy can set; each is a register of its own. null: no such line. Quantities in the smallest unit. */
export const PolicyFields = {
  /** Order when available and incoming fall below this. */
  reorderPoint: z.optional(Level),
  /** Below this the line is critical. */
  criticalLine: z.optional(Level),
  /** As much as the shelf takes. */
  capacityMax: z.optional(Level),
  leadTimeDays: z.optional(z.nullable(z.int().check(z.minimum(0), z.maximum(LEAD_TIME_DAYS_MAX)))),
  /** Ordered in multiples of this. */
  orderPack: z.optional(z.nullable(z.int().check(z.minimum(1), z.maximum(PACK_SIZE_MAX)))),
  orderMinimum: z.optional(Level),
  /** How many of a thousand lead times must pass without running out. */
  serviceLevelPermille: z.optional(z.nullable(z.int().check(z.minimum(500), z.maximum(999)))),
  /** An order lasts this long beyond the lead time. */
  targetCoverDays: z.optional(z.nullable(z.int().check(z.minimum(1), z.maximum(COVER_DAYS_MAX)))),
  /** How far a level must be left again before its alert ends. */
  alertMargin: z.optional(Level),
  /** Fewer movements than this within the hour are no rapid depletion. */
  depletionMovementsMin: z.optional(z.nullable(z.int().check(z.minimum(1), z.maximum(1_000)))),
  /** A correction above this wants approval. */
  adjustmentLimit: z.optional(Level),
  negativeStock: z.optional(NegativeStock),
} as const;

export type PolicyField = keyof typeof PolicyFields;

/** All fields a policy can have. */
export const POLICY_FIELDS = Object.keys(PolicyFields) as readonly PolicyField[];

/** Sets some fields of an item's policy, in the store of the envelope or, where that is null, in every store without its own. */
export const StockPolicySet = z
  .object({ item: EntityId, ...PolicyFields })
  .check(z.refine((policy) => Object.values(policy).filter((value) => value !== undefined).length > 1, 'sets nothing'));
export type StockPolicySet = z.infer<typeof StockPolicySet>;
