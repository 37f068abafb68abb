// The public surface of inventory: events, rows, deciders, projectors, queries.
export {
  alertKey,
  compareAlerts,
  isLineKind,
  severityOf,
  type Alert,
  type AlertSubject,
  type Words,
} from './alert/alert.ts';
export * from './alert/alert-deciders.ts';
export * from './alert/alert-digest.ts';
export * from './alert/alert-events.ts';
export * from './alert/alert-marks.ts';
export * from './alert/alert-record.ts';
export { lineAlerts, type AlertPolicy, type LineContext } from './alert/line-alerts.ts';
export { LINE_PROMISES_TABLE, readLineHolds } from './alert/line-holds.ts';
export { lineTrajectory, type TrajectoryOptions } from './alert/line-trajectory.ts';
export * from './alert/store-alerts.ts';
export * from './alert/subject-alerts.ts';
export { heldAt, type LineHold, type Trajectory, type TrajectoryStep } from './alert/trajectory.ts';
export * from './authority/approvals.ts';
export * from './authority/authority-judge.ts';
export * from './authority/authority-table.ts';
export * from './authority/grants.ts';
export * from './analytics/abc-report.ts';
export * from './analytics/analytics-queries.ts';
export * from './analytics/analytics-tables.ts';
export * from './analytics/event-statistics.ts';
export * from './analytics/findings.ts';
export * from './analytics/local-days.ts';
export * from './catalogue/catalogue-deciders.ts';
export * from './catalogue/catalogue-events.ts';
export * from './catalogue/catalogue-projector.ts';
export * from './catalogue/catalogue-queries.ts';
export * from './catalogue/catalogue-tables.ts';
export * from './catalogue/item-events.ts';
export * from './catalogue/item-index.ts';
export * from './count/count-deciders.ts';
export * from './count/count-events.ts';
export * from './count/count-queries.ts';
export * from './count/count-review.ts';
export * from './count/count-sessions-projector.ts';
export {
  countSheet,
  type CountedPart,
  type CountSheet,
  type CountSheetLine,
  type CountSheetOptions,
} from './count/count-sheet.ts';
export * from './count/count-tables.ts';
export * from './count/cycle-count.ts';
export * from './decider.ts';
export * from './device-folds.ts';
export type { Seen } from './edit-stamp.ts';
export type { ExpectedPart, ExpectedRow } from './expected-fold.ts';
export * from './judge.ts';
export * from './limits.ts';
export * from './money.ts';
export * from './named-items.ts';
export * from './payloads.ts';
export * from './policy/policies-projector.ts';
export * from './policy/policy-events.ts';
export * from './policy/policy-queries.ts';
export * from './policy/policy-tables.ts';
export * from './projectors.ts';
export * from './promise/availability.ts';
export * from './promise/order-answers.ts';
export * from './promise/order-audience.ts';
export * from './promise/order-commands.ts';
export * from './promise/order-state.ts';
export type { CentreContext } from './promise/promise-drafts.ts';
export * from './promise/promise-events.ts';
export * from './promise/promise-queries.ts';
export * from './promise/promise-tables.ts';
export * from './promise/promises-projector.ts';
export * from './promise/reservation-answers.ts';
export * from './promise/reservation-commands.ts';
export * from './promise/resolve-shortfall.ts';
export * from './promise/shortfalls.ts';
export * from './promise/sourcing-candidates.ts';
export * from './promise/sourcing.ts';
export * from './restock/demand.ts';
export * from './restock/line-forecast.ts';
export * from './restock/proposal.ts';
export * from './restock/restock-events.ts';
export * from './restock/restock-order-deciders.ts';
export * from './restock/restock-order-queries.ts';
export * from './restock/restock-order-tables.ts';
export * from './restock/restock-order-view.ts';
export * from './restock/restock-orders-projector.ts';
export * from './restock/restock-report.ts';
export * from './restock/suggestion-decider.ts';
export * from './sales/sales-queries.ts';
export * from './sales/sales-tables.ts';
export * from './stock/adjust-reason.ts';
export { ADJUST_REASONS, adjustDirection, BUCKETS, type Bucket, type BucketMove } from './stock/adjust-reasons.ts';
export * from './stock/compacted-lines.ts';
export * from './stock/compaction.ts';
export * from './stock/count-variances.ts';
export * from './stock/event-links.ts';
export * from './stock/explain-line.ts';
export * from './stock/known-at.ts';
export * from './stock/known-item.ts';
export * from './stock/line-book.ts';
export * from './stock/restore-journal.ts';
export * from './stock/stock-deciders.ts';
export * from './stock/stock-events.ts';
export * from './stock/stock-findings.ts';
export * from './stock/stock-projector.ts';
export * from './stock/stock-queries.ts';
export * from './stock/stock-tables.ts';
export * from './stores/store-events.ts';
export * from './stores/store-queries.ts';
export * from './stores/store-tables.ts';
export * from './stores/stores-projector.ts';
export * from './transfer/receipt-proposal.ts';
export * from './transfer/request-view.ts';
export * from './transfer/shipment-view.ts';
export * from './transfer/transfer-deciders.ts';
export * from './transfer/transfer-events.ts';
export * from './transfer/transfer-queries.ts';
export * from './transfer/transfer-tables.ts';
export * from './transfer/transfers-projector.ts';
export * from './value/value-queries.ts';
export * from './value/value-tables.ts';
export * from './value/values-projector.ts';
export type { Stamp } from './register-fold.ts';
export { Currency, Location, Money, Name, Quantity, Reference, Sku, Time, Unit } from './words.ts';
