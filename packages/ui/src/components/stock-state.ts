// The stock states: which there are, how bad each is, and the icon each is known by. Words are in state-badge.tsx.
// A state is always icon + word + fill together; the silhouettes differ at 14 px and in greyscale.
import {
  IconAlertTriangleFilled,
  IconBan,
  IconBoltFilled,
  IconBookmark,
  IconCaretDownFilled,
  IconCircleCheck,
  IconCircleDashed,
  IconClipboardList,
  IconCloudOff,
  IconPackageOff,
  IconSquareMinusFilled,
  IconStack2,
  IconTruck,
  IconTruckDelivery,
} from '@tabler/icons-react';
import type { IconComponent } from './icon.ts';

export const stockStates = [
  'in-stock',
  'low',
  'critical',
  'out',
  'oversold',
  'overstock',
  'rapid-depletion',
  'recount',
  'not-counted',
  'counted',
  'reserved',
  'unsellable',
  'incoming',
  'in-transit',
  'silent',
] as const;

export type StockState = (typeof stockStates)[number];

/** Worst first. What is not listed is information, not a condition, and never takes the one badge of a row. */
export const severityOrder = [
  'oversold',
  'out',
  'critical',
  'rapid-depletion',
  'low',
  'recount',
  'overstock',
] as const satisfies readonly StockState[];

/** The one badge a row may show: the worst of its conditions, or null when nothing is to be marked. */
export function worstState(states: Iterable<StockState>): StockState | null {
  const present = new Set(states);
  return severityOrder.find((state) => present.has(state)) ?? null;
}

/** For sorting: 0 is worst; states that are no condition come last, all equal. */
export function severityRank(state: StockState): number {
  const rank = severityOrder.findIndex((listed) => listed === state);
  return rank === -1 ? severityOrder.length : rank;
}

/** Null for what is simply in stock: good is quiet. */
export const stateIcons: Record<StockState, IconComponent | null> = {
  'in-stock': null,
  low: IconCaretDownFilled,
  critical: IconAlertTriangleFilled,
  out: IconBan,
  oversold: IconSquareMinusFilled,
  overstock: IconStack2,
  'rapid-depletion': IconBoltFilled,
  recount: IconClipboardList,
  'not-counted': IconCircleDashed,
  counted: IconCircleCheck,
  reserved: IconBookmark,
  unsellable: IconPackageOff,
  incoming: IconTruckDelivery,
  'in-transit': IconTruck,
  silent: IconCloudOff,
};
