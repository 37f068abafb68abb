// The entry `@streamstock/ui/admin-frame`: the pieces every admin page is made of.
export { AdminFrame } from './admin-frame.tsx';
export type { AdminFrameProps } from './admin-frame.tsx';
export { BulkBar } from './bulk-bar.tsx';
export type { BulkBarProps } from './bulk-bar.tsx';
export { Kpi, KpiStrip } from './kpi.tsx';
export type { KpiProps } from './kpi.tsx';
export { LiveMark, PageHead } from './page-head.tsx';
export type { LiveMarkProps, PageHeadProps } from './page-head.tsx';
export { PastBar } from './past-bar.tsx';
export type { PastBarProps } from './past-bar.tsx';
export { SidePane } from './side-pane.tsx';
export type { SidePaneProps } from './side-pane.tsx';
export { Sidebar } from './sidebar.tsx';
export type { SidebarProps } from './sidebar.tsx';
export { ViewTabs } from './view-tabs.tsx';
export type { ViewTab, ViewTabsProps } from './view-tabs.tsx';
