// How much to order of a line, with all of its arithmetic. Pure. A proposal is a promise's beginning, never a fact: a person
// or a rule orders.
//
//   safety stock   z(service level) × standard deviation of the demand of the lead time
//   reorder point  demand of the lead time + safety stock; or what the policy says
//   target stock   demand of lead time and cover + safety stock, at least the reorder point
//   position       available + incoming
//   order          target stock − position, once the position is below the reorder point; rounded up to the smallest order
//                  and to packs, cut down to what the shelf takes
import { normalQuantile } from '@streamstock/forecasting';
import { QUANTITY_MAX } from '../limits.ts';
import type { PolicyValues } from '../policy/policy-tables.ts';
import { demandOver, type LineForecast, type NoForecast } from './line-forecast.ts';

/** What holds where no policy says otherwise. */
export const RESTOCK_DEFAULTS = {
  leadTimeDays: 7,
  serviceLevelPermille: 950,
  targetCoverDays: 14,
  orderPack: 1,
} as const;

const PERMILLE = 1_000;
/** Below this a figure of a forecast is noise of its arithmetic, not a piece. */
const NOISE = 1e-9;

export interface ProposalInput {
  /** What can be sold; null: not known, reckoned as nothing. */
  readonly available: number | null;
  readonly incoming: number;
  readonly policy: PolicyValues | undefined;
  readonly forecast: LineForecast | NoForecast;
}

/** Quantities in the item's smallest unit. Of lines without a forecast what rests on demand is null. */
export interface RestockArithmetic {
  readonly leadTimeDays: number;
  readonly targetCoverDays: number;
  readonly serviceLevelPermille: number;
  /** Standard deviations that the service level asks for. */
  readonly z: number;
  readonly leadTimeDemand: { readonly mean: number; readonly standardDeviation: number } | null;
  readonly coveredDemand: number | null;
  readonly safetyStock: number | null;
  readonly reorderPoint: number | null;
  readonly reorderPointFrom: 'policy' | 'forecast' | null;
  readonly targetStock: number | null;
  readonly available: number;
  readonly incoming: number;
  readonly position: number;
  /** Target stock less position; 0 while the position is not below the reorder point. */
  readonly shortfall: number;
  readonly orderMinimum: number;
  readonly orderPack: number;
  readonly capacityMax: number | null;
  /** After the smallest order and packs, before the shelf's limit. */
  readonly rounded: number;
  /** Settings that nobody made and that were assumed. */
  readonly assumed: readonly (keyof typeof RESTOCK_DEFAULTS | 'available')[];
}

export interface RestockProposal {
  /** 0: nothing to order. */
  readonly quantity: number;
  readonly arithmetic: RestockArithmetic;
  /** A sentence or two for a person. */
  readonly recommendation: string;
}

/** How far ahead a forecast must go for this policy. */
export function daysAheadOf(policy: PolicyValues | undefined): number {
  const { leadTimeDays, targetCoverDays } = settingsOf(policy);
  return leadTimeDays + targetCoverDays;
}

type Settings = Record<keyof typeof RESTOCK_DEFAULTS, number> & {
  readonly assumed: (keyof typeof RESTOCK_DEFAULTS)[];
};

function settingsOf(policy: PolicyValues | undefined): Settings {
  const settings: Settings = { ...RESTOCK_DEFAULTS, assumed: [] };
  for (const name of Object.keys(RESTOCK_DEFAULTS) as (keyof typeof RESTOCK_DEFAULTS)[]) {
    const set = policy?.[name];
    if (set !== undefined && set !== null) settings[name] = set;
    // Goods that come one by one need no pack: that is no assumption worth a word.
    else if (name !== 'orderPack') settings.assumed.push(name);
  }
  return settings;
}

function wholeUp(figure: number): number {
  return Math.min(QUANTITY_MAX, Math.max(0, Math.ceil(figure - NOISE)));
}

type Levels = Pick<
  RestockArithmetic,
  'leadTimeDemand' | 'coveredDemand' | 'safetyStock' | 'reorderPoint' | 'reorderPointFrom' | 'targetStock'
>;

