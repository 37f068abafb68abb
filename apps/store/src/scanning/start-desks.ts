// Connects the page's keys with the two desks: fast bursts become scans, everything else becomes keys. No decisions.
import { deskKey, type Focus } from '../keys/desk-key.ts';
import type { KeyDesk } from '../keys/key-desk.ts';
import { browserScannerPage, isTextField } from './browser-page.ts';
import type { ScanDesk } from './scan-desk.ts';
import { startWedgeScanner } from './wedge-scanner.ts';

export interface Desks {
  readonly scans: ScanDesk;
  readonly keys: KeyDesk;
}

function focusNow(): Focus {
  const element = document.activeElement;
  if (isTextField(element) || element instanceof HTMLSelectElement) return 'field';
  return element === null || element === document.body || element.getAttribute('tabindex') === '-1'
    ? 'screen'
    : 'control';
}

/** Returns the way to stop. */
export function startDesks({ scans, keys }: Desks): () => void {
  const stopScanner = startWedgeScanner({
    page: browserScannerPage(window),
    onScan: scans.scan,
    onTyped: (text) => {
      for (const character of text) keys.press(character);
    },
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const key = deskKey(event, focusNow());
    if (key !== null && keys.press(key)) event.preventDefault();
  };
  document.addEventListener('keydown', onKeyDown);
  return () => {
    stopScanner();
    document.removeEventListener('keydown', onKeyDown);
  };
}
