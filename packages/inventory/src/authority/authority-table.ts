// Who may do what: one table of roles and actions. Facts are never refused for it (law 1); judging is in authority-judge.ts.
import type { InventoryEventType } from '../payloads.ts';

/**
 * `owner`: everything. `manager`: a store, its people's mistakes and its promises. `clerk`: the daily work. `auditor`: looks at
 * everything and counts. `integrator`: a program that places orders and imports.
 */
export const ROLES = ['owner', 'manager', 'clerk', 'auditor', 'integrator'] as const;
export type Role = (typeof ROLES)[number];

/** Besides writing an event of a type: things that need a role of their own. */
export type Deed =
  /** State another time than now. */
  | 'back-date'
  /** Stand as `approvedBy`. */
  | 'approve';

export type Action = InventoryEventType | Deed;

const nobody: readonly Role[] = [];
const shop: readonly Role[] = ['owner', 'manager', 'clerk'];
const shopAndPrograms: readonly Role[] = ['owner', 'manager', 'clerk', 'integrator'];
const counters: readonly Role[] = ['owner', 'manager', 'clerk', 'auditor'];
const management: readonly Role[] = ['owner', 'manager'];
const managementAndPrograms: readonly Role[] = ['owner', 'manager', 'integrator'];
const office: readonly Role[] = ['owner', 'integrator'];

/** Roles that may do each action in a store that their grant covers. The centre's own events are nobody's. */
export const AUTHORITY: Readonly<Record<Action, readonly Role[]>> = {
  ItemRegistered: office,
  ItemRevised: office,
  ItemArchived: office,
  BarcodeAssigned: office,
  StockPolicySet: managementAndPrograms,
  StoreOpened: ['owner'],
  StoreRevised: ['owner'],
  StockReceived: shopAndPrograms,
  StockSold: shopAndPrograms,
  StockReturned: shopAndPrograms,
  StockReturnedToSupplier: shopAndPrograms,
  StockAdjusted: shopAndPrograms,
  CountOpened: ['owner', 'manager', 'auditor'],
  StockCounted: counters,
  CountReviewed: ['owner', 'manager', 'auditor'],
  CountClosed: ['owner', 'manager', 'auditor'],
  EntryReversed: shop,
  ReservationRequested: shopAndPrograms,
  StockReserved: nobody,
  ReservationRefused: nobody,
  ReservationReleased: shopAndPrograms,
  OrderPlaced: shopAndPrograms,
  OrderConfirmed: nobody,
  OrderRejected: nobody,
  OrderPicked: shop,
  OrderCancelled: shopAndPrograms,
  OrderFulfilled: shop,
  TransferRequested: shop,
  TransferDeclined: management,
  TransferDispatched: shop,
  TransferReceived: shop,
  TransferClosed: management,
  AlertRaised: nobody,
  AlertResolved: nobody,
  AlertAcknowledged: counters,
  AlertSnoozed: counters,
  RestockSuggested: nobody,
  RestockOrdered: managementAndPrograms,
  RestockCancelled: managementAndPrograms,
  'back-date': managementAndPrograms,
  approve: management,
};
