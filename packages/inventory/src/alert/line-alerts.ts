// The alerts of one line: a pure function of its trajectory in effective time, its policy and now. Arrival plays no part.
//
// 1. Out of stock and oversold are exact: they end when the figure does. Critical, low and overstock end only beyond their
//    level by `alertMargin`; in between they stay as they were.
// 2. `since` is the step that crossed the level, for as long as it did not end.
import type { HybridTime } from '@streamstock/event-log';
import { CRITICAL_LINE_DEFAULT, DEPLETION_MOVEMENTS_MIN_DEFAULT } from '../limits.ts';
import type { PolicyValues } from '../policy/policy-tables.ts';
import type { Unit } from '../words.ts';
import { compareAlerts, severityOf, SHORTAGES, type Alert } from './alert.ts';
import type { AlertKind } from './alert-events.ts';
import { walkDepletion, walkLevel, type Condition, type Depletion, type Level } from './level-walk.ts';
import { lineMessage, lineRecommendation } from './line-words.ts';
import type { Trajectory } from './trajectory.ts';

/** What of a policy alerts go by. */
export type AlertPolicy = Pick<
  PolicyValues,
  'reorderPoint' | 'criticalLine' | 'capacityMax' | 'alertMargin' | 'depletionMovementsMin'
>;

/** What else is known of a line: makes alerts wiser, never decides whether there is one, except `archived`. */
export interface LineContext {
  readonly store: string;
  readonly item: string;
  readonly unit?: Unit;
  /** Ordered and on its way. */
  readonly incoming?: number;
  /** Not sold any more: an empty shelf is no news. */
  readonly archived?: boolean;
}

export interface LineAlerts {
  /** Most serious first. */
  readonly alerts: readonly Alert[];
  /** Nothing before the trajectory could change them. */
  readonly settled: boolean;
}

type LevelKind = 'oversold' | 'out-of-stock' | 'critical' | 'low' | 'overstock';

/** A level with the figure that its words name. */
export interface NamedLevel extends Level {
  readonly kind: LevelKind;
  readonly level: number | null;
}

/** 90 % of the capacity, exactly: quantities × 10 stay whole. */
const OVERSTOCK_TENTHS = 9;

/** The levels that hold for a line. `policy` undefined: nobody set any. */
export function levelsOf(
  policy: AlertPolicy | undefined,
  { archived = false }: Pick<LineContext, 'archived'>,
): NamedLevel[] {
  const oversold: NamedLevel = {
    kind: 'oversold',
    level: null,
    value: 'available',
    raised: (quantity) => quantity < 0,
    ended: (quantity) => quantity >= 0,
  };
  if (archived) return [oversold];
  const out: NamedLevel = {
    kind: 'out-of-stock',
    level: null,
    value: 'available',
    raised: (quantity) => quantity <= 0,
    ended: (quantity) => quantity > 0,
  };
  if (policy === undefined) return [oversold, out];
  const { reorderPoint, criticalLine = CRITICAL_LINE_DEFAULT, capacityMax } = policy;
  const margin = policy.alertMargin ?? 0;
  const below = (kind: LevelKind, level: number | null | undefined): NamedLevel[] =>
    level === null || level === undefined
      ? []
      : [
          {
            kind,
            level,
            value: 'available',
            raised: (quantity) => quantity < level,
            ended: (quantity) => quantity >= level + margin,
          },
        ];
  const overstock: NamedLevel[] =
    capacityMax === null || capacityMax === undefined
      ? []
      : [
          {
            kind: 'overstock',
            level: capacityMax,
            value: 'sellable',
            raised: (quantity) => quantity * 10 > capacityMax * OVERSTOCK_TENTHS,
            ended: (quantity) => (quantity + margin) * 10 <= capacityMax * OVERSTOCK_TENTHS,
          },
        ];
  return [oversold, out, ...below('critical', criticalLine), ...below('low', reorderPoint), ...overstock];
}

/** How many movements within the hour make a fall rapid; null: none do. */
export function depletionMinimum(
  policy: AlertPolicy | undefined,
  { archived = false }: Pick<LineContext, 'archived'>,
): number | null {
  if (archived || policy?.depletionMovementsMin === null) return null;
  return policy?.depletionMovementsMin ?? DEPLETION_MOVEMENTS_MIN_DEFAULT;
}

/** The alerts of a line at `now`, most serious first. */
export function lineAlerts(
  trajectory: Trajectory,
  policy: AlertPolicy | undefined,
  now: HybridTime,
  context: LineContext,
): readonly Alert[] {
  return judgeLine(trajectory, policy, now, context).alerts;
}

interface OpenCondition {
  readonly kind: LevelKind | 'rapid-depletion';
  readonly level: number | null;
  readonly condition: Condition;
  readonly depletion: Depletion | null;
}

/** The same, and whether more of the past could change it. */
export function judgeLine(
  trajectory: Trajectory,
  policy: AlertPolicy | undefined,
  now: HybridTime,
  context: LineContext,
): LineAlerts {
  const conditions: OpenCondition[] = levelsOf(policy, context)
    // Of a line that only promises know nothing is missing but what was promised.
    .filter(({ kind }) => trajectory.stocked || kind === 'oversold')
    .map((level) => ({ ...level, condition: walkLevel(trajectory, level), depletion: null }));
  const movementsMin = depletionMinimum(policy, context);
  if (movementsMin !== null && trajectory.stocked) {
    const condition = walkDepletion(trajectory, movementsMin, now);
    conditions.push({ kind: 'rapid-depletion', level: null, condition, depletion: condition.depletion });
  }
  const open = conditions.filter(({ condition }) => condition.since !== null);
  const worst = SHORTAGES.find((kind) => open.some((one) => one.kind === kind)) ?? null;
  return {
    alerts: open.map((one) => alertOf(one, trajectory, context, worst)).sort(compareAlerts),
    settled: conditions.every(({ condition }) => condition.settled),
  };
}

function alertOf(
  { kind, level, condition, depletion }: OpenCondition,
  { base, steps }: Trajectory,
  { store, item, unit = 'piece', incoming = 0 }: LineContext,
  worst: AlertKind | null,
): Alert {
  const { sellable, available } = steps.at(-1) ?? base ?? { sellable: 0, available: 0 };
  const figures = { sellable, available, level, depletion, incoming, unit };
  return {
    store,
    kind,
    item,
    subject: null,
    severity: severityOf(kind),
    since: condition.since ?? 0,
    sinceExact: condition.settled,
    coveredBy: SHORTAGES.includes(kind) && kind !== worst ? worst : null,
    message: lineMessage(kind, figures),
    recommendation: lineRecommendation(kind, figures),
  };
}