function levelsOf({ policy, forecast }: ProposalInput, settings: Settings, z: number): Levels {
  const set = policy?.reorderPoint ?? null;
  if (!forecast.ok) {
    const nothing = { leadTimeDemand: null, coveredDemand: null, safetyStock: null };
    return { ...nothing, reorderPoint: set, reorderPointFrom: set === null ? null : 'policy', targetStock: set };
  }
  const leadTimeDemand = demandOver(forecast, settings.leadTimeDays);
  const coveredDemand = demandOver(forecast, settings.leadTimeDays + settings.targetCoverDays).mean;
  const safetyStock = wholeUp(z * leadTimeDemand.standardDeviation);
  const reorderPoint = set ?? wholeUp(leadTimeDemand.mean + safetyStock);
  const targetStock = Math.max(reorderPoint, wholeUp(coveredDemand + safetyStock));
  const reorderPointFrom = set === null ? 'forecast' : 'policy';
  return { leadTimeDemand, coveredDemand, safetyStock, reorderPoint, reorderPointFrom, targetStock };
}

function roundToPacks(quantity: number, pack: number): number {
  return Math.ceil(quantity / pack) * pack;
}

/** What to order of one line now. */
export function proposeRestock(input: ProposalInput): RestockProposal {
  const { policy, incoming } = input;
  const { assumed, ...settings } = settingsOf(policy);
  const z = normalQuantile(settings.serviceLevelPermille / PERMILLE);
  const levels = levelsOf(input, { ...settings, assumed }, z);
  const available = input.available ?? 0;
  const position = available + incoming;
  const { reorderPoint, targetStock } = levels;
  const orders = reorderPoint !== null && targetStock !== null && position < reorderPoint;
  const shortfall = orders ? targetStock - position : 0;
  const orderMinimum = policy?.orderMinimum ?? 0;
  const { orderPack } = settings;
  const wanted = Math.min(QUANTITY_MAX, Math.max(shortfall, orderMinimum));
  const rounded = shortfall === 0 ? 0 : roundToPacks(wanted, orderPack);
  const capacityMax = policy?.capacityMax ?? null;
  const room = capacityMax === null ? rounded : Math.max(0, capacityMax - Math.max(0, position));
  const fitting = rounded <= room ? rounded : Math.floor(room / orderPack) * orderPack;
  const quantity = fitting < orderMinimum ? 0 : fitting;
  const arithmetic: RestockArithmetic = {
    leadTimeDays: settings.leadTimeDays,
    targetCoverDays: settings.targetCoverDays,
    serviceLevelPermille: settings.serviceLevelPermille,
    z,
    ...levels,
    available,
    incoming,
    position,
    shortfall,
    orderMinimum,
    orderPack,
    capacityMax,
    rounded,
    assumed: input.available === null ? [...assumed, 'available'] : assumed,
  };
  return { quantity, arithmetic, recommendation: recommend(input, arithmetic, quantity) };
}

const GROUPED = new Intl.NumberFormat('en', { useGrouping: 'always' });

function figure(value: number): string {
  return GROUPED.format(value).replace('-', '−');
}

function recommend({ available, forecast }: ProposalInput, sums: RestockArithmetic, quantity: number): string {
  const { position, incoming, reorderPoint, targetStock, capacityMax, rounded, targetCoverDays } = sums;
  if (reorderPoint === null || targetStock === null) {
    const why = forecast.ok ? '' : forecast.words;
    return `${why} Nothing is proposed; set a reorder point, or order by judgement.`.trim();
  }
  const have =
    available === null
      ? `what is in stock is not known and reckoned as none${incoming === 0 ? '' : `, ${figure(incoming)} are on the way`}`
      : `${figure(available)} available${incoming === 0 ? '' : ` and ${figure(incoming)} on the way`}`;
  const stocked = `${have.charAt(0).toUpperCase()}${have.slice(1)}`;
  if (position >= reorderPoint) return `Nothing to order: ${have}, the reorder point is ${figure(reorderPoint)}.`;
  const below = `${stocked}, below the reorder point of ${figure(reorderPoint)}.`;
  if (quantity === 0)
    return `${below} ${figure(rounded)} are needed, but the shelf takes no more than ${figure(capacityMax ?? 0)}: raise its limit or order less by hand.`;
  const cut = quantity < rounded ? ` Of ${figure(rounded)} needed that is what the shelf takes.` : '';
  const until = forecast.ok
    ? ` It covers the lead time and ${targetCoverDays} days.`
    : ` ${forecast.words} It fills up to the reorder point.`;
  return `Order ${figure(quantity)}. ${below}${cut === '' ? until : cut}`;
}
