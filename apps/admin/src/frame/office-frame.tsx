// What stays while screens come and go: the sidebar, the live connection, the place for a pane. Someone is signed in here.
import { useLingui } from '@lingui/react/macro';
import { IconBoxMultiple, IconBuildingStore, IconTimelineEvent } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { AdminFrame, Sidebar } from '@streamstock/ui/admin-frame';
import type { NavigationItem } from '@streamstock/ui';
import { useCallback, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { createSessionEnd } from '../app/session-end.ts';
import { LiveProvider } from '../data/live/live-context.tsx';
import classes from './office-frame.module.css';
import { PageContext, type PagePlaces } from './page-context.ts';

function usePlaces(): NavigationItem[] {
  const { t } = useLingui();
  const { basepath = '' } = useRouter().options;
  const places: readonly (Omit<NavigationItem, 'href'> & { readonly path: string })[] = [
    {
      key: 'stock',
      label: t({ message: 'Stock', comment: 'In the sidebar: the matrix of items and stores. One word.' }),
      icon: IconBoxMultiple,
      path: '/stock',
    },
    {
      key: 'events',
      label: t({ message: 'Events', comment: 'In the sidebar: the log of everything that happened. One word.' }),
      icon: IconTimelineEvent,
      path: '/events',
    },
    {
      key: 'stores',
      label: t({ message: 'Stores & devices', comment: 'In the sidebar. Up to 20 letters.' }),
      icon: IconBuildingStore,
      path: '/stores',
    },
  ];
  return places.map(({ path, ...place }) => ({ ...place, href: basepath + path }));
}

/** Which place an address belongs to; an item's story belongs to Stock. */
function placeOf(pathname: string): string {
  const [, first = ''] = pathname.split('/');
  return first === 'items' ? 'stock' : first;
}

export function OfficeFrame(): ReactNode {
  const { t } = useLingui();
  const router = useRouter();
  const queryClient = useQueryClient();
  const pathname = useLocation({ select: (location) => location.pathname });
  const [paneSlot, setPaneSlot] = useState<HTMLElement | null>(null);
  const [past, setPast] = useState(false);
  const page = useMemo<PagePlaces>(() => ({ paneSlot, setPast }), [paneSlot]);
  const onSignedOut = useCallback(() => createSessionEnd(queryClient, router)(), [queryClient, router]);

  const sidebar = (
    <Sidebar
      items={usePlaces()}
      current={placeOf(pathname)}
      onNavigate={(href) => router.history.push(href)}
      label={t({ message: 'Places', comment: 'Names the sidebar for screen readers.' })}
    />
  );
  return (
    <LiveProvider onSignedOut={onSignedOut}>
      <AdminFrame sidebar={sidebar} past={past} pane={<div ref={setPaneSlot} className={classes['paneSlot']} />}>
        <PageContext value={page}>
          <Outlet />
        </PageContext>
      </AdminFrame>
    </LiveProvider>
  );
}
