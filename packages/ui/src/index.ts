// What both web apps use from the first load on. Heavy parts have their own entry: ./data-grid, ./admin-frame, ./qr-code.
export { Figure } from './components/figure.tsx';
export type { FigureProps, FigureSize } from './components/figure.tsx';
export { Freshness, freshnessAt, staleAfterMs, useFreshnessWords } from './components/freshness.tsx';
export type { FreshnessKind, FreshnessOf, FreshnessProps } from './components/freshness.tsx';
export type { IconComponent } from './components/icon.ts';
export { RecordState, useRecordStateWord } from './components/record-state.tsx';
export type { RecordStateKind, RecordStateProps } from './components/record-state.tsx';
export { StateBadge, StateIcon, useStateWord } from './components/state-badge.tsx';
export type { StateBadgeProps, StateIconProps } from './components/state-badge.tsx';
export { severityOrder, severityRank, stockStates, worstState } from './components/stock-state.ts';
export type { StockState } from './components/stock-state.ts';
export { formatMoney, formatQuantity, formatSigned, unknownFigure } from './format/number.ts';
export type { MoneyFormat, QuantityFormat } from './format/number.ts';
export { formatAge, formatMoment } from './format/time.ts';
export type { MomentFormat } from './format/time.ts';
export { activateLocale, i18n, locales, matchLocale } from './i18n/i18n.ts';
export type { AnyLocale, Locale } from './i18n/i18n.ts';
export { styleNonce } from './provider/nonce.ts';
export { StreamStockProvider } from './provider/streamstock-provider.tsx';
export type { Density, StreamStockProviderProps } from './provider/streamstock-provider.tsx';
export { useColorScheme } from './provider/use-color-scheme.ts';
export type { ColorScheme } from './provider/use-color-scheme.ts';
export type { Role } from './theme/roles.ts';
export { useHeld } from './timing/use-held.ts';
export { connectionChip, queueChip } from './sync-status/chips.ts';
export type {
  ConnectionChip,
  ConnectionInput,
  ConnectionState,
  QueueChip,
  QueueInput,
  QueueState,
  Tone,
} from './sync-status/chips.ts';
export { syncStatusSettings } from './sync-status/status.ts';
export type { SyncStatusOf, SyncStatusSettings } from './sync-status/status.ts';
export { SyncStatus } from './sync-status/sync-status.tsx';
export type { SyncStatusProps } from './sync-status/sync-status.tsx';
export { advanceSyncStatus, noMemory } from './sync-status/view.ts';
export type { SyncStatusMemory, SyncStatusView } from './sync-status/view.ts';
export { skeletonTiming, useLateFlag } from './timing/use-late-flag.ts';
export type { LateFlagSettings } from './timing/use-late-flag.ts';
export { useMinute } from './timing/use-minute.ts';
