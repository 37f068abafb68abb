// Chooses the moment a page is about. Its window is loaded when it is first asked for; the key `t` asks, too.
import { useHotkeys } from '@mantine/hooks';
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { AsOfButton } from './as-of-button.tsx';
import type { AsOfControlProps } from './as-of-props.ts';

const load = async () => ({ default: (await import('./as-of-window.tsx')).AsOfWindow });
const AsOfWindow = lazy(load);

export function AsOfControl(props: AsOfControlProps): ReactNode {
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState(false);
  const ask = (): void => {
    setAsked(true);
    setOpen(true);
  };
  useHotkeys([['t', ask]]);
  const button = <AsOfButton atMs={props.atMs} onClick={ask} onPointerEnter={() => void load()} />;
  if (!asked) return button;
  return (
    <Suspense fallback={button}>
      <AsOfWindow {...props} open={open} onOpen={setOpen} />
    </Suspense>
  );
}
