// The account in the head of every page. Its window is loaded when it is first asked for.
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { sessionQuery } from '../data/queries.ts';
import { AccountButton } from './account-button.tsx';

const load = async () => ({ default: (await import('./account-window.tsx')).AccountWindow });
const AccountWindow = lazy(load);

export function AccountMenu(): ReactNode {
  const { data: session } = useQuery(sessionQuery);
  const [asked, setAsked] = useState(false);
  const button = (
    <AccountButton name={session?.name ?? ''} onClick={() => setAsked(true)} onPointerEnter={() => void load()} />
  );
  if (!asked) return button;
  return (
    <Suspense fallback={button}>
      <AccountWindow />
    </Suspense>
  );
}
