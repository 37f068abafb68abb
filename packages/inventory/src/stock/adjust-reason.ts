// A reason of an adjustment, checked where it comes from outside. Which way each moves goods: adjust-reasons.ts.
import * as z from 'zod/mini';
import { ADJUST_REASONS, type AdjustReason as KnownReason } from './adjust-reasons.ts';

export const AdjustReason = z.enum(Object.keys(ADJUST_REASONS) as [KnownReason, ...KnownReason[]]);
export type AdjustReason = KnownReason;
