// The addresses of the store. Every screen is a part of its own, fetched when the person first goes there, or ahead of that while
// the page is quiet (and kept on the device by the service worker).
import { lazy, Suspense, useEffect } from 'react';
import type { ReactNode } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { MissingPart } from './missing-part.tsx';

const load = {
  today: async () => ({ default: (await import('../screens/today/today-screen.tsx')).TodayScreen }),
  tasks: async () => ({ default: (await import('../screens/tasks/tasks-screen.tsx')).TasksScreen }),
  items: async () => ({ default: (await import('../screens/items/items-screen.tsx')).ItemsScreen }),
  item: async () => ({ default: (await import('../screens/item/item-screen.tsx')).ItemScreen }),
  sell: async () => ({ default: (await import('../screens/sell/sell-screen.tsx')).SellScreen }),
  receive: async () => ({ default: (await import('../screens/receive/receive-screen.tsx')).ReceiveScreen }),
  return: async () => ({ default: (await import('../screens/return/return-screen.tsx')).ReturnScreen }),
  adjust: async () => ({ default: (await import('../screens/adjust/adjust-screen.tsx')).AdjustScreen }),
  count: async () => ({ default: (await import('../screens/count/count-screen.tsx')).CountScreen }),
  transfer: async () => ({ default: (await import('../screens/later/later-screens.tsx')).TransferScreen }),
  collect: async () => ({ default: (await import('../screens/later/later-screens.tsx')).CollectScreen }),
  device: async () => ({ default: (await import('../screens/device/device-screen.tsx')).DeviceScreen }),
  outbox: async () => ({ default: (await import('../screens/device/outbox-screen.tsx')).OutboxScreen }),
} as const;

/** What screens fetch only when it is asked for. */
const PARTS_OF_SCREENS = [
  () => import('../device/line-history.ts'),
  () => import('../device/snapshots.ts'),
  () => import('../device/tickets.ts'),
  () => import('../screens/device/record-detail.tsx'),
  () => import('../screens/today/catch-up-card.tsx'),
  () => import('../screens/today/recent-panel.tsx'),
  () => import('../shell/fault-strips.tsx'),
  () => import('../shell/keys-help.tsx'),
] as const;

const Today = lazy(load.today);
const Tasks = lazy(load.tasks);
const Items = lazy(load.items);
const Item = lazy(load.item);
const Sell = lazy(load.sell);
const Receive = lazy(load.receive);
const Return = lazy(load.return);
const Adjust = lazy(load.adjust);
const Count = lazy(load.count);
const Transfer = lazy(load.transfer);
const Collect = lazy(load.collect);
const DeviceScreen = lazy(load.device);
const Outbox = lazy(load.outbox);

/** Parts are fetched ahead when the page has been quiet this long. */
const FETCH_AHEAD_AFTER_MS = 1_500;

/** Fetches the parts of all screens, so that no tap waits for the network. What fails is fetched when it is needed. */
export function fetchScreensAhead(): void {
  for (const part of [...Object.values(load), ...PARTS_OF_SCREENS]) part().catch(() => {});
}

/** Those that a person who has just paired a device comes to first. */
export function fetchFirstScreens(): void {
  for (const part of [load.today, load.items]) part().catch(() => {});
}

function useFetchAhead(): void {
  useEffect(() => {
    const timer = setTimeout(fetchScreensAhead, FETCH_AHEAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
}

export function Routes(): ReactNode {
  useFetchAhead();
  const [path] = useLocation();
  return (
    <MissingPart key={path.split('/')[1] ?? ''}>
      <Suspense>
        <Switch>
          <Route path="/" component={Today} />
          <Route path="/tasks" component={Tasks} />
          <Route path="/items" component={Items} />
          <Route path="/items/:item">{({ item }) => <Item key={item} item={decodeURIComponent(item)} />}</Route>
          <Route path="/sell/:draft?">{({ draft }) => <Sell key={draft ?? ''} draft={draft ?? null} />}</Route>
          <Route path="/receive/:draft?">{({ draft }) => <Receive key={draft ?? ''} draft={draft ?? null} />}</Route>
          <Route path="/return/:draft?">{({ draft }) => <Return key={draft ?? ''} draft={draft ?? null} />}</Route>
          <Route path="/adjust/:draft?">{({ draft }) => <Adjust key={draft ?? ''} draft={draft ?? null} />}</Route>
          <Route path="/count/:draft?">{({ draft }) => <Count key={draft ?? ''} draft={draft ?? null} />}</Route>
          <Route path="/transfer" component={Transfer} />
          <Route path="/collect" component={Collect} />
          <Route path="/device" component={DeviceScreen} />
          <Route path="/device/outbox" component={Outbox} />
          <Route>
            <Redirect to="/" replace />
          </Route>
        </Switch>
      </Suspense>
    </MissingPart>
  );
}
