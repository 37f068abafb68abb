// The function keys of a till: one for each verb, and "?" for the list of all keys. Escape goes back to Today where a screen
// has no use for it.
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { useKeys } from '../scanning/use-scanner.tsx';
import { useGo } from './use-go.ts';
import { VERBS } from './verbs.ts';

const KeysHelp = lazy(async () => ({ default: (await import('./keys-help.tsx')).KeysHelp }));

export function VerbKeys(): ReactNode {
  const go = useGo();
  const [help, setHelp] = useState(false);
  useKeys((key) => {
    const verb = VERBS.find((one) => one.key === key);
    if (verb !== undefined) go.to(verb.path);
    else if (key === '?') setHelp(true);
    else if (key === 'Escape' && go.path !== '/') go.to('/');
    else return false;
    return true;
  });
  if (!help) return null;
  return (
    <Suspense>
      <KeysHelp onClose={() => setHelp(false)} />
    </Suspense>
  );
}
