// What both web apps use from the first load on. Heavy parts have their own entry: ./data-grid, ./admin-frame, ./qr-code.
export { Arithmetic } from './components/arithmetic.tsx';
export type { ArithmeticProps, LateNews } from './components/arithmetic.tsx';
export { unexplained } from './components/arithmetic-rows.ts';
export type { ArithmeticRow, ArithmeticTotal } from './components/arithmetic-rows.ts';
export { Dock } from './components/dock.tsx';
export type { DockProps } from './components/dock.tsx';
export { EmptyState } from './components/empty-state.tsx';
export type { EmptyKind, EmptyStateProps } from './components/empty-state.tsx';
export { ErrorStrip } from './components/error-strip.tsx';
export type { ErrorStripProps } from './components/error-strip.tsx';
export { Figure } from './components/figure.tsx';
export type { FigureProps, FigureSize } from './components/figure.tsx';
export { Freshness, freshnessAt, staleAfterMs, useFreshnessWords } from './components/freshness.tsx';
export type { FreshnessKind, FreshnessOf, FreshnessProps } from './components/freshness.tsx';
export type { IconComponent } from './components/icon.ts';
export { decimalMark, Keypad } from './components/keypad.tsx';
export type { KeypadProps } from './components/keypad.tsx';
export type { NavigationItem, NavigationProps } from './components/navigation.ts';
export { ProgressSteps } from './components/progress-steps.tsx';
export type { ProgressStep, ProgressStepsProps, ProgressStepState } from './components/progress-steps.tsx';
export { codeDigitsMin, isUnusualQuantity, parseQuantity, pressKey, pressPinKey } from './components/quantity-input.ts';
export type { KeypadKey, ParsedQuantity } from './components/quantity-input.ts';
export { Rail } from './components/rail.tsx';
export type { RailProps } from './components/rail.tsx';
export { RecordState, useRecordStateWord } from './components/record-state.tsx';
export type { RecordStateKind, RecordStateProps } from './components/record-state.tsx';
export { ScreenHeader } from './components/screen-header.tsx';
export type { ScreenHeaderProps } from './components/screen-header.tsx';
export { SearchField } from './components/search-field.tsx';
export type { SearchFieldProps } from './components/search-field.tsx';
export { SkeletonRows } from './components/skeleton-rows.tsx';
export type { SkeletonRowsProps } from './components/skeleton-rows.tsx';
export { StateBadge, StateIcon, useStateWord } from './components/state-badge.tsx';
export type { StateBadgeProps, StateIconProps } from './components/state-badge.tsx';
export { quantityMax, Stepper } from './components/stepper.tsx';
export type { StepperProps } from './components/stepper.tsx';
export { TabBar } from './components/tab-bar.tsx';
export { TaskRow } from './components/task-row.tsx';
export type { TaskRowProps } from './components/task-row.tsx';
export { TillRoll } from './components/till-roll.tsx';
export type { TillRollLine, TillRollProps } from './components/till-roll.tsx';
export { UndoBar, undoShownMs } from './components/undo-bar.tsx';
export type { UndoBarProps } from './components/undo-bar.tsx';
export { VerbGrid, VerbTile } from './components/verb-tile.tsx';
export type { VerbTileProps } from './components/verb-tile.tsx';
export { severityOrder, severityRank, stockStates, worstState } from './components/stock-state.ts';
export type { StockState } from './components/stock-state.ts';
export { formatMoney, formatQuantity, formatSigned, unknownFigure } from './format/number.ts';
export type { MoneyFormat, QuantityFormat } from './format/number.ts';
export { formatAge, formatMoment, isSameDay } from './format/time.ts';
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
