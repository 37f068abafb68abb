// The function keys of a till: one for each verb. Escape goes back to Today where a screen has no use for it.
import { useKeys } from '../scanning/use-scanner.tsx';
import { useGo } from './use-go.ts';
import { VERBS } from './verbs.ts';

export function useVerbKeys(): void {
  const go = useGo();
  useKeys((key) => {
    const verb = VERBS.find((one) => one.key === key);
    if (verb !== undefined) go.to(verb.path);
    else if (key === 'Escape' && go.path !== '/') go.to('/');
    else return false;
    return true;
  });
}
